// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

/**
 * What came out of one run.
 *
 * @param failure what an oracle or the stack said; null where all is well
 * @param scenario in words, where there is a failure
 * @param digest of all frames: two runs that have the same are the same
 * @param octets that applications have read
 * @param broken connections that an impatient application, or its peer, ended
 * @param healedNs from when on there were no faults
 * @param finishedNs when all conversations were over
 */
public record Result(
    long seed,
    String failure,
    String scenario,
    long digest,
    long frames,
    int connections,
    int broken,
    long octets,
    long segments,
    long retransmitted,
    long timeouts,
    long undone,
    long lost,
    long overflowed,
    long healedNs,
    long finishedNs,
    long endNs) {}
