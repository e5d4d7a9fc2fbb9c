// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChecksumTest {
  @Test
  void theExampleOfRfc1071Holds() {
    // RFC 1071 3: the sum of these octets is ddf2.
    byte[] b = {0x00, 0x01, (byte) 0xf2, 0x03, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, (byte) 0xf7};
    assertEquals(0xDDF2, Bytes.sum(b, 0, 8));
    assertEquals(~0xDDF2 & 0xFFFF, Checksum.of(b, 0, 8));
  }

  @Test
  void foldingKeepsEveryCarry() {
    assertEquals(0, Checksum.fold(0));
    assertEquals(0xFFFF, Checksum.fold(0xFFFF));
    assertEquals(1, Checksum.fold(0x1_0000));
    assertEquals(0xFFFF, Checksum.fold(0xFFFF_FFFFL));
    assertEquals(2, Checksum.fold(0x1_0001_0000L));
    assertEquals(0xFFFF, Checksum.fold(0xFFFF_0000L));
  }

  @Property
  void aRangeWithItsOwnChecksumInItSumsToZero(@ForAll @Size(min = 2, max = 200) byte[] b) {
    b[0] = 0;
    b[1] = 0;
    Bytes.put16(b, 0, Checksum.of(b, 0, b.length));
    assertEquals(0, Checksum.of(b, 0, b.length));
  }

  @Property
  void oneChangedOctetIsFound(
      @ForAll @Size(min = 4, max = 60) byte[] b,
      @ForAll @IntRange(min = 2, max = 59) int at,
      @ForAll @IntRange(min = 1, max = 254) int change) {
    int where = 2 + at % (b.length - 2);
    Bytes.put16(b, 0, 0);
    Bytes.put16(b, 0, Checksum.of(b, 0, b.length));
    b[where] = (byte) (b[where] ^ change);
    assertNotEquals(0, Checksum.of(b, 0, b.length));
  }
}
