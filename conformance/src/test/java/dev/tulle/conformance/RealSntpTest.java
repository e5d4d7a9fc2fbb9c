// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The time of day from chrony, over both families. */
@Timeout(90)
class RealSntpTest {
  private static Child chrony(Rig rig) throws IOException {
    Path file = rig.folder.resolve("chrony.conf");
    String settings =
        "local stratum 7\nallow all\ncmdport 0\nbindcmdaddress /\npidfile %s/chrony.pid\n";
    Files.writeString(file, settings.formatted(rig.folder));
    // -x: the clock of the machine is left alone.
    return rig.namespace.start("chronyd", "-x", "-d", "-u", "root", "-f", file.toString());
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void chronyTellsTheTimeThatThisMachineHas(Programs programs) throws IOException {
    try (Rig rig = RealIpv6Test.open(programs, "chronyd");
        Child chrony = chrony(rig)) {
      assertTrue(chrony.says("starting", Rig.LIMIT), chrony.error() + chrony.out());
      for (String server : new String[] {rig.lane.kernel(), RealIpv6Test.KERNEL}) {
        String own = RealIpv6Test.TULLE + "/64";
        try (Child sntp = rig.start("sntp", server, "--address", own)) {
          assertEquals(0, sntp.await(Rig.LIMIT), sntp.error() + chrony.error());
          assertTrue(sntp.out().contains(" GMT, and 0."), sntp.out());
          assertTrue(sntp.out().contains("; stratum 7, wrong by at most 0."), sntp.out());
          assertTrue(sntp.out().contains("the own clock is 0.0"), sntp.out());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void whereNoServerIsIsOneSentence(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs);
        Child sntp = rig.start("sntp", rig.lane.kernel())) {
      Rig.assertFailed(sntp, "the server is none");
    }
  }
}
