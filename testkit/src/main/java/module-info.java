// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0

/** A virtual clock, the test as peer, and simulated networks, for tests of whole stacks. */
module dev.tulle.testkit {
  requires transitive dev.tulle.profile;

  exports dev.tulle.testkit;
  exports dev.tulle.testkit.sim;
}
