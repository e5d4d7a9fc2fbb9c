// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/** {@code ./tulle sim}: the simulator of {@code dev.tulle.testkit.sim} as a command. */
package dev.tulle.conformance.sim;
