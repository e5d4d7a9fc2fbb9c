// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TablesTest {
  /** A difference is a change of behaviour: look at it, then write the file anew. */
  @Test
  void throughputIsWhatItWas() throws IOException {
    assertEquals(
        Files.readString(Path.of("../docs/throughput.txt")),
        Throughput.table(),
        "./tulle sim --throughput >docs/throughput.txt");
  }

  @Test
  void twoCubicFlowsShareABottleneck() {
    for (long seed = 1; seed <= 3; seed++) {
      double index = Fairness.index(Fairness.flows(true, 2, seed));
      assertTrue(index >= 0.95, "Jain's index is " + index);
    }
  }

  @Test
  void unequalSharesGiveALowIndex() {
    assertEquals(0.5, Fairness.index(new long[] {0, 100}), 1e-9);
  }
}
