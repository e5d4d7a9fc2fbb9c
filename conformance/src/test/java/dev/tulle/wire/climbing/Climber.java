// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire.climbing;

/** A codec that knows the stack above it, to prove that an arrow that climbs is found. */
final class Climber {
  dev.tulle.stack.Counters counters;
}
