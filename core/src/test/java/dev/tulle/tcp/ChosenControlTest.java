// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ChosenControlTest {
  private final ChosenControl control = new ChosenControl(new Reno(10));

  @Test
  void withoutAChoiceItIsTheUsualOne() {
    control.start(1000, false);
    assertEquals(10_000, control.window());
    control.acknowledged(2000, true, 10_000, 0, 0);
    assertEquals(12_000, control.window());
    control.lost(12_000);
    assertEquals(6000, control.window());
    assertEquals(6000, control.threshold());
    control.undo();
    assertEquals(12_000, control.window());
    control.idle();
    assertEquals(10_000, control.window());
    control.timedOut(10_000, true);
    assertEquals(1000, control.window());
    assertEquals(5000, control.threshold());
  }

  @Test
  void whatIsChosenBeforeTheConnectionIsOpenStartsWithIt() {
    control.choose(new FixedWindow(50_000));
    control.start(1000, true);
    assertEquals(50_000, control.window());
    control.lost(40_000);
    assertEquals(50_000, control.window());
  }

  @Test
  void whatIsChosenLaterStartsAtOnceWithTheSegmentsOfThen() {
    control.start(1000, false);
    control.resize(500);
    control.choose(new Reno(4));
    assertEquals(2000, control.window());
  }

  @Test
  void theChoiceEndsWithTheConnection() {
    control.choose(new FixedWindow(50_000));
    control.start(1000, false);
    control.release();
    control.start(1000, false);
    assertEquals(10_000, control.window());
  }
}
