// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.conformance.layers.DnsMessage.SAME;
import static dev.tulle.conformance.layers.DnsMessage.name;
import static dev.tulle.conformance.layers.MdnsBench.GROUP;
import static dev.tulle.conformance.layers.MdnsBench.PORT;
import static dev.tulle.conformance.layers.MdnsBench.SAYS;
import static dev.tulle.conformance.layers.MdnsBench.address;
import static dev.tulle.conformance.layers.MdnsBench.query;
import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.STRANGER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.conformance.layers.DnsMessage;
import dev.tulle.conformance.layers.MdnsBench;
import dev.tulle.host.MdnsQuestion;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.FrameChecks;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import java.util.Arrays;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Hostile multicast DNS. Methods are named after the catalogue's rows. */
class MdnsHostileTest {
  private static final int A = 1;
  private static final int CNAME = 5;
  private static final int AAAA = 28;
  private static final byte[] ADDRESS = Octets.of(10, 9, 0, 66);

  private MdnsBench bench;
  private MdnsQuestion question;

  /** A frame to a host that asks for far.local; it must be able to ask afterwards. */
  private HostileHarness waiting(Function<MdnsBench, byte[]> frame) {
    return new HostileHarness(MdnsBench.HOSTS)
        .before(
            h -> {
              bench = new MdnsBench(h);
              question = bench.ask("far.local", A, true);
              bench.next();
            })
        .input(h -> frame.apply(bench))
        .recovery(this::asks);
  }

  private void asks(HostHarness h) {
    question.close();
    question = bench.ask("good.local", A, true);
    bench.say(address("good.local", 120, 10, 9, 0, 9));
    if (question.count() != 1) {
      throw h.failure("a valid answer was not taken");
    }
    question.close();
    h.poll();
    h.takeSent();
  }

  /** A host that has the name here.local. */
  private HostileHarness having(Function<MdnsBench, byte[]> frame) {
    return new HostileHarness(MdnsBench.HOSTS)
        .before(h -> bench = new MdnsBench(h).has("here.local"))
        .input(h -> frame.apply(bench))
        .recovery(
            h -> {
              bench.responder.release(h.nowNs());
              h.poll();
              h.takeSent();
            });
  }

  private HostileHarness malformed(DnsMessage message) {
    return waiting(b -> b.frame(message.build()))
        .counts(Counter.MDNS_MALFORMED)
        .then(h -> assertEquals(0, question.count()));
  }

  private static DnsMessage says() {
    return new DnsMessage(0, SAYS).question(name("far.local"), A);
  }

  @Test
  void mdn01_namesAndRecordsThatCannotBeRead() {
    malformed(new DnsMessage(0, SAYS).counts(0, 1, 0, 0).raw(Octets.of(3, 97))).run();
    malformed(says().answer(SAME, CNAME, 60, Octets.of(3, 'a', 'b', 'c'))).run();
    malformed(says().answer(Octets.of(0xC0, 0xFF), A, 60, ADDRESS)).run();
    malformed(says().answer(Octets.of(0xC0, 12 + 15), A, 60, ADDRESS)).run();
    malformed(says().answer(SAME, A, 60, new byte[3])).run();
    malformed(says().counts(1, 0xFFFF, 0xFFFF, 0xFFFF)).run();
  }

  @Test
  void mdn01_moreThatCannotBeRead() {
    for (int length : new int[] {64, 127, 128, 191}) {
      byte[] label = new byte[length + 2];
      Arrays.fill(label, (byte) 'a');
      label[0] = (byte) length;
      label[length + 1] = 0;
      malformed(says().answer(label, A, 60, ADDRESS)).withoutVariations().run();
    }
    byte[] many = new byte[257];
    for (int i = 0; i < 256; i += 2) {
      many[i] = 1;
      many[i + 1] = 'a';
    }
    DnsMessage[] more = {
      says().answer(many, A, 60, ADDRESS),
      says().answer(SAME, 12, 60, many),
      says().answer(SAME, 33, 60, new byte[5]),
      says().answer(SAME, 47, 60, Octets.of(3, 'a')),
      says().answer(SAME, AAAA, 60, new byte[15]),
      says().answer(SAME, AAAA, 60, new byte[17]),
      says().counts(1, 1, 0, 0).record(SAME, A, 60, 0xFFFF, ADDRESS),
      says().counts(1, 1, 0, 0).record(SAME, CNAME, 60, 7, name("twenty.octets.exampl")),
      says().answer(SAME, CNAME, 60, Octets.of(1, 'a', 0, 0)),
      says().answer(SAME, A, 60, ADDRESS).counts(0, 1, 0, 0),
      new DnsMessage(0, SAYS).question(Octets.of(0xC0, 12), A),
      new DnsMessage(0, 0).question(Octets.of(0xC0, 0), A),
    };
    for (DnsMessage message : more) {
      malformed(message).withoutVariations().run();
    }
  }

