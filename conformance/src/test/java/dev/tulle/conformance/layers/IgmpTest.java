// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Full;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.udp.UdpSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Groups of IPv4: what is told about them, and who hears what. */
class IgmpTest {
  private static final int ALL = Octets.address("224.0.0.1");
  private static final int ROUTERS = Octets.address("224.0.0.22");
  private static final int GROUP = Octets.address("239.1.2.3");
  private static final int OTHER = Octets.address("232.7.7.7");
  private static final int A = Octets.address("192.0.2.1");
  private static final int B = Octets.address("192.0.2.2");
  private static final int C = Octets.address("192.0.2.3");

  private static final int IS_IN = 1;
  private static final int IS_EX = 2;
  private static final int TO_IN = 3;
  private static final int TO_EX = 4;
  private static final int ALLOW = 5;
  private static final int BLOCK = 6;

  private final byte[] buffer = new byte[100];
  private HostHarness h;
  private UdpSocket socket;
  private UdpSocket second;

  @BeforeEach
  void assemble() {
    h = new HostHarness((link, mac, entropy) -> Full.host(link, mac, entropy, 8, 4096));
    socket = h.host.udp.bind(7);
    second = h.host.udp.bind(8);
  }

  private static int listen(UdpSocket s, int group, boolean exclude, int... sources) {
    Endpoint[] list = new Endpoint[sources.length];
    for (int i = 0; i < list.length; i++) {
      list[i] = new Endpoint(sources[i], 0);
    }
    return s.options.listen(new Endpoint(group, 0), exclude, list, list.length);
  }

  private static int join(UdpSocket s, int group) {
    return s.options.join(new Endpoint(group, 0));
  }

  private static int leave(UdpSocket s, int group) {
    return s.options.leave(new Endpoint(group, 0));
  }

  private static byte[] withChecksum(ByteBuffer message) {
    byte[] b = message.array();
    Octets.put16(b, 2, Octets.checksum(0, b, 0, b.length));
    return b;
  }

  static byte[] queryV3(int code, int group, int... sources) {
    ByteBuffer b = ByteBuffer.allocate(12 + 4 * sources.length);
    b.put((byte) 0x11).put((byte) code).putShort((short) 0).putInt(group);
    b.put((byte) 2).put((byte) 125).putShort((short) sources.length);
    for (int source : sources) {
      b.putInt(source);
    }
    return withChecksum(b);
  }

  static byte[] old(int type, int code, int group) {
    ByteBuffer b = ByteBuffer.allocate(8).put((byte) type).put((byte) code);
    return withChecksum(b.putShort((short) 0).putInt(group));
  }

  private void ask(int to, byte[] message) {
    h.inject(
        Frames.ethernet(PEER_MAC, 0x0100_5E00_0000L | to & 0x7F_FFFF)
            .ipv4(
                Frames.ipv4(PEER, to).ttl(1).options(Octets.of(0x94, 4, 0, 0)).payload(2, message))
            .build());
  }

  /** The records of the next report of version 3, each as type, group and sources in text. */
  private List<String> report() {
    SeenFrame frame = h.next();
    assertTrue(frame != null, "no report");
    assertEquals(ROUTERS, frame.destination());
    assertEquals(0x0100_5E00_0016L, frame.destinationMac());
    assertEquals(1, frame.ttl());
    assertEquals(0xC0, frame.trafficClass());
    assertEquals(24, frame.ipv4Header().length);
    assertEquals(0x94, Octets.u8(frame.ipv4Header(), 20));
    byte[] b = frame.ipv4Payload();
    assertEquals(0x22, b[0]);
    assertEquals(0, Octets.checksum(0, b, 0, b.length));
    List<String> records = new ArrayList<>();
    int at = 8;
    for (int i = 0; i < Octets.u16(b, 6); i++) {
      int count = Octets.u16(b, at + 2);
      List<String> sources = new ArrayList<>();
      for (int j = 0; j < count; j++) {
        sources.add(Octets.dotted(Octets.i32(b, at + 8 + 4 * j)));
      }
      sources.sort(null);
      records.add(b[at] + " " + Octets.dotted(Octets.i32(b, at + 4)) + " " + sources);
      at += 8 + 4 * count;
    }
    assertEquals(b.length, at);
    return records;
  }

  private static String record(int type, int group, int... sources) {
    List<String> list = new ArrayList<>();
    for (int source : sources) {
      list.add(Octets.dotted(source));
    }
    return type + " " + Octets.dotted(group) + " " + list;
  }

