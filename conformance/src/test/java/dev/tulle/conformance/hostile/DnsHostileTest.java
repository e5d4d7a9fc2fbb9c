// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.conformance.layers.DnsMessage.RESPONSE;
import static dev.tulle.conformance.layers.DnsMessage.SAME;
import static dev.tulle.conformance.layers.DnsMessage.name;
import static dev.tulle.conformance.layers.DnsServer.A;
import static dev.tulle.conformance.layers.DnsServer.AAAA;
import static dev.tulle.conformance.layers.DnsServer.CNAME;
import static dev.tulle.conformance.layers.DnsServer.SOA;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.STRANGER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.conformance.layers.DnsMessage;
import dev.tulle.conformance.layers.DnsServer;
import dev.tulle.host.Question;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.FrameChecks;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.Segment;
import dev.tulle.testkit.TcpHarness;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Hostile DNS responses that can be read. Methods are named after the catalogue's rows. */
class DnsHostileTest extends DnsRows {
  @Test
  void dns08_identifiersAndPortsThatNobodyCanGuess() {
    HostHarness h = new HostHarness(DnsServer::host, 7);
    server = new DnsServer(h);
    final int queries = 10_000;
    int[] octets = new int[1024];
    Set<Integer> ports = new HashSet<>();
    Set<Integer> identifiers = new HashSet<>();
    Set<Integer> steps = new HashSet<>();
    int before = 0;
    for (int i = 0; i < queries; i++) {
      question = server.ask("n" + i + ".example", A);
      server.hear();
      ports.add(server.port);
      identifiers.add(server.identifier);
      steps.add(server.port - before);
      before = server.port;
      octets[server.identifier >> 8]++;
      octets[256 + (server.identifier & 255)]++;
      octets[512 + (server.port >> 8)]++;
      octets[768 + (server.port & 255)]++;
      question.close();
    }
    // Drawn from 65,536, ten thousand have about 9,270 different values.
    assertTrue(identifiers.size() > 9000 && ports.size() > 9000 && steps.size() > 9000);
    for (int i = 0; i < octets.length; i++) {
      boolean reserved = i >= 512 && i < 516;
      assertTrue(reserved ? octets[i] == 0 : octets[i] < 90, "octet " + i + ": " + octets[i]);
      assertTrue(reserved || octets[i] > 10, "octet " + i + ": " + octets[i]);
    }
  }

  @Test
  void dns09_responsesThatNobodyWaitsFor() {
    waiting(
            s -> {
              question.close();
              return s.frame(s.response().answer(SAME, A, 60, ADDRESS));
            })
        .counts(Counter.UDP_NO_PORT, Counter.ICMP_ERROR_SENT)
        .replies(FrameChecks.icmp(3, 3))
        .run();
    // A second one finds the port closed, or in the hands of another question.
    waiting(
            s -> {
              s.sayAddress(60, 10, 9, 0, 9);
              return s.frame(s.response().answer(SAME, A, 60, ADDRESS));
            })
        .counts(Counter.UDP_NO_PORT, Counter.ICMP_ERROR_SENT)
        .replies(FrameChecks.icmp(3, 3))
        .run();
  }

