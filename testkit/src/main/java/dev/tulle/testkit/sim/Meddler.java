// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

/** Does to frames what no network is expected to do, so that the oracles can be tested. */
@FunctionalInterface
public interface Meddler {
  /**
   * A frame is about to be delivered.
   *
   * @return what shall be delivered: it, another one, or null for nothing
   */
  byte[] delivered(byte[] frame, long nowNs);
}