  /** What has changed must be told now and once more within a second, and then no more. */
  private void expectChange(String... records) {
    assertEquals(List.of(records), report());
    h.expectNothing();
    h.advanceMs(1001);
    assertEquals(List.of(records), report());
    h.advanceMs(10_000);
    h.expectNothing();
  }

  private void expectAnswer(long withinMs, String... records) {
    h.advanceMs(withinMs + 1);
    assertEquals(List.of(records), report());
    h.expectNothing();
  }

  private void datagram(int source, int group, int port) {
    h.inject(
        Frames.ethernet(PEER_MAC, 0x0100_5E00_0000L | group & 0x7F_FFFF)
            .ipv4(Frames.ipv4(source, group).udp(Frames.udp(9, port).data(0, 5)))
            .build());
  }

  private boolean hears(UdpSocket s, int source, int group) {
    datagram(source, group, s.port());
    return s.receive(buffer, 0, buffer.length, null) == 5;
  }

  @Test
  void joiningAndLeavingAreToldTwice() {
    assertEquals(Status.OK, join(socket, GROUP));
    expectChange(record(TO_EX, GROUP));
    assertEquals(Status.OK, leave(socket, GROUP));
    expectChange(record(TO_IN, GROUP));
    assertEquals(Status.OK, leave(socket, GROUP));
    h.expectNothing();
    assertEquals(Status.INVALID, join(socket, PEER));
  }

  @Test
  void onlyTheSocketThatListensHears() {
    assertTrue(!hears(socket, PEER, GROUP));
    assertEquals(1, h.counter(Counter.ETH_NOT_OURS));
    join(socket, GROUP);
    assertTrue(hears(socket, PEER, GROUP));
    assertTrue(!hears(second, PEER, GROUP));
    // Another group with the same link address.
    assertTrue(!hears(socket, PEER, GROUP ^ 0x80_0000));
    assertEquals(1, h.counter(Counter.IP_NOTOURS));
    leave(socket, GROUP);
    assertTrue(!hears(socket, PEER, GROUP));
    h.takeSent();
  }

  @Test
  void sourcesAreHeardAsTheSocketWants() {
    listen(socket, GROUP, false, new int[] {A});
    listen(second, GROUP, true, new int[] {A});
    assertTrue(hears(socket, A, GROUP));
    assertTrue(!hears(socket, B, GROUP));
    assertTrue(!hears(second, A, GROUP));
    assertTrue(hears(second, B, GROUP));
  }

  @Test
  void changesOfSourcesAreToldAsWhatIsAllowedAndBlocked() {
    listen(socket, OTHER, false, new int[] {A, B});
    expectChange(record(ALLOW, OTHER, A, B));
    listen(socket, OTHER, false, new int[] {B, C});
    expectChange(record(ALLOW, OTHER, C), record(BLOCK, OTHER, A));
    listen(socket, OTHER, true, new int[] {A});
    expectChange(record(TO_EX, OTHER, A));
    listen(socket, OTHER, true, new int[] {B});
    expectChange(record(ALLOW, OTHER, A), record(BLOCK, OTHER, B));
    leave(socket, OTHER);
    expectChange(record(TO_IN, OTHER));
  }

  @Test
  void filtersOfSocketsMakeTheInterfaces() {
    listen(socket, GROUP, false, new int[] {A});
    expectChange(record(ALLOW, GROUP, A));
    listen(second, GROUP, false, new int[] {B});
    expectChange(record(ALLOW, GROUP, B));
    // One that excludes A and C beside one that includes A: all but C.
    listen(second, GROUP, true, new int[] {A, C});
    expectChange(record(TO_EX, GROUP, C));
    second.close();
    expectChange(record(TO_IN, GROUP, A));
  }

  @Test
  void moreSourcesThanAFilterHasAreAllHeard() {
    int[] many = new int[17];
    for (int i = 0; i < many.length; i++) {
      many[i] = A + i;
    }
    assertEquals(Status.INVALID, listen(socket, GROUP, false, many));
    listen(socket, GROUP, false, Arrays.copyOf(many, 16));
    h.takeSent();
    listen(second, GROUP, false, new int[] {A + 16});
    assertEquals(List.of(record(TO_EX, GROUP)), report());
    assertTrue(hears(second, A + 16, GROUP));
    assertTrue(!hears(second, A, GROUP));
  }

  @Test
  void generalQueryIsAnsweredOnceForAllGroups() {
    join(socket, GROUP);
    listen(socket, OTHER, false, new int[] {A});
    h.advanceMs(3000);
    h.takeSent();
    ask(ALL, queryV3(20, 0));
    h.expectNothing();
    for (int i = 0; i < 100; i++) {
      ask(ALL, queryV3(20, 0));
    }
    h.advanceMs(2001);
    List<String> records = report();
    assertTrue(records.contains(record(IS_EX, GROUP)), records.toString());
    assertTrue(records.contains(record(IS_IN, OTHER, A)), records.toString());
    assertEquals(2, records.size());
    h.advanceMs(10_000);
    h.expectNothing();
  }

