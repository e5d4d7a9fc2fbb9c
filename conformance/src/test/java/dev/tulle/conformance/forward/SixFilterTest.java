// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.forward.ConnectionTracker;
import dev.tulle.forward.Filter;
import dev.tulle.forward.FilterRule;
import dev.tulle.profile.Router;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpSegment;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a stateful filter lets through of IPv6. */
final class SixFilterTest {
  private static final long INSIDE_NET = 0xFD00_0000_0000_0001L;

  private final SixRow row = new SixRow();

  /** The inside may begin; what belongs to that may come back. */
  @BeforeEach
  void filter() {
    Router.addFilter(row.router, Filter.DROP);
    rule(r -> r.states = ConnectionTracker.ESTABLISHED | ConnectionTracker.RELATED);
    rule(
        r -> {
          r.family = 6;
          r.sourceHigh = INSIDE_NET;
          r.sourceBits = 64;
          r.states = ConnectionTracker.NEW;
        });
  }

  private void rule(Consumer<FilterRule> set) {
    FilterRule rule = new FilterRule();
    set.accept(rule);
    assertEquals(0, row.router.filter.add(rule));
  }

  private void passes(int from, Ipv6Packet packet) {
    row.give(from, packet);
    SeenFrame out = row.next(1 - from);
    assertEquals(63, Octets.u8(out.bytes(), 21));
    row.nothing();
  }

  private void stays(int from, Ipv6Packet packet) {
    long dropped = row.counter(Counter.FILTER_DROPPED);
    row.give(from, packet);
    row.nothing();
    assertEquals(dropped + 1, row.counter(Counter.FILTER_DROPPED));
  }

  private static Ipv6Packet out(int port) {
    return new Ipv6Packet(SixRow.HOST, SixRow.PEER).udp(port, 53, new byte[9]);
  }

  private static Ipv6Packet back(int port) {
    return new Ipv6Packet(SixRow.PEER, SixRow.HOST).udp(53, port, new byte[9]);
  }

  private static Ipv6Packet tcp(boolean out, int flags, int sequence, int acknowledgment) {
    TcpSegment segment = out ? Frames.tcp(4000, 80) : Frames.tcp(80, 4000);
    segment.flags(flags).sequence(sequence).acknowledgment(acknowledgment).window(65_535);
    String from = out ? SixRow.HOST : SixRow.PEER;
    return new Ipv6Packet(from, out ? SixRow.PEER : SixRow.HOST).tcp(segment);
  }

  @Test
  void datagramsPassOnceTheInsideHasBegun() {
    stays(1, back(4000));
    passes(0, out(4000));
    passes(1, back(4000));
    stays(1, back(4001));
    row.advanceMs(301_000);
    row.sent.forEach(java.util.Deque::clear);
    stays(1, back(4000));
    assertEquals(1, row.router.filter.packets(0));
    assertEquals(1, row.router.filter.packets(1));
    assertEquals(3, row.router.filter.packets(2));
  }

  @Test
  void connectionPassesAndWhatDoesNotFitItDoesNot() {
    stays(1, tcp(false, TcpSegment.SYN, 1, 0));
    stays(0, tcp(true, TcpSegment.ACK, 1, 1)); // no beginning
    passes(0, tcp(true, TcpSegment.SYN, 100, 0));
    passes(1, tcp(false, TcpSegment.SYN | TcpSegment.ACK, 900, 101));
    passes(0, tcp(true, TcpSegment.ACK, 101, 901));
    stays(1, tcp(false, TcpSegment.RST, 900 + 10_000_000, 0)); // forged
    passes(1, tcp(false, TcpSegment.ACK, 901, 101));
    assertEquals(1, row.router.tracker.count());
  }

  @Test
  void pingsAreAnsweredAndNotBegunFromOutside() {
    byte[] body = Octets.of(0, 7, 0, 1);
    stays(1, new Ipv6Packet(SixRow.PEER, SixRow.HOST).icmp(128, 0, body));
    passes(0, new Ipv6Packet(SixRow.HOST, SixRow.PEER).icmp(128, 0, body));
    passes(1, new Ipv6Packet(SixRow.PEER, SixRow.HOST).icmp(129, 0, body));
    stays(1, new Ipv6Packet(SixRow.PEER, SixRow.HOST).icmp(129, 0, Octets.of(0, 8, 0, 1)));
  }

