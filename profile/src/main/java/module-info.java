// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0

/** Assembled stacks, from the smallest to a router. */
module dev.tulle.profile {
  requires transitive dev.tulle.core;

  exports dev.tulle.profile;
}
