// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.RouterHarness.GATEWAY;
import static dev.tulle.testkit.RouterHarness.HOST;
import static dev.tulle.testkit.RouterHarness.INSIDE;
import static dev.tulle.testkit.RouterHarness.OTHER;
import static dev.tulle.testkit.RouterHarness.OUTSIDE;
import static dev.tulle.testkit.RouterHarness.SERVER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.forward.ConnectionTracker;
import dev.tulle.forward.Filter;
import dev.tulle.forward.FilterRule;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.RouterHarness;
import dev.tulle.testkit.SeenFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The catalogue's rows where the host that they are sent to is a router. */
class RouterHostileTest {
  private static final int SYN = 2;
  private static final int ACK = 16;

  /** Lets the inside begin, and the outside answer. */
  private static RouterHarness guarded() {
    RouterHarness h = new RouterHarness().nat().filter(Filter.DROP);
    FilterRule rule = new FilterRule();
    rule.action = Filter.ACCEPT;
    rule.states = ConnectionTracker.ESTABLISHED | ConnectionTracker.RELATED;
    assertEquals(0, h.router.filter.add(rule));
    rule.states = ConnectionTracker.NEW;
    rule.in = h.router.ports[0];
    assertEquals(0, h.router.filter.add(rule));
    return h;
  }

  @Test
  void xct03_payloadThatLooksLikeAnotherProtocolMakesNoMapping() {
    RouterHarness h = guarded();
    h.fromInside(Frames.ipv4(HOST, SERVER).tcp(Frames.tcp(5000, 5060).flags(SYN).sequence(1)));
    h.fromOutside(
        Frames.ipv4(SERVER, OUTSIDE)
            .tcp(Frames.tcp(5060, 5000).flags(SYN | ACK).sequence(9).acknowledgment(2)));
    String register =
        "REGISTER sip:192.0.2.2 SIP/2.0\r\nContact: <sip:a@10.0.0.2:445;transport=tcp>\r\n\r\n";
    byte[] text = register.getBytes(StandardCharsets.US_ASCII);
    h.fromInside(
        Frames.ipv4(HOST, SERVER)
            .tcp(Frames.tcp(5000, 5060).flags(ACK).sequence(2).acknowledgment(10).data(text)));
    byte[] ftp = "PORT 10,0,0,2,1,189\r\n".getBytes(StandardCharsets.US_ASCII);
    h.fromInside(
        Frames.ipv4(HOST, SERVER)
            .tcp(
                Frames.tcp(5000, 5060)
                    .flags(ACK)
                    .sequence(2 + text.length)
                    .acknowledgment(10)
                    .data(ftp)));
    h.discard();
    assertEquals(1, h.router.nat.count());
    h.fromOutside(Frames.ipv4(SERVER, OUTSIDE).tcp(Frames.tcp(6000, 445).flags(SYN)));
    assertTrue(h.outside().has(4)); // the router's own closed port
    h.nothing();
  }

  @Test
  void tcp20_aSplitHandshakeLeavesTheInsideTheOneThatOpened() {
    RouterHarness h = guarded();
    h.fromInside(Frames.ipv4(HOST, SERVER).tcp(Frames.tcp(5000, 80).flags(SYN).sequence(1)));
    h.fromOutside(Frames.ipv4(SERVER, OUTSIDE).tcp(Frames.tcp(80, 5000).flags(SYN).sequence(9)));
    h.fromInside(
        Frames.ipv4(HOST, SERVER)
            .tcp(Frames.tcp(5000, 80).flags(SYN | ACK).sequence(1).acknowledgment(10)));
    assertEquals(3, h.discard());
    assertEquals(1, h.router.tracker.count());
    // Another port of the server's is still a stranger's beginning.
    h.fromOutside(Frames.ipv4(SERVER, OUTSIDE).tcp(Frames.tcp(81, 5000).flags(SYN).sequence(9)));
    assertEquals(1, h.counter(Counter.FILTER_DROPPED));
    h.nothing();
  }

