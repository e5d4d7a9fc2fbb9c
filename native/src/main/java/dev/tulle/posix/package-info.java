// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The machine under a native binary: Linux, through a few C functions.
 *
 * <p>{@link dev.tulle.posix.PosixPlatform} is what the programs see. {@code Posix} declares the C
 * functions, which are in {@code src/main/c/posix/posix.c}: layouts and constants of the system are
 * there, decisions are here. Each program has a main class of its own, so that a binary contains
 * what its program needs and nothing else. These classes run only when compiled to C.
 */
package dev.tulle.posix;
