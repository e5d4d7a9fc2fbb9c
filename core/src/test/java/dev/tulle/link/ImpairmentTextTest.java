// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImpairmentTextTest {
  private final ImpairmentSettings settings = new ImpairmentSettings();
  private final ImpairmentText text = new ImpairmentText();

  private boolean parse(String spec) {
    byte[] bytes = ("[" + spec + "]").getBytes(StandardCharsets.ISO_8859_1);
    return text.parse(bytes, 1, bytes.length - 2, settings);
  }

  @Test
  void everyPieceIsRead() {
    assertTrue(
        parse(
            "loss=1%,delay=20ms,jitter=5.25ms,reorder=1.5%,duplicate=0.1%,corrupt=0.0001%,"
                + "rate=100mbit,seed=7,burst=4,queue=50,mark=2%,mtu=1300"));
    assertEquals(10_000, settings.lossPpm);
    assertEquals(20_000_000, settings.delayNs);
    assertEquals(5_250_000, settings.jitterNs);
    assertEquals(15_000, settings.reorderPpm);
    assertEquals(1_000, settings.duplicatePpm);
    assertEquals(1, settings.corruptPpm);
    assertEquals(100_000_000L, settings.rateBits);
    assertEquals(7, settings.seed);
    assertEquals(4, settings.burstFrames);
    assertEquals(50, settings.queueFrames);
    assertEquals(20_000, settings.markPpm);
    assertEquals(1300, settings.mtu);
    assertEquals(0, text.error());
  }

  @Test
  void whatIsNotNamedStays() {
    settings.delayNs = 5;
    assertTrue(parse("loss=100%"));
    assertEquals(1_000_000, settings.lossPpm);
    assertEquals(5, settings.delayNs);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      delimiter = ' ',
      value = {
        "loss 1 0 4",
        "los=1% 1 0 6",
        "loss=1%,,delay=1ms 1 8 0",
        "loss=1%, 1 8 0",
        "'' 1 0 0",
        "loss= 2 0 5",
        "loss=% 2 0 6",
        "loss=-1% 2 0 8",
        "loss=1 3 0 6",
        "loss=1.% 2 0 8",
        "loss=1.1234567% 2 0 15",
        "loss=1%% 3 0 8",
        "loss=100.1% 4 0 11",
        "loss=1%,delay=20 3 8 8",
        "loss=1%,delay=20min 3 8 11",
        "delay=3601s 4 0 11",
        "delay=999999999999s 4 0 19",
        "delay=9999999999999s 2 0 20",
        "rate=0mbit 4 0 10",
        "rate=1001gbit 4 0 13",
        "rate=1Mbit 3 0 10",
        "seed=1.5 3 0 8",
        "seed=9999999999999999999 2 0 24",
        "queue=100001 4 0 12",
        "mtu=13.5 3 0 8",
        "mtu=1300,mtu=1300 5 9 8",
        "loss=1%,seed=1,loss=2% 5 15 7",
        "mark=1ms 3 0 8",
        "mark=1%,mark=1% 5 8 7",
      })
  void theBadPieceIsNamed(String spec, int error, int at, int length) {
    assertFalse(parse(spec));
    assertEquals(error, text.error());
    assertEquals(at, text.errorAt() - 1);
    assertEquals(length, text.errorBytes());
  }
}
