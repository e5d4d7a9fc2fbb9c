// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.six;

import static dev.tulle.testkit.HostHarness.PEER6;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Full;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Discovery;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.udp.UdpSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Groups of IPv6 with sources: what is told about them, and who hears what. */
class MldTest {
  private static final String GROUP = "ff02:0:0:0:0:0:1:2345";
  private static final String OTHER = "ff3e:0:0:0:0:0:7:7";
  private static final String A = "2001:db8:0:0:0:0:0:a";
  private static final String B = "2001:db8:0:0:0:0:0:b";
  private static final String C = "2001:db8:0:0:0:0:0:c";

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
    h = new HostHarness((link, mac, entropy) -> Full.host(link, mac, entropy, 8, 4096)).six();
    socket = h.host.udp.bind(7);
    second = h.host.udp.bind(8);
  }

  private static Endpoint at(String address) {
    return SixBench.endpoint(address, 0);
  }

  private int listen(UdpSocket s, String group, boolean exclude, String... sources) {
    Endpoint[] list = Arrays.stream(sources).map(MldTest::at).toArray(Endpoint[]::new);
    return s.options.listen(at(group), exclude, list, list.length);
  }

  /** The records of the next report, each as type, group and sources in text. */
  private List<String> report() {
    SeenFrame f = h.next();
    assertNotNull(f, "no report");
    assertEquals("ff02:0:0:0:0:0:0:16", f.destination6());
    assertEquals(0x3333_0000_0016L, f.destinationMac());
    assertTrue(f.isIcmpv6());
    assertEquals(143, f.icmpType());
    assertEquals(1, Octets.u8(f.bytes(), 14 + 7), "hop limit");
    assertEquals(0x0502_0000, Octets.i32(f.bytes(), 14 + 42), "router alert");
    byte[] b = f.data();
    List<String> records = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < (f.icmpRest() & 0xFFFF); i++) {
      int count = Octets.u16(b, at + 2);
      List<String> sources = new ArrayList<>();
      for (int j = 0; j < count; j++) {
        sources.add(text(b, at + 20 + 16 * j));
      }
      sources.sort(null);
      records.add(b[at] + " " + text(b, at + 4) + " " + sources);
      at += 20 + 16 * count;
    }
    assertEquals(b.length, at);
    return records;
  }

  private static String text(byte[] b, int at) {
    return Ipv6Packet.text(Arrays.copyOfRange(b, at, at + 16));
  }

  private static String record(int type, String group, String... sources) {
    return type + " " + group + " " + List.of(sources);
  }

  private void expectChange(String... records) {
    assertEquals(List.of(records), report());
    h.expectNothing();
    h.advanceMs(1001);
    assertEquals(List.of(records), report());
    h.advanceMs(10_000);
    h.expectNothing();
  }

  private void ask(Ipv6Packet query) {
    h.inject(h.fromPeer(query));
  }

  private boolean hears(UdpSocket s, String source, String group) {
    h.inject(h.fromPeer(new Ipv6Packet(source, group).udp(9, s.port(), new byte[5])));
    return s.receive(buffer, 0, buffer.length, null) == 5;
  }

  @Test
  void joiningAndLeavingAreToldTwice() {
    assertEquals(Status.OK, socket.options.join(at(GROUP)));
    expectChange(record(TO_EX, GROUP));
    assertEquals(Status.OK, socket.options.leave(at(GROUP)));
    expectChange(record(TO_IN, GROUP));
    assertEquals(Status.INVALID, socket.options.join(at(PEER6)));
    assertEquals(Status.INVALID, socket.options.join(at("ff01::1")));
    assertEquals(
        Status.INVALID, socket.options.hear(at(GROUP), new Endpoint(HostHarness.PEER, 0), true));
  }

  @Test
  void whatAllListenToIsNotReported() {
    assertEquals(Status.OK, socket.options.join(at("ff02::1")));
    h.advanceMs(3000);
    h.expectNothing();
    assertTrue(hears(socket, A, "ff02::1"));
    ask(Discovery.listenerQuery(1000, "::", 0));
    h.advanceMs(1001);
    assertFalse(report().toString().contains("ff02:0:0:0:0:0:0:1 "));
  }

  @Test
  void onlyTheSocketThatListensHears() {
    assertFalse(hears(socket, A, GROUP));
    assertEquals(1, h.counter(Counter.IP6_NOTJOINED));
    socket.options.join(at(GROUP));
    assertTrue(hears(socket, A, GROUP));
    assertFalse(hears(second, A, GROUP));
    second.options.join(at(OTHER));
    assertTrue(hears(second, A, OTHER));
    assertFalse(hears(second, A, GROUP));
    socket.options.leave(at(GROUP));
    assertFalse(hears(socket, A, GROUP));
  }

  @Test
  void sourcesAreHeardAsTheSocketWants() {
    listen(socket, GROUP, false, A);
    listen(second, GROUP, true, A);
    assertTrue(hears(socket, A, GROUP));
    assertFalse(hears(socket, B, GROUP));
    assertFalse(hears(second, A, GROUP));
    assertTrue(hears(second, B, GROUP));
  }

  @Test
  void sourcesAreJoinedAndLeftOneByOne() {
    assertEquals(Status.OK, socket.options.hear(at(OTHER), at(A), true));
    expectChange(record(ALLOW, OTHER, A));
    assertEquals(Status.OK, socket.options.hear(at(OTHER), at(B), true));
    expectChange(record(ALLOW, OTHER, B));
    assertEquals(Status.OK, socket.options.hear(at(OTHER), at(A), false));
    expectChange(record(BLOCK, OTHER, A));
    assertEquals(Status.OK, socket.options.hear(at(OTHER), at(B), false));
    expectChange(record(BLOCK, OTHER, B));
    // Of a group that was joined they are blocked and unblocked.
    socket.options.join(at(GROUP));
    expectChange(record(TO_EX, GROUP));
    assertEquals(Status.OK, socket.options.hear(at(GROUP), at(C), false));
    expectChange(record(BLOCK, GROUP, C));
    assertFalse(hears(socket, C, GROUP));
    assertEquals(Status.OK, socket.options.hear(at(GROUP), at(C), true));
    expectChange(record(ALLOW, GROUP, C));
    assertTrue(hears(socket, C, GROUP));
  }

  @Test
  void filtersOfSocketsMakeTheInterfaces() {
    listen(socket, GROUP, false, A);
    expectChange(record(ALLOW, GROUP, A));
    // One that excludes A and C beside one that includes A: all but C.
    listen(second, GROUP, true, A, C);
    expectChange(record(TO_EX, GROUP, C));
    // The host itself wants the group, as it does that of an address: from everybody.
    Endpoint g = at(GROUP);
    h.host.ipv6Port.groups.join(g.high, g.low, h.nowNs());
    h.poll();
    expectChange(record(ALLOW, GROUP, C));
    h.host.ipv6Port.groups.leave(g.high, g.low, h.nowNs());
    h.poll();
    expectChange(record(BLOCK, GROUP, C));
    second.close();
    expectChange(record(TO_IN, GROUP, A));
  }

  @Test
  void queriesAreAnsweredWithWhatIsWanted() {
    socket.options.join(at(GROUP));
    listen(socket, OTHER, false, A, B);
    h.advanceMs(3000);
    h.takeSent();
    for (int i = 0; i < 100; i++) {
      ask(Discovery.listenerQuery(2000, "::", 0));
    }
    h.advanceMs(2001);
    List<String> records = report();
    assertTrue(records.contains(record(IS_EX, GROUP)), records.toString());
    assertTrue(records.contains(record(IS_IN, OTHER, A, B)), records.toString());
    h.advanceMs(10_000);
    h.expectNothing();
    ask(Discovery.listenerQuery(1000, OTHER, 2, B, C));
    h.advanceMs(1001);
    assertEquals(List.of(record(IS_IN, OTHER, B)), report());
    ask(Discovery.listenerQuery(1000, OTHER, 1, C));
    h.advanceMs(1001);
    h.expectNothing();
    ask(Discovery.listenerQuery(1000, GROUP, 1, C));
    ask(Discovery.listenerQuery(1000, GROUP, 0));
    h.advanceMs(1001);
    assertEquals(List.of(record(IS_EX, GROUP)), report());
    h.expectNothing();
  }

  @Test
  void changesAreToldAsOftenAsTheQuerierIsRobust() {
    byte[] body = new byte[24];
    body[20] = 4;
    ask(Discovery.alerted(new Ipv6Packet("fe80::1", "ff02::1")).icmp(130, 0, body));
    h.advanceMs(10_000);
    h.takeSent();
    socket.options.join(at(GROUP));
    h.advanceMs(10_000);
    assertEquals(4, h.takeSent().size());
  }

  @Test
  void aRouterOfVersionOneIsAnsweredInItsOwn() {
    socket.options.join(at(GROUP));
    h.advanceMs(3000);
    h.takeSent();
    ask(Discovery.listenerQueryV1(1000, GROUP));
    h.advanceMs(1001);
    SeenFrame report = h.next();
    assertEquals(131, report.icmpType());
    assertEquals(GROUP, report.destination6());
    assertEquals(GROUP, report.target6());
    h.expectNothing();
    // Another's report is enough.
    ask(Discovery.listenerQueryV1(10_000, GROUP));
    byte[] body = Octets.concat(new byte[4], Ipv6Packet.address(GROUP));
    ask(Discovery.alerted(new Ipv6Packet("fe80::7", GROUP)).icmp(131, 0, body));
    h.advanceMs(10_001);
    h.expectNothing();
    socket.options.leave(at(GROUP));
    h.poll();
    SeenFrame done = h.next();
    assertEquals(132, done.icmpType());
    assertEquals("ff02:0:0:0:0:0:0:2", done.destination6());
    h.advanceMs(261_000);
    h.takeSent();
    second.options.join(at(GROUP));
    h.poll();
    assertEquals(143, h.next().icmpType());
  }

  @Test
  void tablesThatAreFullRefuse() {
    int joined = 0;
    while (socket.options.join(at("ff02::2:" + Integer.toHexString(joined + 1))) == Status.OK) {
      joined++;
    }
    assertEquals(31, joined, "32, and one is of the host's address");
    assertEquals(1, h.counter(Counter.MLD_FULL));
    socket.close();
    h.advanceMs(3000);
    h.takeSent();
    assertEquals(Status.OK, second.options.join(at(OTHER)));
  }
}
