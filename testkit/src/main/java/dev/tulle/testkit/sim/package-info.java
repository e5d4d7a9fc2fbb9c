// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * A simulator: whole stacks on a bad network in virtual time, drawn from a seed and watched by
 * oracles; and what TCP achieves on such networks, as tables.
 *
 * <p>Start with {@link dev.tulle.testkit.sim.Simulation}.
 */
package dev.tulle.testkit.sim;
