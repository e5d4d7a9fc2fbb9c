// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The real iperf3 at the other end, in both roles. */
@Timeout(120)
class RealIperf3Test {
  private static final List<List<String>> WAYS =
      List.of(
          List.of(),
          List.of("-R"),
          List.of("-P", "4"),
          List.of("-P", "4", "-R"),
          List.of("-u", "-b", "20M"),
          List.of("-u", "-b", "20M", "-R"));

  private static final Pattern BITS =
      Pattern.compile("\"(?:sum_received|sum)\":\\s*\\{[^}]*\"bits_per_second\":\\s*([0-9.e+]+)");

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void clientOfTheMachineAgainstTulle(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "iperf3");
        Child server = rig.serve("iperf3", 5201, "-s")) {
      for (List<String> way : WAYS) {
        List<String> command =
            new ArrayList<>(List.of("iperf3", "-J", "-t", "1", "-c", rig.lane.tulle()));
        command.addAll(way);
        try (Child client = rig.namespace.start(command)) {
          assertEquals(0, client.await(Rig.LIMIT), way + client.out() + client.error());
          assertReceived(way.toString(), client);
        }
      }
      assertTrue(server.alive());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void tulleAgainstTheServerOfTheMachine(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "iperf3")) {
      for (List<String> way : WAYS) {
        try (Child server =
            rig.namespace.start("iperf3", "-s", "-1", "-J", "-B", rig.lane.kernel())) {
          rig.namespace.awaitListening(5201, server, Rig.LIMIT);
          List<String> arguments = new ArrayList<>(List.of("-c", rig.lane.kernel(), "-t", "1"));
          arguments.addAll(way);
          try (Child client = rig.start("iperf3", arguments.toArray(String[]::new))) {
            assertEquals(0, client.await(Rig.LIMIT), way + client.error());
          }
          assertEquals(0, server.await(Rig.LIMIT), way + server.out());
          if (!way.contains("-R")) {
            assertReceived(way.toString(), server);
          }
        }
      }
    }
  }

  private static void assertReceived(String way, Child iperf3) {
    Matcher bits = BITS.matcher(iperf3.out());
    double most = 0;
    while (bits.find()) {
      most = Math.max(most, Double.parseDouble(bits.group(1)));
    }
    assertTrue(most > 1e6, way + ": " + iperf3.out());
  }
}
