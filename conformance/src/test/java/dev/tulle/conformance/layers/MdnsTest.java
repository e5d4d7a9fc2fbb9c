// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.conformance.layers.MdnsBench.GROUP;
import static dev.tulle.conformance.layers.MdnsBench.address;
import static dev.tulle.conformance.layers.MdnsBench.count;
import static dev.tulle.conformance.layers.MdnsBench.query;
import static dev.tulle.conformance.layers.MdnsBench.record;
import static dev.tulle.conformance.layers.MdnsBench.response;
import static dev.tulle.conformance.layers.MdnsBench.said;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.host.MdnsQuestion;
import dev.tulle.host.MdnsResponder;
import dev.tulle.host.Question;
import dev.tulle.ip.Endpoint;
import dev.tulle.link.ImpairmentSettings;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TwoHosts;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Names of the link on a virtual clock: RFC 6762. */
class MdnsTest {
  private static final int A = 1;
  private static final int AAAA = 28;
  private static final int ANY = 255;
  private static final long SECOND_NS = 1_000_000_000L;

  private final MdnsBench link = new MdnsBench();

  private long gap(long fromNs) {
    return (link.h.nowNs() - fromNs) / 1_000_000;
  }

  // ---- Asking

  @Test
  void aQuestionGoesToTheGroupWithTheLargestTimeToLiveAndWantsUnicastAtFirst() {
    link.ask("far.local", A, false);
    SeenFrame first = link.next();
    assertEquals(GROUP, first.destination());
    assertEquals(255, first.ttl());
    assertEquals(0x8001, Octets.u16(first.data(), first.data().length - 2));
    long askedNs = link.h.nowNs();
    SeenFrame second = link.next();
    assertEquals(1, Octets.u16(second.data(), second.data().length - 2));
    assertEquals(1000, gap(askedNs), "RFC 6762 5.2: a second later");
    askedNs = link.h.nowNs();
    link.next(3 * SECOND_NS);
    assertEquals(2000, gap(askedNs), "and twice as long each time");
  }

  @Test
  void anAnswerEndsAQuestionThatIsAskedOnce() {
    MdnsQuestion question = link.ask("far.local", A, false);
    link.next();
    link.say(address("far.local", 120, 10, 9, 0, 77));
    assertEquals(1, question.count());
    assertEquals(77, question.data(0)[3]);
    assertNull(link.next(119 * SECOND_NS));
    link.h.advanceMs(2000);
    assertEquals(0, question.count(), "its time is over");
  }

  @Test
  void anotherHostsAnswerInAnyCaseCounts() {
    MdnsQuestion question = link.ask("far.local", A, false);
    link.say(address("FAR.Local", 120, 10, 9, 0, 77));
    assertEquals(1, question.count());
  }

  @Test
  void whoKeepsAskingSaysWhatItKnowsAndAsksAgainAtFourFifthsOfTheLife() {
    MdnsQuestion question = link.ask("_http._tcp.local", 12, true);
    link.next();
    link.say(
        new DnsMessage(0, MdnsBench.SAYS)
            .answer(DnsMessage.name("_http._tcp.local"), 12, 4500, DnsMessage.name("a.local")));
    assertEquals(1, question.count());
    SeenFrame again = link.next();
    assertEquals(1, count(again, 1), "RFC 6762 7.1: the known answer");
    assertTrue(again.data().length > 50);
    // Questions an hour apart at last; at 80 to 82 per cent of 4,500 s one more without the answer.
    boolean refreshed = false;
    long beganNs = link.h.nowNs();
    SeenFrame frame = link.next(3800 * SECOND_NS);
    while (gap(beganNs) < 3_750_000 && frame != null) {
      refreshed |= gap(beganNs) > 3_590_000 && count(frame, 1) == 0;
      frame = link.next(3800 * SECOND_NS);
    }
    assertTrue(refreshed);
    link.h.advanceMs(1_000_000);
    assertEquals(0, question.count());
  }

  @Test
  void theSameQuestionOfAnotherHostCountsAsOurs() {
    link.ask("far.local", A, true);
    link.next();
    link.h.advanceMs(500);
    link.say(query("far.local", A, false));
    assertNull(link.next(1_900_000_000L));
    assertFalse(link.next() == null);
  }