  @Test
  void errorsAboutWhatIsKnownAreRelated() {
    byte[] about = Octets.concat(new byte[4], out(4000).build());
    Ipv6Packet error = new Ipv6Packet("fd00:0:0:2::77", SixRow.HOST).icmp(1, 4, about);
    stays(1, error);
    passes(0, out(4000));
    passes(1, error);
    stays(1, new Ipv6Packet("fd00:0:0:2::77", SixRow.OTHER).icmp(1, 4, about));
    stays(1, new Ipv6Packet("fd00:0:0:2::77", SixRow.HOST).checksumOff(1).icmp(1, 4, about));
    byte[] strange = Octets.concat(new byte[4], out(4001).build());
    stays(1, new Ipv6Packet("fd00:0:0:2::77", SixRow.HOST).icmp(1, 4, strange));
  }

  @Test
  void fragmentsAndBrokenChainsAreInvalid() {
    passes(0, out(4000));
    byte[] first = Octets.of(17, 0, 0, 1, 0, 0, 0, 5);
    byte[] later = Octets.of(17, 0, 0, 8, 0, 0, 0, 5);
    stays(1, back(4000).extensions(44, first));
    stays(1, back(4000).extensions(44, later));
    passes(1, back(4000).extensions(44, Octets.of(17, 0, 0, 0, 0, 0, 0, 5)));
    stays(
        1,
        new Ipv6Packet(SixRow.PEER, SixRow.HOST).payload(60, Octets.of(17, 9, 1, 4, 0, 0, 0, 0)));
    passes(1, back(4000).extensions(60, Octets.of(17, 0, 1, 4, 0, 0, 0, 0)));
  }

  @Test
  void rejectedPacketIsToldSo() {
    row.router.filter.policy(Filter.REJECT);
    row.give(1, back(4000));
    SeenFrame told = row.next(1);
    assertEquals(1, told.icmpType());
    assertEquals(1, told.icmpCode());
    row.nothing();
    assertEquals(1, row.counter(Counter.FILTER_REJECTED));
  }

  @Test
  void rejectedSegmentsAreResetInTheNameOfWhoWouldHaveHadThem() {
    row.router.filter.policy(Filter.REJECT);
    TcpSegment syn = Frames.tcp(4000, 80).sequence(7).flags(TcpSegment.SYN);
    row.give(1, new Ipv6Packet(SixRow.PEER, SixRow.HOST).tcp(syn));
    SeenFrame reset = row.next(1);
    assertTrue(reset.isTcp(), reset.toString());
    assertEquals(SixRow.HOST, reset.source6());
    assertEquals(SixRow.PEER, reset.destination6());
    assertTrue(reset.has(TcpSegment.RST) && reset.has(TcpSegment.ACK), reset.toString());
    assertEquals(8, reset.acknowledgment());
    row.give(1, new Ipv6Packet(SixRow.PEER, SixRow.HOST).tcp(syn.flags(TcpSegment.RST)));
    row.nothing();
    assertEquals(2, row.counter(Counter.FILTER_REJECTED));
  }

  @Test
  void theRouterItselfTakesWhatNoRuleAboutItForbids() {
    byte[] body = Octets.of(0, 7, 0, 1);
    Ipv6Packet ping = new Ipv6Packet(SixRow.PEER, SixRow.OUTSIDE).icmp(128, 0, body);
    row.give(1, ping);
    assertEquals(129, row.next(1).icmpType());
    rule(
        r -> {
          r.here = true;
          r.in = row.router.ports[1];
          r.protocol = 58;
          r.states = ConnectionTracker.NEW;
          r.action = Filter.REJECT;
        });
    row.give(1, ping);
    assertEquals(1, row.next(1).icmpType());
    row.give(1, new Ipv6Packet(SixRow.PEER, SixRow.INSIDE).icmp(128, 0, body));
    assertEquals(1, row.next(1).icmpType()); // whichever of its addresses
    row.give(0, new Ipv6Packet(SixRow.HOST, SixRow.INSIDE).icmp(128, 0, body));
    assertEquals(129, row.next(0).icmpType());
    assertEquals(2, row.counter(Counter.FILTER_REJECTED));
    row.nothing();
    passes(0, new Ipv6Packet(SixRow.HOST, SixRow.PEER).icmp(128, 0, body));
  }

  @Test
  void ruleOfOneFamilyIsNotForTheOther() {
    rule(
        r -> {
          r.family = 4;
          r.action = Filter.ACCEPT;
        });
    stays(1, back(4000));
    rule(
        r -> {
          r.family = 6;
          r.destinationHigh = INSIDE_NET;
          r.destinationLow = 2;
          r.destinationBits = 128;
        });
    passes(1, back(4000));
    stays(1, new Ipv6Packet(SixRow.PEER, SixRow.OTHER).udp(53, 4000, new byte[9]));
  }
}
