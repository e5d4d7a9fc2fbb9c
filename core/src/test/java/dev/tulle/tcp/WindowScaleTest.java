// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.ByteRing;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowScaleTest {
  private final WindowScale option = new WindowScale();
  private final Counters counters = new Counters();

  private Connection connection(int buffer) {
    return new TcpSocket(
            new FakePath(null),
            new ByteRing(1),
            new ByteRing(buffer),
            1,
            new NewReno(),
            new Reno(10),
            counters)
        .connection;
  }

  private static Segment syn(int shift) {
    Segment s = Segments.data(0, 0);
    s.windowShift = shift;
    return s;
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "65535, 0", "65536, 1", "131071, 1", "131072, 2", "16777216, 9"})
  void theShiftIsTheLeastThatTellsTheWholeBuffer(int buffer, int shift) {
    byte[] b = new byte[6];
    Arrays.fill(b, (byte) 9);
    assertEquals(5, option.writeSyn(b, 1, connection(buffer), false, 0));
    assertArrayEquals(new byte[] {9, 1, 3, 3, (byte) shift, 9}, b);
  }

  @Test
  void anAnswerOffersItOnlyToWhoOfferedIt() {
    Connection c = connection(1 << 20);
    byte[] b = new byte[4];
    assertEquals(0, option.writeSyn(b, 0, c, true, 0));
    option.agree(c, syn(-1), 0);
    assertEquals(0, option.writeSyn(b, 0, c, true, 0));
    assertFalse(c.scaled);
    assertEquals(0, c.receiver.windowShift, "one-sided scaling would be misread");
    option.agree(c, syn(0), 0);
    assertTrue(c.scaled);
    assertEquals(4, option.writeSyn(b, 0, c, true, 0));
    assertEquals(5, c.receiver.windowShift);
    assertEquals(0, c.sender.windowShift);
  }

  @Test
  void aShiftAbove14IsUsedAs14AndCounted() {
    for (int shift = 0; shift < 256; shift++) {
      Connection c = connection(1000);
      option.agree(c, syn(shift), 0);
      assertEquals(Math.min(shift, 14), c.sender.windowShift);
      c.sender.updateWindow(Segments.bare(0, 0, 0xFFFF));
      assertTrue(c.sender.sndWnd >= 0xFFFF && c.sender.sndWnd < 1 << 30);
      assertEquals(Math.max(0, shift - 14), counters.value(Counter.TCP_BADSCALE));
    }
  }
}
