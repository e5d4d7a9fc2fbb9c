// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0

/** Two hosts on a bad network in one process, for the tests of Java programs. */
module dev.tulle.simnet {
  requires transitive dev.tulle.nio;
  requires dev.tulle.testkit;
  requires static org.junit.jupiter.api; // for the extension alone

  exports dev.tulle.simnet;

  provides org.junit.jupiter.api.extension.Extension with
      dev.tulle.simnet.SimNetworkExtension;
}