  @Test
  void aGoodbyeAndARecordThatReplacesOthersLeaveASecond() {
    MdnsQuestion question = link.ask("far.local", A, true);
    link.say(address("far.local", 120, 10, 9, 0, 77));
    link.h.advanceMs(3000);
    link.say(address("far.local", 120, 10, 9, 0, 78));
    assertEquals(2, question.count(), "RFC 6762 10.2: not at once");
    link.h.advanceMs(1001);
    assertEquals(1, question.count());
    assertEquals(78, question.data(0)[3]);
    link.say(address("far.local", 0, 10, 9, 0, 78));
    assertEquals(1, question.count(), "RFC 6762 10.1");
    link.h.advanceMs(1001);
    assertEquals(0, question.count());
    assertEquals(4, question.changes());
  }

  @Test
  void aNameWithoutTheTypeSaysSo() {
    MdnsQuestion question = link.ask("far.local", AAAA, false);
    // The name itself, one window of four octets, A alone.
    byte[] denial = Octets.concat(DnsMessage.name("far.local"), Octets.of(0, 4, 0x40, 0, 0, 0));
    link.say(
        new DnsMessage(0, MdnsBench.SAYS).answer(DnsMessage.name("far.local"), 47, 120, denial));
    assertTrue(question.none());
    assertEquals(0, question.count());
  }

  @Test
  void theResolverAsksTheLinkForItsNamesAndNoServer() {
    Question question = resolve("far.local");
    assertEquals(GROUP, link.next().destination());
    link.say(address("far.local", 120, 10, 9, 0, 77));
    assertEquals(Status.OK, question.status());
    Endpoint end = new Endpoint();
    question.address(0, end);
    assertEquals(Octets.address("10.9.0.77"), end.address);
    question.close();
    question = resolve("none.local");
    link.h.advanceMs(5000);
    assertEquals(Status.NO_NAME, question.status());
    question.close();
    link.h.poll();
    assertEquals(0, link.h.counter(Counter.DNS_TIMEOUT));
  }

  private Question resolve(String name) {
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    Question question = link.h.host.resolver.ask(text, 0, text.length, A);
    link.h.poll();
    return question;
  }

  @Test
  void onlyTheLastLabelMakesANameTheLinks() {
    for (String name : new String[] {"local.example", "local", "far.localx", "far.xlocal"}) {
      byte[] labels = DnsMessage.name(name);
      assertFalse(dev.tulle.host.Mdns.local(labels, labels.length), name);
    }
    byte[] labels = DnsMessage.name("a.b.local");
    assertTrue(dev.tulle.host.Mdns.local(labels, labels.length));
  }

  // ---- Answering

  @Test
  void aNameIsProbedForThreeTimesAndAnnouncedTwice() {
    link.claim("here.local");
    long[] atNs = new long[5];
    for (int i = 0; i < 5; i++) {
      SeenFrame frame = link.next();
      atNs[i] = link.h.nowNs();
      assertEquals(i >= 3, response(frame), "message " + i);
      assertEquals(i < 3 ? 1 : 0, count(frame, 0));
      assertEquals(1, count(frame, i < 3 ? 2 : 1), "RFC 6762 8.2: probes tell the records");
      assertEquals(i >= 2, link.responder.settled() || i == 2);
    }
    assertEquals(250_000_000L, atNs[1] - atNs[0]);
    assertEquals(250_000_000L, atNs[3] - atNs[2]);
    assertEquals(SECOND_NS, atNs[4] - atNs[3]);
    assertNull(link.next(100 * SECOND_NS));
  }

  @Test
  void aQuestionIsAnsweredAtOnceAndNotAgainWithinASecond() {
    link.has("here.local");
    link.say(query("HERE.local", A, false));
    SeenFrame frame = link.next(0);
    assertTrue(response(frame));
    assertEquals(GROUP, frame.destination());
    assertEquals(255, frame.ttl());
    assertTrue(Octets.u16(frame.data(), frame.data().length - 12) == 0x8001, "replaces others");
    link.say(query("here.local", A, false));
    assertNull(link.next(500_000_000L));
    assertEquals(1, link.h.counter(Counter.MDNS_LIMITED));
    link.h.advanceMs(600);
    link.say(query("here.local", ANY, false));
    assertTrue(response(link.next(0)));
  }

