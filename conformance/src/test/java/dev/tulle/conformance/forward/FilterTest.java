// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.forward;

import static dev.tulle.testkit.RouterHarness.HOST;
import static dev.tulle.testkit.RouterHarness.INSIDE;
import static dev.tulle.testkit.RouterHarness.OUTSIDE;
import static dev.tulle.testkit.RouterHarness.SERVER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.forward.ConnectionTracker;
import dev.tulle.forward.Filter;
import dev.tulle.forward.FilterRule;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.Ipv4Datagram;
import dev.tulle.testkit.RouterHarness;
import dev.tulle.testkit.SeenFrame;
import org.junit.jupiter.api.Test;

class FilterTest {
  private static final int SYN = 2;
  private static final int ACK = 16;

  private final RouterHarness h = new RouterHarness().filter(Filter.DROP);
  private final FilterRule rule = new FilterRule();

  private void add(int action) {
    rule.action = action;
    assertEquals(Status.OK, h.router.filter.add(rule));
  }

  private static Ipv4Datagram udp(int from, int fromPort, int to, int toPort) {
    return Frames.ipv4(from, to).udp(Frames.udp(fromPort, toPort));
  }

  @Test
  void whatIsNotAcceptedIsDroppedAndCounted() {
    h.fromInside(udp(HOST, 5000, SERVER, 53));
    h.nothing();
    assertEquals(1, h.counter(Counter.FILTER_DROPPED));
    assertEquals(1, h.router.filter.packets(0));
    assertEquals(0, h.router.tracker.count());
  }

  @Test
  void theFirstRuleThatFitsDecides() {
    rule.destination = SERVER;
    rule.destinationMask = 0xFFFFFF00;
    rule.protocol = 17;
    rule.firstDestinationPort = 53;
    rule.lastDestinationPort = 54;
    add(Filter.ACCEPT);
    rule.firstDestinationPort = 0;
    rule.lastDestinationPort = 0xFFFF;
    add(Filter.REJECT);
    for (int port = 52; port < 56; port++) {
      h.fromInside(udp(HOST, 5000, SERVER, port));
    }
    assertEquals(53, h.outside().destinationPort());
    assertEquals(54, h.outside().destinationPort());
    for (int i = 0; i < 2; i++) {
      SeenFrame error = h.inside();
      assertEquals(3 << 8 | 13, error.icmpType() << 8 | error.icmpCode());
    }
    h.fromInside(udp(HOST, 5000, SERVER + 256, 53));
    h.nothing();
    assertEquals(2, h.router.filter.packets(0));
    assertEquals(2, h.router.filter.packets(1));
    assertEquals(1, h.router.filter.packets(2));
    assertEquals(2, h.counter(Counter.FILTER_REJECTED));
  }

  @Test
  void insideMayBeginAndOutsideMayAnswer() {
    rule.states = ConnectionTracker.ESTABLISHED | ConnectionTracker.RELATED;
    add(Filter.ACCEPT);
    rule.states = ConnectionTracker.NEW;
    rule.in = h.router.ports[0];
    rule.out = h.router.ports[1];
    add(Filter.ACCEPT);
    h.fromOutside(udp(SERVER, 53, HOST, 5000));
    h.nothing();
    h.fromInside(udp(HOST, 5000, SERVER, 53));
    h.outside();
    h.fromOutside(udp(SERVER, 53, HOST, 5000));
    h.inside();
    byte[] quoted = udp(HOST, 5000, SERVER, 53).build();
    h.fromOutside(Frames.ipv4(SERVER, HOST).icmp(Frames.icmp(3, 3).data(quoted)));
    assertTrue(h.inside().isIcmpError());
    byte[] stranger = udp(HOST, 5001, SERVER, 53).build();
    h.fromOutside(Frames.ipv4(SERVER, HOST).icmp(Frames.icmp(3, 3).data(stranger)));
    h.nothing();
  }

  @Test
  void theRouterItselfTakesWhatNoRuleAboutItForbids() {
    rule.here = true;
    rule.in = h.router.ports[1];
    rule.protocol = 6;
    rule.states = ConnectionTracker.NEW;
    add(Filter.DROP);
    rule.here = false;
    rule.in = null;
    add(Filter.ACCEPT); // of what is forwarded alone
    h.fromOutside(Frames.ipv4(SERVER, OUTSIDE).tcp(Frames.tcp(5000, 80).flags(SYN)));
    h.nothing();
    assertEquals(1, h.router.filter.packets(0));
    assertEquals(1, h.counter(Counter.FILTER_DROPPED));
    h.fromOutside(Frames.ipv4(SERVER, OUTSIDE).tcp(Frames.tcp(5000, 80).flags(ACK)));
    assertTrue(h.outside().has(4)); // it begins nothing, and TCP says what it thinks of it
    h.fromOutside(Frames.ipv4(SERVER, OUTSIDE).icmp(Frames.echoRequest(1, 1, 8)));
    assertEquals(0, h.outside().icmpType());
    h.fromInside(Frames.ipv4(HOST, INSIDE).tcp(Frames.tcp(5000, 80).flags(SYN)));
    assertTrue(h.inside().has(4));
    h.fromOutside(Frames.ipv4(SERVER, HOST).tcp(Frames.tcp(5000, 80).flags(SYN)));
    assertEquals(80, h.inside().destinationPort());
    assertEquals(1, h.router.filter.packets(0));
    assertEquals(1, h.router.filter.packets(1));
  }

