// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Tulle among the programs of others: network namespaces, child processes, and the demo.
 *
 * <p>{@link dev.tulle.conformance.Demo} is {@code ./tulle demo}. {@link
 * dev.tulle.conformance.Namespace} and {@link dev.tulle.conformance.Child} are what it, the tests
 * with real programs and the benchmarks stand on.
 */
package dev.tulle.conformance;
