// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import dev.tulle.testkit.Octets;

/** What no honest network does to frames. */
final class Cheats {
  private static final int ETHERNET = 14;

  private Cheats() {}

  /** Exchanges two words of the payload: the checksum does not see it. */
  static byte[] swapsData(byte[] frame, long nowNs) {
    boolean tcp = Octets.u16(frame, 12) == 0x0800 && frame[ETHERNET + 9] == 6;
    int end = ETHERNET + Octets.u16(frame, ETHERNET + 2);
    if (!tcp || end < ETHERNET + 20 + 60 + 4) {
      return frame;
    }
    byte[] cheated = frame.clone();
    System.arraycopy(frame, end - 4, cheated, end - 2, 2);
    System.arraycopy(frame, end - 2, cheated, end - 4, 2);
    return cheated;
  }
}
