// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

/** Sees every frame that one host sends and receives. */
interface Watcher {
  void sent(byte[] bytes, long nowNs);

  /**
   * @param corrupt whether a bit is wrong, so that the host will not believe it
   */
  void received(byte[] bytes, boolean corrupt, long nowNs);
}
