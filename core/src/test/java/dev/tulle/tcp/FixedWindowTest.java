// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

class FixedWindowTest extends RackSteps {
  @Test
  void noLossNoTimeOutAndNoPauseMovesTheWindow() {
    FixedWindow fixed = new FixedWindow(50_000);
    fixed.start(1000, true);
    fixed.acknowledged(20_000, true, 50_000, 100, 100);
    fixed.lost(20_000);
    fixed.timedOut(20_000, true);
    fixed.idle();
    fixed.resize(500);
    fixed.undo();
    assertEquals(50_000, fixed.window());
    assertEquals(TcpInfo.NO_THRESHOLD, fixed.threshold());
  }

  @Test
  void whileALossIsRepairedTheWholeWindowIsOpen() {
    open(0);
    send(8);
    FixedWindow fixed = new FixedWindow(20 * MSS);
    assertEquals(LossRecovery.LOSS, sack(0, 1, 4));
    rack.reduce(fixed.threshold(), nxt - una, MSS);
    assertEquals(20 * MSS, rack.window(fixed.window()));
    sendAgain();
    sack(0, 1, 5);
    assertEquals(20 * MSS, rack.window(fixed.window()));
    rack.reduce(2 * MSS, nxt - una, MSS);
    assertFalse(rack.window(fixed.window()) == 20 * MSS, "another control would bring it down");
  }
}
