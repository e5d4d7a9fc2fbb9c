// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.board.Board;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tulle on machines without an operating system, as {@code ./tulle metal test} tries it. */
@Timeout(180)
class RealMetalTest {
  static Stream<String> boards() {
    return Board.ALL.stream().map(Board::name);
  }

  @ParameterizedTest
  @MethodSource("boards")
  void boardServesFilesAndIsIdleOtherwise(String name) throws IOException {
    Board board = Board.named(name);
    String refusal = MetalTrial.refusal(board);
    if (refusal != null) {
      System.out.println("skipped: " + name + ": " + refusal);
      Assumptions.abort(refusal);
    }
    try (Progress progress = new Progress(name)) {
      List<Check> checks = MetalTrial.run(board, progress);
      assertTrue(checks.size() >= 3, checks.toString());
      for (Check check : checks) {
        assertTrue(check.pass(), check.toString());
      }
    }
  }
}
