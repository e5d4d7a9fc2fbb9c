// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.Part;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LossProbeTest {
  private static final long MS = 1_000_000;

  private final LossProbe probe = new LossProbe();

  @BeforeEach
  void stopped() {
    probe.stop();
  }

  @Test
  void itAsksAfterTwoRoundTripsAndADelayedAckForALoneSegment() {
    probe.plan(50 * MS, 5, Part.NEVER, 0);
    assertEquals(102 * MS, probe.deadlineNs);
    probe.plan(50 * MS, 1, Part.NEVER, 0);
    assertEquals(300 * MS, probe.deadlineNs);
    probe.plan(50 * MS, 1, 250 * MS, 0);
    assertEquals(250 * MS, probe.deadlineNs, "never after the retransmission time-out");
    probe.plan(0, 5, Part.NEVER, 0);
    assertEquals(1000 * MS, probe.deadlineNs, "a second where no round trip is known");
    probe.plan(0, 1, Part.NEVER, 0);
    assertEquals(1000 * MS, probe.deadlineNs, "a peer that delays its ACK is quicker");
  }

  @Test
  void oneProbeIsOutAtATime() {
    probe.sent(100, true);
    probe.plan(50 * MS, 5, Part.NEVER, 0);
    assertEquals(Part.NEVER, probe.deadlineNs);
    probe.stop();
    probe.plan(50 * MS, 5, Part.NEVER, 0);
    assertEquals(102 * MS, probe.deadlineNs);
  }

  @Test
  void aLossThatTheProbeRepairedShallCount() {
    probe.sent(100, true);
    assertFalse(probe.arrived(99, false, false), "older");
    assertFalse(probe.arrived(100, false, false), "whether the original or the copy is not known");
    assertTrue(probe.arrived(101, false, false), "and no duplicate was told of");
    assertFalse(probe.arrived(102, false, false), "once");
  }

  @Test
  void aProbeThatArrivedTwiceMeansNoLoss() {
    probe.sent(100, true);
    assertTrue(probe.repeated(100));
    assertFalse(probe.repeated(99), "not what the probe repeated");
    assertFalse(probe.arrived(100, true, false));
    assertFalse(probe.arrived(101, false, false));
    probe.sent(100, true);
    assertFalse(probe.arrived(100, false, true), "a bare duplicate answers the copy");
    assertFalse(probe.arrived(101, false, false));
  }

  @Test
  void newDataIsNoRepair() {
    probe.sent(0xFFFF_FFFF, false);
    assertFalse(probe.arrived(0xFFFF_FFFF, false, false));
    assertFalse(probe.arrived(5, false, false));
  }
}
