// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Tulle on machines without an operating system: drivers of network cards, and what programs need
 * of a machine, over C functions of a line or two.
 *
 * <p>A main class constructs the drivers of its board, {@link dev.tulle.metal.MetalPlatform} is
 * what programs see. Compiled to C like core, and so kept to the same limited Java.
 */
package dev.tulle.metal;