  @Test
  void dns10_responsesOfWhichSomethingDoesNotMatch() {
    Function<DnsServer, byte[]> right = s -> s.response().answer(SAME, A, 60, ADDRESS).build();
    HostileHarness[] elsewhere = {
      waiting(s -> s.frame(right.apply(s), STRANGER, 53, s.port)),
      waiting(s -> s.frame(right.apply(s), PEER, 54, s.port)),
      waiting(s -> s.frame(right.apply(s), PEER, 53, s.port ^ 1)),
    };
    for (HostileHarness harness : elsewhere) {
      harness
          .counts(Counter.UDP_NO_PORT, Counter.ICMP_ERROR_SENT)
          .replies(FrameChecks.icmp(3, 3))
          .then(h -> assertEquals(Status.WOULD_BLOCK, question.status()))
          .run();
    }
    strange(s -> new DnsMessage(s.identifier ^ 1, RESPONSE).question(s.name(), A));
    strange(s -> new DnsMessage(s.identifier, 0x0100).question(s.name(), A)); // a query
    strange(s -> new DnsMessage(s.identifier, RESPONSE | 4 << 11).question(s.name(), A));
    strange(s -> new DnsMessage(s.identifier, RESPONSE).question(name("www.exampld"), A));
    strange(s -> new DnsMessage(s.identifier, RESPONSE).question(s.name(), AAAA));
    strange(
        s ->
            new DnsMessage(s.identifier, RESPONSE)
                .counts(1, 0, 0, 0)
                .raw(s.name())
                .raw(Octets.of(0, 1, 0, 3)));
    for (int code = 1; code < 16; code++) {
      if (code != 3) {
        int failure = code;
        message(s -> s.response(RESPONSE | failure).answer(SAME, A, 60, ADDRESS))
            .replies(FrameChecks.toAddress(PEER)) // another attempt
            .then(h -> assertEquals(Status.WOULD_BLOCK, question.status()))
            .withoutVariations()
            .run();
      }
    }
  }

  private void strange(Function<DnsServer, DnsMessage> message) {
    message(s -> message.apply(s).answer(SAME, A, 60, ADDRESS))
        .counts(Counter.DNS_UNSOLICITED)
        .then(h -> assertEquals(Status.WOULD_BLOCK, question.status()))
        .run();
  }

  @Test
  void dns11_recordsAboutOtherNamesAreNotTaken() {
    message(
            s ->
                s.response()
                    .answer(name("other.example"), A, 60, ADDRESS)
                    .additional(SAME, A, 60, ADDRESS)
                    .additional(name("bank.example"), A, 60, ADDRESS))
        .then(
            h -> {
              assertEquals(Status.NO_ADDRESS, question.status());
              asksAgain(h, "bank.example");
              asksAgain(h, "other.example");
            })
        .run();
  }

  private void asksAgain(HostHarness h, String name) {
    Question other = server.ask(name, A);
    assertEquals(Status.WOULD_BLOCK, other.status(), name);
    other.close();
    h.takeSent();
  }

  @Test
  void dns11_aliasesThatLeadInACircleOrTooFar() {
    message(
            s ->
                s.response()
                    .answer(SAME, CNAME, 60, name("b.example"))
                    .answer(name("b.example"), CNAME, 60, name("www.example")))
        .replies(FrameChecks.toAddress(PEER)) // another attempt
        .run();
    message(
            s -> {
              DnsMessage message = s.response().answer(SAME, CNAME, 60, name("a0"));
              for (int i = 0; i < 18; i++) {
                message.answer(name("a" + i), CNAME, 60, name("a" + (i + 1)));
              }
              return message;
            })
        .replies(FrameChecks.toAddress(PEER))
        .run();
  }

  @Test
  void dns11_aliasesOneByOneComeToAnEnd() {
    HostHarness h = new HostHarness(DnsServer::host);
    server = new DnsServer(h);
    question = server.ask("a.example", A);
    int asked = 0;
    for (SeenFrame frame = h.next(); server.hear(frame); frame = h.next()) {
      asked++;
      assertTrue(asked < 40, "aliases without end");
      server.say(server.response().answer(SAME, CNAME, 60, name("a" + asked + ".example")));
    }
    assertEquals(Status.REFUSED, question.status());
  }

