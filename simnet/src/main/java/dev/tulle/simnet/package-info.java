// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * A simulated network for the tests of Java programs: two hosts, a bad link between them, in real
 * or in virtual time. Start with {@link dev.tulle.simnet.SimNetwork}.
 */
package dev.tulle.simnet;
