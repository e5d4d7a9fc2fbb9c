// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Makes images for machines without an operating system and starts them in QEMU.
 *
 * <p>{@link dev.tulle.board.Board} has the machines, {@link dev.tulle.board.Image} makes an image
 * of a program and a folder, {@link dev.tulle.board.MetalRun} is the command.
 */
package dev.tulle.board;