  @Test
  void dns12_timesToLiveAtTheirLimits() {
    int[] lives = {0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
    for (int ttl : lives) {
      message(s -> s.response().answer(SAME, A, ttl, ADDRESS))
          .then(
              h -> {
                assertEquals(Status.OK, question.status());
                h.advanceMs(3_600_000);
                Question again = server.ask("www.example", A);
                boolean known = again.status() == Status.OK;
                assertEquals(ttl == 0x7FFFFFFF, known);
                again.close();
                h.takeSent();
                h.advanceMs(24 * 3_600_000);
                asksAgain(h, "www.example");
              })
          .withoutVariations()
          .run();
    }
  }

  @Test
  void dns13_theCacheIsBounded() {
    HostHarness h = new HostHarness(DnsServer::host);
    server = new DnsServer(h);
    for (int i = 0; i < 20_000; i++) {
      question = server.ask("n" + i + ".example", A);
      server.hear();
      if (i % 2 == 0) {
        server.sayAddress(3600, 10, 9, 1, i & 255);
      } else {
        server.say(
            server
                .response(RESPONSE | 3)
                .authority(name("example"), SOA, 600, DnsMessage.startOfAuthority(60)));
      }
      question.close();
      if (i % 4 == 0) {
        question = server.ask("n0.example", A);
        assertEquals(Status.OK, question.status(), "what is used stays");
        question.close();
      }
    }
    assertEquals(20_000 - 8, h.counter(Counter.DNS_EVICTED));
    h.expectNoInternalError();
  }

  @Test
  void dns13_manyAddressesAreCut() {
    message(
            s -> {
              DnsMessage message = s.response();
              for (int i = 0; i < 30; i++) {
                message.answer(SAME, A, 60, Octets.of(10, 9, 1, i));
              }
              return message;
            })
        .then(h -> assertEquals(8, question.count()))
        .withoutVariations()
        .run();
  }

  @Test
  void dns14_otherRecordsAreOpaque() {
    message(
            s ->
                s.response()
                    .answer(SAME, A, 60, ADDRESS)
                    .additional(Octets.of(0), 41, 0, Octets.of(0, 10, 0xFF, 0xFF, 1)))
        .then(h -> assertEquals(Status.OK, question.status()))
        .run();
    message(s -> s.response().answer(SAME, 65, 60, Octets.of(0, 1, 0, 0, 1, 0xFF, 0xFF, 2)))
        .then(h -> assertEquals(Status.NO_ADDRESS, question.status()))
        .run();
    message(s -> s.response().answer(SAME, 16, 60, Octets.of(255, 'a')))
        .then(h -> assertEquals(Status.NO_ADDRESS, question.status()))
        .run();
  }

  /** A response that says that there is more opens a connection. */
  private HostileHarness truncated() {
    return message(s -> s.response(RESPONSE | 0x200).answer(SAME, A, 60, ADDRESS));
  }

  @Test
  void dns15_truncatedAnswersAreNotUsed() {
    truncated()
        .counts(Counter.DNS_TRUNCATED)
        .replies(FrameChecks.toAddress(PEER))
        .then(h -> assertEquals(Status.WOULD_BLOCK, question.status()))
        .run();
  }

  @Test
  void dns15_lengthsOverTcpAndOctetsOnceAMinute() {
    for (int length : new int[] {0, 11, 65535, 60}) {
      HostHarness h = new HostHarness(DnsServer::host);
      server = new DnsServer(h);
      question = server.ask("www.example", A);
      server.hear();
      server.say(server.response(RESPONSE | 0x200));
      TcpHarness tcp = new TcpHarness(h);
      tcp.newPeer(PEER, 53, 77);
      tcp.expect(Segment.syn());
      tcp.inject(Segment.synAck().acknowledges(0).mss(1460));
      tcp.takeSent();
      tcp.inject(Segment.data(0, Octets.of(length >> 8, length & 255, 0)));
      boolean bad = length != 60;
      assertEquals(bad, tcp.takeSent().stream().anyMatch(server::hear), "another attempt");
      h.advanceMs(5000);
      assertTrue(bad || tcp.takeSent().stream().anyMatch(server::hear), "the time is limited");
      h.advanceMs(60_000);
      assertEquals(Status.TIMED_OUT, question.status());
      h.expectNoInternalError();
    }
  }
}
