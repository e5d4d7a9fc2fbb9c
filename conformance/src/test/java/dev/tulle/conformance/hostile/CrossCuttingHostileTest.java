// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.FrameChecks.icmp;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.HOST_MAC;
import static dev.tulle.testkit.HostHarness.MASK;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.tulle.buffer.Packet;
import dev.tulle.ip.Endpoint;
import dev.tulle.link.Link;
import dev.tulle.profile.Client;
import dev.tulle.profile.Host;
import dev.tulle.profile.Minimal;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.FixedEntropy;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Ipv4Datagram;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.Segment;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TcpSegment;
import dev.tulle.udp.UdpSocket;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What concerns all layers. Methods are named after the catalogue's rows. */
class CrossCuttingHostileTest {
  /** A link that brings the same frames again and again and swallows what is sent. */
  private static final class Flood implements Link {
    private final byte[][] frames;
    private int next;
    int left;
    int sent;

    Flood(byte[]... frames) {
      this.frames = frames;
    }

    @Override
    public int frameBytes() {
      return 1514;
    }

    @Override
    public int receive(Packet packet, long nowNs) {
      if (left == 0) {
        return 0;
      }
      left--;
      byte[] frame = frames[next];
      next = next + 1 == frames.length ? 0 : next + 1;
      System.arraycopy(frame, 0, packet.bytes, packet.head, frame.length);
      packet.end = packet.head + frame.length;
      return frame.length;
    }

    @Override
    public int send(Packet packet, long nowNs) {
      sent++;
      return Status.OK;
    }
  }

  private static byte[] frame(Ipv4Datagram datagram) {
    return Frames.ethernet(PEER_MAC, HOST_MAC).ipv4(datagram).build();
  }

  private static Host host(Flood link) {
    Host host = Client.host(link, HOST_MAC, new FixedEntropy(1));
    host.address(HOST, MASK, PEER);
    return host;
  }

