// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyedHashTest {
  // The key and input of the authors' test vectors are 00 01 02 …, read little-endian.
  private static KeyedHash reference() {
    return new KeyedHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
  }

  @Test
  void theOfficialVectorsHoldForWholeWords() {
    KeyedHash hash = reference();
    assertEquals(0x726fdb47dd0e0e31L, hash.begin().end());
    assertEquals(0x93f5f5799a932462L, hash.begin().add(0x0706050403020100L).end());
    assertEquals(
        0x3f2acc7f57c29bdbL, hash.begin().add(0x0706050403020100L).add(0x0f0e0d0c0b0a0908L).end());
    assertEquals(
        0xb8ad50c6f649af94L,
        hash.begin()
            .add(0x0706050403020100L)
            .add(0x0f0e0d0c0b0a0908L)
            .add(0x1716151413121110L)
            .end());
  }

  @Test
  void drawsDifferFromEachOtherAndBetweenKeys() {
    KeyedHash one = new KeyedHash(1, 2);
    KeyedHash other = new KeyedHash(1, 3);
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      seen.add(one.draw());
      seen.add(other.draw());
    }
    assertTrue(seen.size() > 1995, "collisions of 2,000 draws: " + (2000 - seen.size()));
  }

  @Test
  void theSameKeyGivesTheSameDraws() {
    assertEquals(new KeyedHash(7, 8).draw(), new KeyedHash(7, 8).draw());
  }
}
