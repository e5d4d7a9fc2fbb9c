// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Full;
import dev.tulle.profile.Host;
import dev.tulle.raw.RawSocket;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Octets;
import dev.tulle.udp.UdpSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A host of the profile Full that talks to itself. RFC 1122 3.2.1.3 (g), RFC 4291 2.5.3. */
class LoopbackTest {
  private static final int LOCALHOST = 0x7F000001;

  private final HostHarness h = new HostHarness(Full::host);
  private final Host host = h.host;

  @AfterEach
  void nothingOfItIsSeenOnTheLink() {
    assertNull(h.next());
    h.expectNoInternalError();
    assertEquals(0, host.counters.value(Counter.LOOPBACK_FULL));
    assertEquals(host.pool.capacity(), host.pool.available());
  }

  private static Endpoint[] ends(int port) {
    Endpoint six = new Endpoint();
    six.set(0, 1, port);
    return new Endpoint[] {
      new Endpoint(LOCALHOST, port), new Endpoint(HostHarness.HOST, port), six
    };
  }

  private void settle() {
    for (int i = 0; i < 20; i++) {
      h.poll();
    }
  }

  @Test
  void connectionsGoToLocalhostAndToAnAddressOfOnesOwn() {
    Listener listener = host.tcp.listen(80, 4);
    byte[] sent = Octets.pattern(0, 100_000);
    for (Endpoint end : ends(80)) {
      TcpSocket client = host.tcp.connect(end);
      settle();
      assertEquals(Status.OK, client.status());
      TcpSocket server = listener.accept();
      Endpoint seen = new Endpoint();
      server.remote(seen);
      assertEquals(end.address, seen.address);
      assertEquals(end.low, seen.low);
      int written = 0;
      int got = 0;
      byte[] back = new byte[sent.length];
      for (int i = 0; i < 1000 && got < sent.length; i++) {
        written += Math.max(0, client.write(sent, written, sent.length - written));
        h.poll();
        got += Math.max(0, server.read(back, got, back.length - got));
        h.poll();
      }
      assertArrayEquals(sent, back);
      client.close();
      server.close();
      settle();
    }
  }

  @Test
  void whereNobodyListensItIsRefusedAtOnce() {
    for (Endpoint end : ends(81)) {
      TcpSocket client = host.tcp.connect(end);
      settle();
      assertEquals(Status.REFUSED, client.status());
      client.close();
    }
  }

  @Test
  void datagramsArriveSmallAndLargeAndAreRefusedWhereNobodyIs() {
    UdpSocket to = host.udp.bind(9);
    UdpSocket from = host.udp.bind(0);
    byte[] got = new byte[60_000];
    for (Endpoint end : ends(9)) {
      for (int length : new int[] {0, 5, 60_000}) {
        byte[] sent = Octets.pattern(0, length);
        assertEquals(Status.OK, from.send(sent, 0, length, end, h.nowNs()));
        settle();
        Endpoint source = new Endpoint();
        assertEquals(length, to.receive(got, 0, got.length, source));
        assertEquals(from.port(), source.port);
        assertEquals(end.address, source.address);
        assertEquals(end.low, source.low);
      }
    }
    to.close();
    for (Endpoint end : ends(9)) {
      assertEquals(Status.OK, from.connect(end));
      assertEquals(Status.OK, from.send(got, 0, 1, null, h.nowNs()));
      settle();
      assertEquals(Status.REFUSED, from.receive(got, 0, got.length, null));
    }
  }

  @Test
  void pingsOfOneselfAreAnsweredSmallAndLarge() {
    for (Endpoint end : ends(0)) {
      for (int bytes : new int[] {0, 56, 60_000}) {
        int number = host.ping.send(end, bytes, h.nowNs());
        assertTrue(number >= 0, "refused: " + number);
        settle();
        assertTrue(host.ping.next(), "no answer of " + bytes);
        assertEquals(0, host.ping.error);
        assertEquals(number, host.ping.sequence);
        assertEquals(bytes, host.ping.dataBytes);
      }
    }
    assertEquals(0, host.counters.value(Counter.ICMP_BADSUM));
  }

  @Test
  void rawSocketsHearWhatIsSentToOneself() {
    RawSocket other = host.raw.bind(253);
    RawSocket icmp = host.raw.bind(1);
    byte[] got = new byte[2000];
    Endpoint from = new Endpoint();
    for (Endpoint end : ends(0)) {
      assertEquals(Status.OK, other.send(Octets.pattern(0, 100), 0, 100, end, h.nowNs()));
      settle();
      int header = end.six() ? 0 : 20;
      assertEquals(100 + header, other.receive(got, 0, got.length, from));
      assertEquals(end.address, from.address);
      assertEquals(end.low, from.low);
    }
    assertTrue(host.ping.send(new Endpoint(LOCALHOST, 0), 8, h.nowNs()) >= 0);
    settle();
    assertEquals(36, icmp.receive(got, 0, got.length, from));
    assertEquals(8, got[20]); // the question
    assertEquals(36, icmp.receive(got, 0, got.length, from));
    assertEquals(0, got[20]); // and the answer
  }

  @Test
  void whatComesFromTheLinkWithSuchAnAddressIsDropped() {
    assertNotNull(host.udp.bind(9));
    long before = host.counters.value(Counter.IP_MARTIAN);
    h.inject(
        h.fromPeer(
            dev.tulle.testkit.Frames.ipv4(HostHarness.PEER, LOCALHOST)
                .udp(dev.tulle.testkit.Frames.udp(1, 9).data(0, 5))));
    assertEquals(before + 1, host.counters.value(Counter.IP_MARTIAN));
  }
}