  /** One frame for each reason to drop it, from the link to the transports. */
  private static byte[][] malformed() {
    byte[] ping = Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(1, 1, 8)).build();
    return new byte[][] {
      Arrays.copyOf(frame(Frames.ipv4(PEER, HOST)), 14),
      Frames.ethernet(HOST_MAC, HOST_MAC).payload(ping).build(),
      Frames.ethernet(PEER_MAC, HOST_MAC).type(0x8100).payload(ping).build(),
      Frames.ethernet(PEER_MAC, HOST_MAC).type(100).payload(ping).build(),
      Frames.ethernet(PEER_MAC, HOST_MAC).type(0x86DD).payload(ping).build(),
      Frames.ethernet(PEER_MAC, HOST_MAC)
          .arp(Frames.arpRequest(PEER_MAC, PEER, HOST).operation(9))
          .build(),
      Frames.ethernet(PEER_MAC, HOST_MAC).arp(Frames.arpRequest(PEER_MAC, HOST, HOST)).build(),
      frame(Frames.ipv4(PEER, HOST).version(6)),
      frame(Frames.ipv4(PEER, HOST).totalLength(1500)),
      frame(Frames.ipv4(PEER, HOST).checksumOff(1)),
      frame(Frames.ipv4(PEER, HOST).options(Octets.of(7, 0))),
      frame(Frames.ipv4(0x7F000001, HOST)),
      frame(Frames.ipv4(PEER, PEER + 9)),
      frame(Frames.ipv4(PEER, HOST).fragment(8, true)),
      frame(Frames.ipv4(PEER, HOST).protocol(99)),
      frame(Frames.ipv4(PEER, HOST).icmp(Frames.icmp(8, 0).checksumOff(1))),
      frame(Frames.ipv4(PEER, HOST).icmp(Frames.icmp(3, 1))),
      frame(Frames.ipv4(PEER, HOST).icmp(Frames.icmp(5, 1))),
      frame(Frames.ipv4(PEER, HOST).udp(Frames.udp(1, 2).length(3))),
      frame(Frames.ipv4(PEER, HOST).udp(Frames.udp(1, 2).checksumOff(1))),
      frame(Frames.ipv4(PEER, HOST).udp(Frames.udp(1, 2))),
      frame(Frames.ipv4(PEER, HOST).tcp(Frames.tcp(1, 2).dataOffset(1))),
      frame(Frames.ipv4(PEER, HOST).tcp(Frames.tcp(1, 2).flags(TcpSegment.SYN))),
    };
  }

  @Test
  @Timeout(20)
  void xct02_addressesChosenToCollideAreNoSlowerThanOthers() {
    HostHarness h = new HostHarness(Client::host);
    h.answerArp(false);
    h.host.port.mask = Octets.address("255.0.0.0");
    UdpSocket socket = h.host.udp.bind(5000);
    byte[] data = new byte[1];
    for (int i = 0; i < 100_000; i++) {
      // The same low bits in all, which would share a bucket of a table without a key.
      int address = Octets.address("10.0.0.8") + (i << 7);
      socket.send(data, 0, 1, new Endpoint(address, 9), h.nowNs());
      h.takeSent();
    }
    assertTrue(h.counter(Counter.ARP_FULL) > 90_000);
    h.advanceMs(5000);
    assertEquals(h.host.pool.capacity(), h.host.pool.available());
  }

  @Test
  void xct02_theSetOfANeighbourDependsOnTheKey() {
    int[] survivors = new int[2];
    for (int seed = 0; seed < 2; seed++) {
      HostHarness h = new HostHarness(Client::host, seed + 1);
      h.answerArp(false);
      h.host.port.mask = Octets.address("255.0.0.0");
      for (int i = 0; i < 64; i++) {
        int address = Octets.address("10.0.0.8") + (i << 7);
        h.inject(
            Frames.ethernet(PEER_MAC + i, HOST_MAC)
                .arp(Frames.arpRequest(PEER_MAC + i, address, HOST))
                .build());
      }
      h.takeSent();
      UdpSocket socket = h.host.udp.bind(5000);
      for (int i = 0; i < 31; i++) {
        int address = Octets.address("10.0.0.8") + (i << 7);
        socket.send(new byte[1], 0, 1, new Endpoint(address, 9), h.nowNs());
        for (SeenFrame sent : h.takeSent()) {
          survivors[seed] |= sent.isUdp() ? 1 << i : 0;
        }
      }
    }
    assertTrue(survivors[0] != survivors[1], "the same neighbours were displaced");
  }

  @Test
  void xct04_aFloodLeavesTimersAndOutputTheirTurn() {
    Flood flood = new Flood(malformed());
    Host host = host(flood);
    UdpSocket socket = host.udp.bind(5000);
    socket.send(new byte[1], 0, 1, new Endpoint(PEER, 9), 0);
    int before = flood.sent;
    flood.left = Integer.MAX_VALUE;
    for (long nowNs = 0; nowNs < 5_000_000_000L; nowNs += 10_000_000) {
      assertTrue(host.stack.poll(nowNs) <= nowNs);
    }
    assertEquals(500 * 64, host.counters.value(Counter.LINK_RECEIVED));
    assertTrue(flood.sent > before, "the neighbour was asked again");
    assertTrue(host.counters.value(Counter.ARP_UNREACHABLE) > 0, "the sender is told");
  }

  @Test
  void xct05_noReplyHoldsWhatAnotherPacketLeftBehind() {
    HostHarness h = new HostHarness(Minimal::host);
    byte[] secret = new byte[1400];
    Arrays.fill(secret, (byte) 0x5C);
    for (int round = 0; round < 20; round++) {
      h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.icmp(8, 0).data(secret))));
      h.expect(icmp(0, 0));
      h.inject(
          h.fromPeer(Frames.ipv4(PEER, HOST).totalLength(1400).icmp(Frames.echoRequest(1, 1, 1))));
      h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.echoRequest(1, 1, round))));
      h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).udp(Frames.udp(1, 99).data(0, 1).length(1000))));
      h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).payload(99, new byte[round])));
      h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).tcp(Frames.tcp(1, 99).flags(TcpSegment.SYN))));
      for (SeenFrame frame : h.takeSent()) {
        for (byte octet : frame.bytes()) {
          assertFalse(octet == 0x5C, "an octet of another packet in " + frame);
        }
      }
    }
    assertEquals(20, h.counter(Counter.IP_TRUNCATED));
    assertEquals(20, h.counter(Counter.UDP_BADLEN));
  }

  @Test
  void xct06_droppingAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Flood flood = new Flood(malformed());
    Host host = host(flood);
    long nowNs = 0;
    long allocated = Long.MAX_VALUE;
    // The first rounds load classes and compile.
    for (int round = 0; round < 4; round++) {
      flood.left = 230_000;
      long before = threads.getCurrentThreadAllocatedBytes();
      while (flood.left > 0) {
        nowNs += 1_000_000;
        host.stack.poll(nowNs);
      }
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertTrue(allocated < 230_000, allocated + " octets for 230,000 packets");
    assertEquals(0, host.counters.value(Counter.STACK_INTERNAL_ERROR));
    for (int second = 0; second < 5; second++) { // what waits for the neighbour is given up
      nowNs += 1_000_000_000;
      host.stack.poll(nowNs);
    }
    assertEquals(host.pool.capacity(), host.pool.available());
  }

  @Test
  void xct06_countersAreWide() throws Exception {
    assertEquals(long.class, Counters.class.getMethod("value", int.class).getReturnType());
  }

  @Test
  void xct01_sizesNearTwoToTheSixteenth() {
    HostHarness h = new HostHarness(Client::host);
    TcpHarness tcp = new TcpHarness(h);
    tcp.listen(80);
    tcp.connected(1000, 65_535);
    UdpSocket udp = h.host.udp.bind(5000);
    byte[] large = new byte[1 << 17];
    int room = tcp.socket.writable();
    for (int size : new int[] {65_535, 65_536, 65_508, 65_516, 1 << 17}) {
      assertTrue(udp.send(large, 0, size, new Endpoint(PEER, 9), h.nowNs()) < 0, "sent " + size);
    }
    assertEquals(Status.OK, udp.send(large, 0, 65_507, new Endpoint(PEER, 9), h.nowNs()));
    assertEquals(room, tcp.socket.write(large, 0, large.length));
    assertEquals(Status.WOULD_BLOCK, tcp.socket.write(large, 0, 65_535));
    assertEquals(Status.WOULD_BLOCK, tcp.socket.read(large, 0, large.length));
    h.poll();
    h.expectNoInternalError();
  }

  @Test
  void xct09_whateverEndsAConnectionGivesBackWhatItHeld() {
    // Unread data, data out of order, packets that wait for a neighbour, a FIN without an answer.
    HostHarness h =
        new HostHarness((link, mac, entropy) -> Client.host(link, mac, entropy, 8, 4096));
    TcpHarness tcp = new TcpHarness(h);
    int packets = h.host.pool.available();
    tcp.listen(80);
    for (int i = 0; i < 100_000; i++) {
      tcp.newPeer(PEER, 1024 + i % 60_000, i * 7919);
      tcp.inject(Segment.syn());
      tcp.takeSent();
      tcp.inject(Segment.ack(0));
      TcpSocket socket = tcp.listener.accept();
      if (i % 3 != 0) {
        tcp.inject(Segment.data(0, 100));
        tcp.inject(Segment.data(200, 100));
      }
      if (i % 5 == 0) {
        socket.write(new byte[100], 0, 100);
      }
      if (i % 2 == 0) {
        tcp.inject(Segment.rst(tcp.peer.next()).sequence(i % 3 != 0 ? 100 : 0));
        socket.close();
      } else {
        socket.abort();
      }
      h.takeSent();
      assertEquals(0, h.host.tcp.connections(), "after " + i);
      assertEquals(packets, h.host.pool.available(), "after " + i);
    }
    h.expectNoInternalError();
  }
}
