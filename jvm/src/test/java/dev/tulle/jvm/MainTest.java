// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The main class as a process: what it answers, and how it ends. */
final class MainTest {
  private static final List<String> OTHER_USER = List.of("unshare", "-Ur");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "interruptedProgramEndsWell",
        "vanishedTapEndsTheProgram",
        "aTunDeviceCarriesTheSamePrograms",
        "inputAndOutputArePassedOn",
      })
  void inNamespace(String scenario) throws Exception {
    Namespace.run(MainScenarios.class, scenario);
  }

  @Test
  void wrongWordsExitWithTwo() throws Exception {
    try (MainProcess none = new MainProcess();
        MainProcess unknown = new MainProcess("frobnicate");
        MainProcess profile = new MainProcess("ping", "--profile", "huge");
        MainProcess noProfile = new MainProcess("ping", "--profile")) {
      assertEquals(2, none.exitCode());
      assertTrue(none.error().contains("which program?"));
      assertEquals(2, unknown.exitCode());
      assertTrue(unknown.error().contains("no program is called 'frobnicate'"));
      assertEquals(2, profile.exitCode());
      assertTrue(profile.error().contains("--profile is one of client, full"));
      assertEquals(2, noProfile.exitCode());
    }
  }

  @Test
  void refusedLinkSaysWhatToDo() throws Exception {
    // A new user has no power over the network namespace that it shares with the old one.
    if (new ProcessBuilder("unshare", "-Ur", "true").start().waitFor() != 0) {
      String reason = "SKIPPED refusedLinkSaysWhatToDo: 'unshare -Ur' is not permitted here";
      System.out.println(reason);
      Assumptions.abort(reason);
    }
    String[] tap = {"echo", "--tap", "tulle-test0", "--address", "10.9.0.2/24"};
    String[] socket = {"echo", "--interface", "lo", "--address", "10.9.0.2/24"};
    for (String[] words : List.of(tap, socket)) {
      try (MainProcess refused = new MainProcess(OTHER_USER, words)) {
        String line = refused.error();
        assertEquals(1, refused.exitCode());
        assertTrue(line.contains("permitted") && line.contains("run as root"), line);
      }
    }
  }
}