  @Test
  void mdn01_otherProtocolsOfNamesAreNotThereAndThisOneSleeps() {
    for (int port : new int[] {5355, 137, PORT}) {
      new HostileHarness(MdnsBench.HOSTS)
          .input(
              h ->
                  h.fromPeer(
                      Frames.ipv4(PEER, HOST)
                          .udp(
                              Frames.udp(port, port)
                                  .data(says().answer(SAME, A, 60, ADDRESS).build()))))
          .counts(Counter.UDP_NO_PORT, Counter.ICMP_ERROR_SENT)
          .replies(FrameChecks.icmp(3, 3))
          .withoutVariations()
          .run();
    }
    new HostileHarness(MdnsBench.HOSTS)
        .input(h -> new MdnsBench(h).frame(says().answer(SAME, A, 60, ADDRESS).build()))
        .counts(Counter.ETH_NOT_OURS)
        .run();
  }

  @Test
  void mdn02_namesLongerThanAnAnswerHasRoomFor() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      text.append("label").append(i % 10).append('.');
    }
    String longest = text + "local";
    having(b -> b.frame(query(longest, A, false).build())).withoutVariations().run();
    // Seventy questions for the same long name, of a thousand octets and more with pointers.
    DnsMessage many = query(longest, 255, false);
    for (int i = 0; i < 70; i++) {
      many.raw(SAME).raw(Octets.of(0, 255, 0, 1));
    }
    many.counts(71, 0, 0, 0);
    having(b -> b.frame(many.build())).withoutVariations().run();
    having(b -> b.frame(many.build(), PEER, 4000, GROUP, 255)).withoutVariations().run();
  }

  @Test
  void mdn02_aNameOfTheGreatestLengthIsAnsweredWhole() {
    String label = "x".repeat(61);
    String own = label + "." + label + "." + label + "." + "x".repeat(57) + ".local";
    assertTrue(name(own).length > 240);
    MdnsBench far = new MdnsBench().has(own);
    for (int i = 0; i < 20; i++) {
      far.h.inject(far.frame(query(own, 255, false).build(), PEER, 4000, HOST, 64));
    }
    SeenFrame frame = far.next(0);
    assertTrue(frame.data().length < 1232);
    for (int i = 0; i < 30; i++) {
      far.h.advanceMs(300);
      far.say(new DnsMessage(0, SAYS).answer(name(own), A, 120, ADDRESS));
      far.say(new DnsMessage(0, SAYS).answer(far.responder.name(), A, 120, ADDRESS));
    }
    assertTrue(far.responder.nameOctets() <= 255);
    far.h.expectNoInternalError();
  }

  @Test
  void mdn03_fromOtherLinksAndPorts() {
    byte[] answer = says().answer(SAME, A, 60, ADDRESS).build();
    waiting(b -> b.frame(answer, STRANGER, PORT, HOST, 64))
        .counts(Counter.MDNS_STRANGE)
        .then(h -> assertEquals(0, question.count()))
        .run();
    waiting(b -> b.frame(answer, STRANGER, PORT, HOST, 255)).counts(Counter.MDNS_STRANGE).run();
    waiting(b -> b.frame(answer, STRANGER, PORT, GROUP, 254)).counts(Counter.MDNS_STRANGE).run();
    waiting(b -> b.frame(answer, PEER, PORT + 1, GROUP, 255))
        .counts(Counter.MDNS_STRANGE)
        .then(h -> assertEquals(0, question.count()))
        .run();
    byte[] asks = query("here.local", A, false).build();
    having(b -> b.frame(asks, STRANGER, PORT, HOST, 64)).counts(Counter.MDNS_STRANGE).run();
    having(b -> b.frame(asks, STRANGER, 4000, HOST, 255)).counts(Counter.MDNS_STRANGE).run();
    // RFC 6762 11: what went to the group and has passed no router is from this link.
    waiting(b -> b.frame(answer, STRANGER, PORT, GROUP, 255))
        .then(h -> assertEquals(1, question.count()))
        .withoutVariations()
        .run();
  }

  @Test
  void mdn03_otherOpcodesAndCodes() {
    for (int flags : new int[] {SAYS | 1, SAYS | 3, SAYS | 4 << 11, SAYS | 15 << 11}) {
      waiting(
              b ->
                  b.frame(
                      new DnsMessage(0, flags).answer(name("far.local"), A, 60, ADDRESS).build()))
          .counts(Counter.MDNS_STRANGE)
          .then(h -> assertEquals(0, question.count()))
          .withoutVariations()
          .run();
    }
  }

  @Test
  void mdn04_aThousandQuestionsInASecond() {
    MdnsBench here = new MdnsBench().has("here.local");
    int answers = 0;
    for (int i = 0; i < 3000; i++) {
      here.say(query("here.local", A, false));
      here.h.advanceMs(1);
      answers += here.next(0) == null ? 0 : 1;
    }
    assertTrue(answers == 3 || answers == 4, "answers in three seconds: " + answers);
    here.h.takeSent();
    answers = 0;
    for (int i = 0; i < 3000; i++) {
      here.h.inject(here.frame(query("here.local", A, true).build(), PEER, 4000, HOST, 255));
      here.h.advanceMs(1);
      answers += here.h.takeSent().size();
    }
    assertTrue(answers <= 40, "to one host alone in three seconds: " + answers);
    here.h.expectNoInternalError();
  }

  @Test
  void mdn04_conflictsThatDoNotEnd() {
    MdnsBench here = new MdnsBench().claim("here.local");
    long lastNs = 0;
    int probes = 0;
    long beganNs = here.h.nowNs();
    while (here.h.nowNs() - beganNs < 60_000_000_000L) {
      SeenFrame frame = here.next(10_000_000_000L);
      assertFalse(frame == null || MdnsBench.response(frame), "it never has a name");
      probes++;
      if (probes > 15) {
        assertTrue(here.h.nowNs() - lastNs >= 5_000_000_000L, "RFC 6762 8.1 (MUST)");
      }
      lastNs = here.h.nowNs();
      here.say(
          new DnsMessage(0, SAYS)
              .answer(
                  Arrays.copyOf(here.responder.name(), here.responder.nameOctets()),
                  A,
                  120,
                  ADDRESS));
    }
    assertTrue(probes >= 15 && probes <= 30, "probes in a minute: " + probes);
    here.h.expectNoInternalError();
  }

  @Test
  void mdn05_goodbyesAndReplacementsOfEverything() {
    MdnsBench far = new MdnsBench();
    question = far.ask("far.local", A, true);
    far.say(address("far.local", 120, 10, 9, 0, 77));
    far.h.advanceMs(2000);
    far.h.takeSent();
    for (int i = 0; i < 1000; i++) {
      far.say(address("far.local", 0, 10, 9, i >> 8, i & 255));
      far.say(address("n" + i + ".local", 0, 10, 9, 0, 1));
    }
    assertEquals(1, question.count(), "what was never there does not go");
    for (int i = 0; i < 1000; i++) {
      far.say(address("far.local", 120, 10, 9, i >> 8, i & 255));
      far.say(address("n" + i + ".local", 120, 10, 9, 0, 1));
    }
    assertEquals(16, question.count(), "the cache is bounded");
    far.h.advanceMs(999);
    far.say(address("far.local", 120, 10, 9, 0, 77)); // within the second its owner says so
    far.h.advanceMs(5000);
    boolean kept = false;
    for (int i = 0; i < question.count(); i++) {
      kept |= question.data(i)[3] == 77;
    }
    assertTrue(kept);
    far.h.expectNoInternalError();
  }

  @Test
  void mdn05_aGoodbyeForAnAddressAsOneFrame() {
    waiting(
            b -> {
              b.say(address("far.local", 120, 10, 9, 0, 77));
              b.h.takeSent();
              return b.frame(address("far.local", 0, 10, 9, 0, 77).build());
            })
        .then(h -> assertEquals(1, question.count(), "RFC 6762 10.1: for a second yet"))
        .run();
    having(b -> b.frame(address("here.local", 0, 10, 9, 0, 2).build()))
        .then(
            h -> {
              assertTrue(bench.responder.settled());
              assertNull(bench.next());
            })
        .withoutVariations()
        .run();
  }
}
