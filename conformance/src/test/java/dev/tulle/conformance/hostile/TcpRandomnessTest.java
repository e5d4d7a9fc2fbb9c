// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Minimal;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Segment;
import dev.tulle.testkit.TcpHarness;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Numbers that a stranger must not guess: rows TCP-22 and TCP-23. RFC 6528, RFC 6056. */
class TcpRandomnessTest {
  private static final int SAMPLES = 10_000;

  private static TcpHarness host(long seed) {
    return new TcpHarness(new HostHarness(Minimal::host, seed));
  }

  /** The host's initial sequence number for a peer, at the present time. */
  private static int isn(TcpHarness h, int address, int port) {
    h.newPeer(address, port, 1);
    h.inject(syn().mss(1460));
    h.expect(synAck());
    int isn = h.peer.hostIss();
    h.inject(Segment.rst(0));
    return isn;
  }

  @Test
  void tcp22_numbersOfDifferentConnectionsLookRandom() {
    TcpHarness h = host(1);
    h.listen(80);
    Set<Integer> seen = new HashSet<>();
    Set<Integer> differences = new HashSet<>();
    int[] ones = new int[32];
    int last = 0;
    for (int i = 0; i < SAMPLES; i++) {
      int isn = isn(h, PEER, 1024 + i);
      seen.add(isn);
      differences.add(isn - last);
      int change = isn ^ last;
      for (int bit = 0; bit < 32; bit++) {
        ones[bit] += change >>> bit & 1;
      }
      last = isn;
    }
    assertTrue(seen.size() >= SAMPLES - 30, "numbers repeat");
    assertTrue(differences.size() >= SAMPLES - 30, "differences repeat");
    for (int bit = 0; bit < 32; bit++) {
      // Five standard deviations of a fair coin.
      assertTrue(Math.abs(ones[bit] - SAMPLES / 2) < 250, "bit " + bit + " changes too regularly");
    }
  }

  @Test
  void tcp22_numbersOfTheSameConnectionGrowWithTheClock() {
    TcpHarness h = host(1);
    h.listen(80);
    int first = isn(h, PEER, 5000);
    int last = first;
    for (int i = 1; i <= SAMPLES; i++) {
      h.advanceMs(10);
      h.takeSent();
      int isn = isn(h, PEER, 5000);
      int step = isn - last;
      // RFC 9293 3.4.1 (MUST-8): about one in four microseconds.
      assertTrue(step > 2_000 && step < 3_000, "a step of " + step + " in 10 ms");
      last = isn;
    }
  }

  @Test
  void tcp22_anotherStartHasOtherNumbers() {
    for (int port = 5000; port < 5100; port++) {
      TcpHarness one = host(1);
      one.listen(80);
      TcpHarness other = host(2);
      other.listen(80);
      assertNotEquals(isn(one, PEER, port), isn(other, PEER, port));
    }
  }

  @Test
  void tcp23_portsAreNotInSequenceAcrossDestinations() {
    TcpHarness h = host(3);
    int[] last = new int[2];
    Set<Integer> differences = new HashSet<>();
    Set<Integer> ports = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      for (int server = 0; server < 2; server++) {
        TcpSocket socket = h.host.tcp.connect(new Endpoint(PEER + 3 * server, 80 + i));
        Endpoint local = new Endpoint();
        socket.local(local);
        assertTrue(local.port >= 1024 && local.port <= 65_535);
        differences.add(local.port - last[1 - server]);
        last[server] = local.port;
        ports.add(local.port);
        socket.abort();
        h.poll();
      }
      h.takeSent();
    }
    assertTrue(ports.size() > 950, "few ports: " + ports.size());
    assertTrue(differences.size() > 950, "differences repeat: " + differences.size());
    assertEquals(0, h.host.tcp.connections());
  }
}