  @Test
  void tcp24_aForgedResetFromOutsideDoesNotOpenTheWayForOthers() {
    RouterHarness h = guarded();
    h.fromInside(Frames.ipv4(HOST, SERVER).tcp(Frames.tcp(5000, 80).flags(SYN).sequence(1)));
    h.fromOutside(
        Frames.ipv4(SERVER, OUTSIDE)
            .tcp(Frames.tcp(80, 5000).flags(SYN | ACK).sequence(9).acknowledgment(2)));
    h.fromInside(
        Frames.ipv4(HOST, SERVER)
            .tcp(Frames.tcp(5000, 80).flags(ACK).sequence(2).acknowledgment(10)));
    h.discard();
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 1000; i++) {
      int sequence = 10 + 100_000 + random.nextInt(1 << 30);
      h.fromOutside(
          Frames.ipv4(SERVER, OUTSIDE).tcp(Frames.tcp(80, 5000).flags(4).sequence(sequence)));
    }
    assertEquals(1000, h.counter(Counter.FILTER_DROPPED)); // invalid: no rule takes them
    h.nothing();
    h.advanceMs(1_000_000);
    assertEquals(1, h.router.tracker.count());
  }

  @Test
  void frg08_aTinyFirstFragmentDoesNotPassTheFilter() {
    RouterHarness h = guarded();
    byte[] syn = Frames.tcp(6000, 22).flags(SYN).build(SERVER, OUTSIDE);
    h.fromOutside(Frames.ipv4(SERVER, HOST).fragment(0, true).payload(6, Arrays.copyOf(syn, 8)));
    h.nothing();
    h.fromOutside(
        Frames.ipv4(SERVER, HOST).fragment(8, false).payload(6, Arrays.copyOfRange(syn, 8, 20)));
    h.nothing();
    assertEquals(1, h.counter(Counter.FILTER_DROPPED));
  }

  @Test
  void frg15_fragmentsOfTheTwoSidesNeverMeet() {
    RouterHarness h = new RouterHarness().filter(Filter.ACCEPT);
    byte[] whole = Frames.udp(1, 2).data(0, 100).build(HOST, SERVER);
    h.fromInside(Frames.ipv4(HOST, SERVER).fragment(0, true).payload(17, Arrays.copyOf(whole, 56)));
    h.fromOutside(
        Frames.ipv4(HOST, SERVER)
            .fragment(56, false)
            .payload(17, Arrays.copyOfRange(whole, 56, 108)));
    h.nothing();
  }

  @Test
  void icm08_redirectsAreNeitherBelievedNorPassedOn() {
    RouterHarness h = new RouterHarness().nat();
    h.fromInside(Frames.ipv4(HOST, SERVER).udp(Frames.udp(5000, 53)));
    SeenFrame out = h.outside();
    byte[] quoted = Arrays.copyOf(out.ipv4Header(), 28);
    System.arraycopy(out.ipv4Payload(), 0, quoted, 20, 8);
    int rogue = Octets.address("192.0.2.66");
    h.fromOutside(Frames.ipv4(GATEWAY, OUTSIDE).icmp(Frames.icmp(5, 1).rest(rogue).data(quoted)));
    h.nothing();
    assertEquals(GATEWAY, h.router.routes.nextHop(SERVER, 0));
  }

  @Test
  void icm10_aDirectedBroadcastIsNotAmplified() {
    RouterHarness h = new RouterHarness();
    for (String to : new String[] {"10.0.0.255", "10.0.0.0"}) {
      h.fromOutside(Frames.ipv4(SERVER, Octets.address(to)).icmp(Frames.echoRequest(1, 1, 56)));
      assertTrue(h.discard() <= 1, to);
    }
    assertEquals(1, h.counter(Counter.FORWARD_BROADCAST));
    h.fromOutside(Frames.ipv4(SERVER, -1).icmp(Frames.echoRequest(1, 1, 56)));
    h.nothing();
  }

  @Test
  void ip405_sourceRoutesAreNotForwarded() {
    RouterHarness h = new RouterHarness();
    byte[] loose = {(byte) 0x83, 7, 4, 10, 0, 0, 3, 0};
    h.fromInside(Frames.ipv4(HOST, SERVER).options(loose).icmp(Frames.echoRequest(1, 1, 8)));
    assertEquals(1, h.counter(Counter.IP_SRCROUTE));
    h.nothing();
  }

  @Test
  void xct02_tuplesOfOneHostDoNotMakeLookupsLong() {
    RouterHarness h = new RouterHarness().nat();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 30_000; i++) {
      int from = INSIDE + 1 + (i & 63);
      int port = 1024 + random.nextInt(60_000);
      h.fromInside(Frames.ipv4(from, SERVER + (i << 8)).udp(Frames.udp(port, port)));
    }
    h.discard();
    assertTrue(h.router.tracker.count() <= 16_384);
    assertTrue(h.router.nat.count() <= 8192);
    assertTrue(h.counter(Counter.NAT_NO_PORT) + h.counter(Counter.TRACK_EVICTED) > 0);
    h.advanceMs(300_000);
    assertEquals(0, h.router.nat.count());
  }

  @Test
  void xct05_noOctetOfAnEarlierPacketLeaves() {
    RouterHarness h = new RouterHarness().nat();
    byte[] secret = new byte[1400];
    Arrays.fill(secret, (byte) 0x5E);
    for (int i = 0; i < 1100; i++) {
      h.fromInside(Frames.ipv4(HOST, SERVER).udp(Frames.udp(5000, 53).data(secret)));
      h.discard();
      h.fromInside(Frames.ipv4(OTHER, SERVER).udp(Frames.udp(5000, 53)));
      assertEquals(60, h.outside().length()); // the harness looks at the padding
    }
  }
}
