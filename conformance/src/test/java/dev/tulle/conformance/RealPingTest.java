// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The machine's ping, and Tulle's against the machine's kernel. */
@Timeout(60)
class RealPingTest {
  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void kernelPingsTulleWithPacketsOfEverySizeThatFits(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "ping");
        Child echo = rig.serve("echo", 7)) {
      for (String size : new String[] {"0", "1", "56", "1471", "1472"}) {
        rig.ping("-c", "3", "-i", "0.05", "-s", size, rig.lane.tulle());
      }
      assertTrue(echo.alive());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void floodOfPingsIsAnsweredWhole(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "ping");
        Child echo = rig.serve("echo", 7)) {
      rig.ping("-c", "2000", "-i", "0.0005", "-q", rig.lane.tulle());
      assertTrue(echo.alive());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void tullePingsTheKernel(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs);
        Child ping = rig.start("ping", rig.lane.kernel(), "-c", "3")) {
      assertEquals(0, ping.await(Rig.LIMIT), ping.error());
      assertTrue(ping.out().contains(rig.lane.kernel()), ping.out());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void pingOfAHostThatIsNotThereFails(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs);
        Child ping = rig.start("ping", "10.9.1.77", "-c", "2")) {
      assertNotEquals(0, ping.await(Rig.LIMIT), ping.out());
    }
  }
}
