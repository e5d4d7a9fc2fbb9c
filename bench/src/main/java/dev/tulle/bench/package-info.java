// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Speed: whole programs side by side with the kernel in {@link dev.tulle.bench.Bench}, and small
 * pieces of the stack with JMH.
 */
package dev.tulle.bench;