  @Test
  void queriesAboutAGroupAndItsSourcesAreAnsweredWithWhatIsWanted() {
    join(socket, GROUP);
    listen(socket, OTHER, false, new int[] {A, B});
    h.advanceMs(3000);
    h.takeSent();
    ask(GROUP, queryV3(10, GROUP));
    expectAnswer(1000, record(IS_EX, GROUP));
    ask(GROUP, queryV3(10, GROUP, A));
    expectAnswer(1000, record(IS_IN, GROUP, A));
    ask(OTHER, queryV3(10, OTHER, B, C));
    expectAnswer(1000, record(IS_IN, OTHER, B));
    ask(OTHER, queryV3(10, OTHER, C));
    h.advanceMs(1001);
    h.expectNothing();
    // Two queries before the answer: the sources of both.
    ask(OTHER, queryV3(10, OTHER, A));
    ask(OTHER, queryV3(10, OTHER, B));
    expectAnswer(1000, record(IS_IN, OTHER, A, B));
    // One of them for the whole group: the whole group.
    ask(OTHER, queryV3(10, OTHER, A));
    ask(OTHER, queryV3(10, OTHER));
    expectAnswer(1000, record(IS_IN, OTHER, A, B));
  }

  @Test
  void routersOfOlderVersionsAreAnsweredInTheirs() {
    join(socket, GROUP);
    h.advanceMs(3000);
    h.takeSent();
    ask(ALL, old(0x11, 10, 0));
    h.advanceMs(1001);
    SeenFrame v2 = h.next();
    assertEquals(GROUP, v2.destination());
    assertArrayEquals(old(0x16, 0, GROUP), v2.ipv4Payload());
    join(second, OTHER);
    assertArrayEquals(old(0x16, 0, OTHER), h.next().ipv4Payload());
    h.advanceMs(1001);
    assertArrayEquals(old(0x16, 0, OTHER), h.next().ipv4Payload());
    leave(second, OTHER);
    SeenFrame leave = h.next();
    assertEquals(Octets.address("224.0.0.2"), leave.destination());
    assertArrayEquals(old(0x17, 0, OTHER), leave.ipv4Payload());
    h.advanceMs(2000);
    h.takeSent();
    // One host's report is enough in version 2.
    ask(ALL, old(0x11, 100, 0));
    ask(GROUP, old(0x16, 0, GROUP));
    h.advanceMs(10_001);
    h.expectNothing();
    ask(ALL, old(0x11, 0, 0));
    h.advanceMs(10_001);
    assertArrayEquals(old(0x12, 0, GROUP), h.next().ipv4Payload());
    leave(socket, GROUP);
    h.expectNothing();
    join(socket, GROUP);
    assertArrayEquals(old(0x12, 0, GROUP), h.next().ipv4Payload());
    h.advanceMs(261_000);
    h.takeSent();
    ask(ALL, queryV3(10, 0));
    expectAnswer(1000, record(IS_EX, GROUP));
  }

  @Test
  void groupThatWasLeftIsNotAnsweredFor() {
    join(socket, GROUP);
    h.advanceMs(3000);
    h.takeSent();
    ask(GROUP, queryV3(0xFF, GROUP));
    leave(socket, GROUP);
    h.advanceMs(0);
    expectChange(record(TO_IN, GROUP));
    h.advanceMs(61_000);
    h.expectNothing();
  }

  @Test
  void tablesThatAreFullRefuse() {
    int joined = 0;
    while (join(socket, GROUP + joined) == Status.OK) {
      joined++;
    }
    assertEquals(32, joined);
    assertEquals(1, h.counter(Counter.IGMP_FULL));
    h.takeSent();
    socket.close();
    h.advanceMs(3000);
    h.takeSent();
    assertEquals(Status.OK, join(second, OTHER));
  }

  @Test
  void datagramsToGroupsGoNoFurtherThanTheLinkUnlessTheyMust() {
    socket.send(buffer, 0, 5, new Endpoint(GROUP, 9), h.nowNs());
    SeenFrame frame = h.next();
    assertEquals(1, frame.ttl());
    assertEquals(0x0100_5E01_0203L, frame.destinationMac());
    assertEquals(HOST, frame.source());
    socket.options.timeToLive = 16;
    socket.send(buffer, 0, 5, new Endpoint(GROUP, 9), h.nowNs());
    assertEquals(16, h.next().ttl());
  }
}