  @Test
  void aRejectedSegmentIsReset() {
    rule.protocol = 6;
    add(Filter.REJECT);
    h.fromInside(Frames.ipv4(HOST, SERVER).tcp(Frames.tcp(5000, 80).flags(SYN).sequence(100)));
    SeenFrame reset = h.inside();
    assertEquals(SERVER, reset.source());
    assertEquals(80, reset.sourcePort());
    assertEquals(101, reset.acknowledgment());
    assertTrue(reset.has(4 | ACK));
    h.fromInside(
        Frames.ipv4(HOST, SERVER)
            .tcp(Frames.tcp(5000, 80).flags(ACK).sequence(100).acknowledgment(77)));
    assertEquals(77, h.inside().sequence());
    h.fromInside(Frames.ipv4(HOST, SERVER).tcp(Frames.tcp(5000, 80).flags(4)));
    h.nothing();
  }

  @Test
  void whatFitsNoWindowOrBeginsNothingIsInvalid() {
    rule.states = ConnectionTracker.INVALID;
    add(Filter.DROP);
    rule.states = 0;
    add(Filter.ACCEPT);
    h.fromInside(Frames.ipv4(HOST, SERVER).tcp(Frames.tcp(5000, 80).flags(ACK)));
    h.fromInside(Frames.ipv4(HOST, SERVER).tcp(Frames.tcp(5000, 80).flags(SYN | ACK)));
    h.fromInside(Frames.ipv4(HOST, SERVER).tcp(Frames.tcp(5000, 80).flags(SYN).dataOffset(15)));
    h.fromInside(Frames.ipv4(HOST, SERVER).icmp(Frames.echoReply(1, 1, 8)));
    h.fromInside(Frames.ipv4(HOST, SERVER).payload(17, new byte[7]));
    h.fromInside(udp(HOST, 0, SERVER, 53));
    h.nothing();
    assertEquals(6, h.router.filter.packets(0));
    h.fromInside(Frames.ipv4(HOST, SERVER).tcp(Frames.tcp(5000, 80).flags(SYN).sequence(100)));
    h.outside();
    // An acknowledgement of what was never sent, then the right one.
    for (int acknowledgment : new int[] {5000, 101}) {
      h.fromOutside(
          Frames.ipv4(SERVER, HOST)
              .tcp(
                  Frames.tcp(80, 5000)
                      .flags(SYN | ACK)
                      .sequence(1)
                      .acknowledgment(acknowledgment)));
    }
    assertEquals(101, h.inside().acknowledgment());
    h.nothing();
    assertEquals(7, h.router.filter.packets(0));
  }

  @Test
  void rulesSeeTheAddressesOfTheInside() {
    h.nat();
    assertEquals(Status.OK, h.router.nat.forward(17, 9000, HOST, 53));
    rule.destination = HOST;
    rule.destinationMask = -1;
    rule.firstDestinationPort = 53;
    rule.lastDestinationPort = 53;
    add(Filter.ACCEPT);
    h.fromOutside(udp(SERVER, 4000, OUTSIDE, 9000));
    assertEquals(HOST, h.inside().destination());
    h.fromOutside(udp(SERVER, 4000, OUTSIDE, 9000));
    assertEquals(HOST, h.inside().destination());
    h.nothing();
    assertEquals(2, h.router.filter.packets(0));
  }

  @Test
  void fragmentsAreSeenAsWholeDatagrams() {
    rule.protocol = 17;
    rule.firstDestinationPort = 53;
    rule.lastDestinationPort = 53;
    add(Filter.ACCEPT);
    byte[] whole = Frames.udp(5000, 53).data(0, 1000).build(HOST, SERVER);
    for (int at = 0; at < 1008; at += 504) {
      h.fromInside(
          Frames.ipv4(HOST, SERVER)
              .fragment(at, at == 0)
              .identification(1)
              .payload(17, java.util.Arrays.copyOfRange(whole, at, at + 504)));
    }
    assertEquals(53, h.outside().destinationPort());
    h.nothing();
  }
}
