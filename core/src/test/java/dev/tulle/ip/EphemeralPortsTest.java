// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.KeyedHash;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class EphemeralPortsTest {
  @Test
  void everyPortFrom1024UpIsChosenBeforeNoneIsLeft() {
    EphemeralPorts ports = new EphemeralPorts(new KeyedHash(1, 2));
    BitSet taken = new BitSet();
    for (int i = 1024; i <= 65_535; i++) {
      int port = ports.choose(null, 0, (p, path, remote) -> taken.get(p));
      assertTrue(port >= 1024 && port <= 65_535, "port " + port);
      taken.set(port);
    }
    assertEquals(65_536 - 1024, taken.cardinality());
    assertEquals(-1, ports.choose(null, 0, (p, path, remote) -> taken.get(p)));
  }

  @Test
  void choicesAreSpreadOverTheWholeRange() {
    EphemeralPorts ports = new EphemeralPorts(new KeyedHash(3, 4));
    int[] sixteenths = new int[16];
    for (int i = 0; i < 16_000; i++) {
      int port = ports.choose(null, 0, (p, path, remote) -> false);
      sixteenths[(port - 1024) / 4032]++;
    }
    for (int count : sixteenths) {
      assertTrue(count > 800 && count < 1200, "of 16,000 ports a sixteenth has " + count);
    }
  }
}
