// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0

/** Links of the machine, by its foreign functions, and the programs on them. */
module dev.tulle.jvm {
  requires transitive dev.tulle.apps;
  requires jdk.unsupported; // signals

  exports dev.tulle.jvm;
}
