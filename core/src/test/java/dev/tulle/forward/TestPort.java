// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Interface;

/** An interface that only has an address. */
final class TestPort extends Interface {
  TestPort(int address, int mask) {
    this.address = address;
    this.mask = mask;
  }

  @Override
  public int mtu() {
    return 1500;
  }

  @Override
  public boolean input(int budget, long nowNs) {
    return false;
  }

  @Override
  public void output(Packet packet, int nextHop, long nowNs) {
    throw new AssertionError("nothing is sent here");
  }
}