  @Test
  void whatTheAskerKnowsIsNotAnswered() {
    link.has("here.local");
    byte[] own = Octets.of(10, 9, 0, 2);
    byte[] name = DnsMessage.name("here.local");
    link.say(query("here.local", A, false).answer(name, A, 60, own).counts(1, 1, 0, 0));
    assertNull(link.next(SECOND_NS));
    link.say(query("here.local", A, false).answer(name, A, 59, own).counts(1, 1, 0, 0));
    assertFalse(link.next(SECOND_NS) == null, "RFC 6762 7.1: less than half of its life");
  }

  @Test
  void whereMoreKnownAnswersFollowTheyAreWaitedFor() {
    link.has("here.local");
    byte[] name = DnsMessage.name("here.local");
    DnsMessage more =
        new DnsMessage(0, 0x200).counts(1, 0, 0, 0).raw(name).raw(Octets.of(0, 1, 0, 1));
    link.say(more);
    long askedNs = link.h.nowNs();
    assertFalse(link.next(SECOND_NS) == null);
    assertTrue(gap(askedNs) >= 400 && gap(askedNs) <= 500);
    link.h.advanceMs(1000);
    link.say(more);
    link.say(new DnsMessage(0, 0).answer(name, A, 120, Octets.of(10, 9, 0, 2)));
    assertNull(link.next(SECOND_NS));
  }

  @Test
  void unicastIsAnsweredByUnicastWhereAllHaveHeardItLately() {
    link.has("here.local");
    link.say(query("here.local", A, true));
    assertEquals(PEER, link.next(0).destination());
    link.h.advanceMs(30_000);
    link.say(query("here.local", A, true));
    assertEquals(GROUP, link.next(0).destination(), "RFC 6762 5.4: a quarter of its life is over");
  }

  @Test
  void whoKnowsOnlyDnsIsAnsweredAsByAServer() {
    link.has("here.local");
    DnsMessage question = new DnsMessage(0x1234, 0x100).question(DnsMessage.name("here.local"), A);
    link.h.inject(link.frame(question.build(), PEER, 40_000, GROUP, 1));
    SeenFrame frame = link.next(0);
    assertEquals(40_000, frame.destinationPort());
    byte[] b = frame.data();
    assertEquals(0x1234, Octets.u16(b, 0));
    assertEquals(1, count(frame, 0), "RFC 6762 6.7: with the question");
    assertEquals(1, Octets.u16(b, b.length - 12), "and no bit in the class");
    assertEquals(10, Octets.u16(b, b.length - 8), "for ten seconds at most");
  }

  @Test
  void whatTheNameHasNotIsDenied() {
    link.has("here.local");
    link.h.host.ipv6Port.addresses.find(0, 0);
    link.say(query("here.local", 16, false));
    SeenFrame frame = link.next(0);
    assertEquals(47, Octets.u16(frame.data(), 12 + 12));
  }

  @Test
  void aProberIsToldAtOnce() {
    link.has("here.local");
    DnsMessage probe = probe(10, 9, 0, 99);
    link.say(probe);
    assertTrue(response(link.next(0)));
    link.h.advanceMs(250);
    link.say(probe);
    assertTrue(response(link.next(0)), "RFC 6762 6: after a quarter of a second");
  }

  private static DnsMessage probe(int... octets) {
    return query("here.local", ANY, true)
        .raw(DnsMessage.name("here.local"))
        .raw(Octets.of(0, 1, 0, 1, 0, 0, 0, 120, 0, 4))
        .raw(Octets.of(octets))
        .counts(1, 0, 1, 0);
  }

  @Test
  void whoProbesAtTheSameTimeWithLaterRecordsWins() {
    link.claim("here.local");
    link.next();
    link.say(probe(10, 9, 0, 1));
    long heardNs = link.h.nowNs();
    link.next();
    assertEquals(250, gap(heardNs), "the earlier one loses");
    link.say(probe(10, 9, 0, 99));
    heardNs = link.h.nowNs();
    link.next();
    assertEquals(1000, gap(heardNs), "RFC 6762 8.2 (MUST): waits for a second");
    assertEquals("here.local.", link.name());
  }

  @Test
  void aNameThatSomebodyHasGetsANumber() {
    link.claim("here.local");
    link.next();
    link.say(address("here.local", 120, 10, 9, 0, 99));
    assertEquals("here-2.local.", link.name());
    link.next();
    link.say(address("here-2.local", 120, 10, 9, 0, 99));
    link.h.advanceMs(5000);
    assertEquals("here-3.local.", link.name());
    assertTrue(link.responder.settled());
    assertEquals(2, link.h.counter(Counter.MDNS_CONFLICT));
  }

