// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.conformance.hostile.SixHostile.ALL_NODES;
import static dev.tulle.conformance.hostile.SixHostile.HOST;
import static dev.tulle.testkit.Discovery.linkOption;
import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Counter;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.Discovery;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.LiveProbe;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TcpPeer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Floods from the link, while connections of both families go on: limits hold, counters move, and
 * all that was taken comes back.
 */
class FloodHostileTest {
  private static final int FLOOD = 10_000;

  private final TcpHarness h = new TcpHarness(SixHostile.CLIENT);
  private final SplittableRandom random = new SplittableRandom(1);
  private final int packets = h.host.pool.available();
  private final TcpPeer[] peers = new TcpPeer[2];
  private final TcpSocket[] sockets = new TcpSocket[2];
  private LiveProbe probe;

  private void connected() {
    h.net.six();
    probe = new LiveProbe(h.net);
    h.listen(80);
    sockets[0] = h.connected(1000, 65_535);
    peers[0] = h.peer;
    sockets[1] = h.connected6(2000, 65_535);
    peers[1] = h.peer;
  }

  /** Data goes both ways on both connections. */
  private void goOn() {
    h.takeSent();
    for (int i = 0; i < 2; i++) {
      h.use(peers[i]);
      h.socket = sockets[i];
      long seen = h.peer.seen();
      h.inject(data(h.peer.next(), 100).push());
      h.expectRead(100);
      h.write(100);
      h.advanceMs(50);
      boolean came = false;
      for (SeenFrame f : h.takeSent()) {
        came |= f.isTcp() && f.data().length == 100;
      }
      assertTrue(came, "the host wrote nothing");
      h.inject(ack(seen + 100));
    }
    h.net.expectNoInternalError();
  }

  private void wellAgain() {
    goOn();
    for (TcpSocket socket : sockets) {
      socket.abort();
    }
    h.listener.close();
    h.poll();
    h.takeSent();
    probe.ping();
    probe.echo();
    probe.timers();
    probe.close();
    probe.levels(packets, 0);
    h.net.expectNoInternalError();
  }

  private String linkLocal() {
    return "fe80::" + Integer.toHexString(1 + random.nextInt(0xFFFF)) + ":" + hex() + ":" + hex();
  }

  private String hex() {
    return Integer.toHexString(random.nextInt(0x10000));
  }

  private void inject(Ipv6Packet packet) {
    h.net.inject(h.net.fromPeer(packet));
    h.net.advanceNs(100_000); // 10,000 in a second
  }

  @Test
  void nd06_solicitationsFromEverywhere() {
    connected();
    long sent = h.net.sentCount();
    for (int i = 0; i < FLOOD; i++) {
      String source = i % 2 == 0 ? linkLocal() : "fd00::" + hex() + ":" + hex();
      byte[] link = i % 3 == 0 ? new byte[0] : linkOption(1, 0x0200_0000_0000L | random.nextInt());
      inject(Discovery.solicitation(source, HOST, link));
      if (i % 100 == 0) {
        h.takeSent();
      }
    }
    assertTrue(h.net.counter(Counter.ND_FULL) > 0);
    assertTrue(h.net.sentCount() - sent < 3 * FLOOD);
    wellAgain();
  }

  @Test
  void nd06_echoRequestsFromNeighboursThatDoNotAnswer() {
    connected();
    h.net.answerSix(false);
    for (int i = 0; i < FLOOD; i++) {
      inject(new Ipv6Packet("fd00::" + hex() + ":" + hex(), HOST).icmp(128, 0, SixHostile.ECHO));
      assertTrue(h.host.pool.available() > 0, "packets wait for neighbours that do not come");
      if (i % 100 == 0) {
        h.takeSent();
      }
    }
    assertTrue(h.net.counter(Counter.ND_FULL) > 0);
    h.net.answerSix(true);
    wellAgain();
  }

  @Test
  void nd07_advertisementsOfRoutersWithoutNumber() {
    connected();
    h.host.ipv6Port.start(h.net.nowNs());
    h.advanceMs(3000);
    for (int i = 0; i < FLOOD; i++) {
      byte[][] options = new byte[1 + random.nextInt(4)][];
      for (int j = 0; j < options.length; j++) {
        String prefix = "2001:" + hex() + ":" + hex() + ":" + hex() + "::";
        options[j] = Discovery.prefix(prefix, 64, random.nextInt(100_000), random.nextInt(9));
      }
      inject(Discovery.router(linkLocal(), 64, 1800, random.nextInt(4), 0, 0, options));
      if (i % 100 == 0) {
        h.takeSent();
      }
    }
    assertTrue(h.net.counter(Counter.ND_ADDRESSES_FULL) > 0);
    assertTrue(h.net.counter(Counter.ND_ROUTERS_FULL) > 0);
    assertTrue(h.net.counter(Counter.ND_PREFIXES_FULL) > 0);
    wellAgain();
  }

  @Test
  void nd13_routersThatDoNotTellTheirLinkAddress() {
    connected();
    long sent = h.net.sentCount();
    for (int i = 0; i < FLOOD; i++) {
      inject(Discovery.router(linkLocal(), 64, 65_535, 0, -1, -1));
    }
    assertEquals(0, h.net.counter(Counter.ND_FULL), "an entry was made for one of them");
    assertTrue(h.net.sentCount() - sent < 10);
    // Retransmission of all ones is not a question in every turn.
    h.net.answerSix(false);
    h.takeSent();
    Endpoint nobody = new Endpoint();
    nobody.set(0xFD00L << 48, 0x99, 0);
    h.host.ping.send(nobody, 8, h.net.nowNs());
    h.advanceMs(60_000);
    long questions = h.takeSent().stream().filter(f -> f.isIcmpv6() && f.icmpType() == 135).count();
    assertEquals(3, questions);
    h.net.answerSix(true);
    wellAgain();
  }

  @Test
  void nonsenseFromServersOfNamesAndAddresses() {
    connected();
    for (int i = 0; i < FLOOD; i++) {
      byte[] octets = new byte[random.nextInt(600)];
      random.nextBytes(octets);
      int from = i % 2 == 0 ? 53 : 67;
      int to = i % 2 == 0 ? 1024 + random.nextInt(64_000) : 68;
      h.net.inject(
          h.net.fromPeer(
              Frames.ipv4(HostHarness.PEER, HostHarness.HOST)
                  .udp(Frames.udp(from, to).data(octets))));
      inject(new Ipv6Packet(i % 3 == 0 ? "fe80::9" : SixHostile.PEER, HOST).udp(from, to, octets));
      if (i % 16 == 0) {
        h.advanceMs(1);
        h.takeSent();
      }
    }
    assertTrue(h.net.counter(Counter.UDP_NO_PORT) > 0);
    wellAgain();
  }

  @Test
  void anythingAtAllToAllNodes() {
    connected();
    int[] types = {1, 2, 3, 4, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 139, 143};
    for (int i = 0; i < FLOOD; i++) {
      byte[] octets = new byte[random.nextInt(64)];
      random.nextBytes(octets);
      String to = i % 2 == 0 ? ALL_NODES : HOST;
      int type = types[random.nextInt(types.length)];
      int hops = type == 130 ? 1 : 255;
      inject(new Ipv6Packet(linkLocal(), to).hopLimit(hops).icmp(type, 0, octets));
      if (i % 100 == 0) {
        h.takeSent();
      }
    }
    wellAgain();
  }
}
