// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Start reading here: a stack is polled with the time and answers its next deadline.
 *
 * <p>{@link dev.tulle.stack.Stack} owns interfaces, which take packets in, and parts, which have
 * deadlines. What the parts share lies here too: counters, status codes, the keyed hash.
 */
package dev.tulle.stack;