  @Test
  void aLongNameLosesItsEndForTheNumber() {
    String label = "x".repeat(63);
    link.claim(label + ".local");
    link.next();
    link.say(address(label + ".local", 120, 10, 9, 0, 99));
    assertEquals("x".repeat(61) + "-2.local.", link.name());
    link.next();
  }

  @Test
  void whoClaimsOurNameLaterMakesUsProbeAgainAndKeepIt() {
    link.has("here.local");
    link.say(address("here.local", 120, 10, 9, 0, 99));
    SeenFrame frame = link.next();
    assertFalse(response(frame), "RFC 6762 9 (MUST): a probe");
    link.h.advanceMs(5000);
    assertEquals("here.local.", link.name());
    assertTrue(link.responder.settled());
    link.say(address("here.local", 0, 10, 9, 0, 99));
    assertTrue(link.responder.settled(), "a goodbye is no conflict");
  }

  @Test
  void anotherAddressIsAnnounced() {
    link.has("here.local");
    link.h.host.port.address = HOST + 1;
    link.h.poll();
    SeenFrame frame = link.next();
    assertTrue(response(frame));
    assertEquals(3, frame.data()[frame.data().length - 1]);
  }

  @Test
  void theEndIsTold() {
    link.has("here.local");
    link.responder.release(link.h.nowNs());
    SeenFrame frame = link.next(0);
    assertEquals(0, Octets.u16(frame.data(), frame.data().length - 8), "RFC 6762 10.1");
    link.h.poll();
    link.say(query("here.local", A, false));
    assertNull(link.next(SECOND_NS));
    assertEquals(1, link.h.counter(Counter.ETH_NOT_OURS), "the group is left");
  }

  // ---- Both

  @Test
  void twoHostsFindEachOtherOverBothFamiliesOnABadLink() {
    for (int seed = 1; seed <= 20; seed++) {
      ImpairmentSettings bad = new ImpairmentSettings();
      bad.seed = seed;
      bad.lossPpm = 200_000;
      TwoHosts net = new TwoHosts(MdnsBench.HOSTS, bad);
      net.left.ipv6Port.start(net.clock.nowNs());
      net.right.ipv6Port.start(net.clock.nowNs());
      MdnsResponder responder = new MdnsResponder(net.right.mdns);
      byte[] name = DnsMessage.name("right.local");
      responder.claim(name, name.length, net.clock.nowNs());
      MdnsQuestion four = net.left.mdns.ask(name, name.length, A, true, net.clock.nowNs());
      MdnsQuestion six = net.left.mdns.ask(name, name.length, AAAA, true, net.clock.nowNs());
      net.run(() -> four.count() > 0 && six.count() > 0, 60_000);
      assertEquals(TwoHosts.RIGHT, Octets.u16(four.data(0), 0) << 16 | Octets.u16(four.data(0), 2));
      assertEquals(0xFE80, Octets.u16(six.data(0), 0));
    }
  }

  @Test
  void twoHostsThatWantOneNameGetTwo() {
    for (int seed = 1; seed <= 20; seed++) {
      ImpairmentSettings settings = new ImpairmentSettings();
      settings.seed = seed;
      TwoHosts net = new TwoHosts(MdnsBench.HOSTS, settings);
      MdnsResponder left = new MdnsResponder(net.left.mdns);
      MdnsResponder right = new MdnsResponder(net.right.mdns);
      byte[] name = DnsMessage.name("same.local");
      left.claim(name, name.length, net.clock.nowNs());
      right.claim(name, name.length, net.clock.nowNs());
      net.run(() -> left.settled() && right.settled(), 60_000);
      net.advanceMs(10_000);
      assertTrue(left.settled() && right.settled());
      assertNotEquals(left.nameOctets(), right.nameOctets(), "seed " + seed);
    }
  }

  @Test
  void strangeRecordsOfOtherTypesAreOpaque() {
    MdnsQuestion question = link.ask("far.local", ANY, true);
    link.say(said("far.local", 33, 120, 0, 0, 0, 0, 0, 80, 1, 'h', 0));
    link.say(
        new DnsMessage(0, MdnsBench.SAYS)
            .counts(0, 1, 0, 0)
            .raw(record("far.local", 16, 120, new byte[700])));
    assertEquals(1, question.count(), "a text of more than 512 octets is not kept");
    assertEquals(33, question.type(0));
    link.h.expectNoInternalError();
  }
}
