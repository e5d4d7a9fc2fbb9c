// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0

/** Programs over a stack, written once for the JVM and for native binaries. */
module dev.tulle.apps {
  requires transitive dev.tulle.profile;

  exports dev.tulle.apps;
}
