// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * The channels of {@code java.nio} and the sockets of {@code java.net} over a stack of Tulle.
 *
 * <p>{@link dev.tulle.nio.Tulle} is a stack of one's own beside others; {@link
 * dev.tulle.nio.TulleProvider}, named on the command line, puts the channels of a whole program on
 * one, and {@link dev.tulle.nio.WholeProgram} its sockets as well. {@code Engine} owns the stack:
 * read it first.
 */
package dev.tulle.nio;
