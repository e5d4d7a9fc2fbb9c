// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.conformance.layers.DnsMessage.SAME;
import static dev.tulle.conformance.layers.DnsMessage.name;
import static dev.tulle.conformance.layers.DnsServer.A;
import static dev.tulle.conformance.layers.DnsServer.CNAME;
import static dev.tulle.conformance.layers.DnsServer.SOA;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.STRANGER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.host.Question;
import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.FrameChecks;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.Segment;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TcpSegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The resolver on a virtual clock, the test as name server. */
class ResolverTest {
  private final HostHarness h = new HostHarness(DnsServer::host);
  private final DnsServer server = new DnsServer(h);

  private static void isAt(Question question, int... octets) {
    assertEquals(Status.OK, question.status());
    Endpoint endpoint = new Endpoint(0, 80);
    question.address(0, endpoint);
    assertEquals(Octets.i32(Octets.of(octets), 0), endpoint.address);
    assertEquals(80, endpoint.port);
  }

  /** The same name again must be known, or not, without asking. */
  private void isKnown(String name, boolean known) {
    Question again = server.ask(name, A);
    assertEquals(known, again.status() != Status.WOULD_BLOCK);
    again.close();
    h.takeSent();
  }

  @Test
  void aNameIsAskedForAndItsAddressIsTheAnswer() {
    Question question = server.ask("WWW.Example.com", A);
    SeenFrame frame = h.expect(FrameChecks.toAddress(PEER));
    assertTrue(server.hear(frame));
    assertEquals(Status.WOULD_BLOCK, question.status());
    assertArrayEquals(
        Octets.concat(
            Octets.of(
                server.identifier >> 8, server.identifier & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0),
            name("www.example.com"),
            Octets.of(0, 1, 0, 1)),
        server.query);
    server.sayAddress(300, 10, 9, 0, 7);
    isAt(question, 10, 9, 0, 7);
    assertEquals(1, question.count());
    h.expectNothing();
  }

  @Test
  void addressesOfBothFamiliesAreFound() {
    final Question question = server.ask("a.example", DnsServer.AAAA);
    server.hear().sayAddress(60, 0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80);
    Endpoint endpoint = new Endpoint(1, 80);
    question.address(0, endpoint);
    assertTrue(endpoint.six());
    assertEquals(0x20010DB800000000L, endpoint.high);
    assertEquals(0x80, endpoint.low);
    assertEquals(80, endpoint.port);
    isKnown("a.example", false); // of the other family nothing is known
  }

  @Test
  void anAddressAsTextIsItsOwnAnswer() {
    isAt(server.ask("10.9.0.7", A), 10, 9, 0, 7);
    h.expectNothing();
  }

  @Test
  void whatIsNoNameIsNotAskedFor() {
    String[] texts = {"", ".", "..", "a..b", "-a.b", "a-.b", "1.2.3", "300.1.1.1", "a b", "ä.b"};
    for (String text : texts) {
      Question question = server.ask(text, A);
      assertEquals(Status.INVALID, question.status(), text);
      question.close();
    }
    h.expectNothing();
  }

  @Test
  void anAnswerIsRememberedForItsTimeToLiveAndNoLonger() {
    Question question = server.ask("a.example", A);
    server.hear().sayAddress(30, 10, 9, 0, 7);
    question.close();
    h.advanceMs(29_000);
    isKnown("a.example", true);
    isKnown("b.example", false);
    h.advanceMs(2_000);
    isKnown("a.example", false);
  }

  @Test
  void anAnswerWithoutTimeToLiveIsForTheOneWhoAsked() {
    Question question = server.ask("a.example", A);
    server.hear().sayAddress(0, 10, 9, 0, 7);
    isAt(question, 10, 9, 0, 7);
    isKnown("a.example", false);
  }

  @Test
  void thatThereIsNoSuchNameIsRememberedAsLongAsTheZoneSays() {
    Question question = server.ask("a.example", A);
    server.hear();
    server.say(
        server
            .response(DnsMessage.RESPONSE | 3)
            .authority(name("example"), SOA, 600, DnsMessage.startOfAuthority(60)));
    assertEquals(Status.NO_NAME, question.status());
    h.advanceMs(59_000);
    isKnown("a.example", true);
    h.advanceMs(2_000);
    isKnown("a.example", false);
  }

  @Test
  void thatThereIsNoSuchNameIsNotRememberedWithoutAZone() {
    Question question = server.ask("a.example", A);
    server.hear();
    server.say(
        server
            .response(DnsMessage.RESPONSE | 3)
            .authority(name("other"), SOA, 600, DnsMessage.startOfAuthority(60)));
    assertEquals(Status.NO_NAME, question.status());
    isKnown("a.example", false);
  }

  @Test
  void aNameMayHaveNoAddressOfAKind() {
    Question question = server.ask("a.example", DnsServer.AAAA);
    server.hear();
    server.say(
        server.response().authority(name("example"), SOA, 600, DnsMessage.startOfAuthority(60)));
    assertEquals(Status.NO_ADDRESS, question.status());
  }

  @Test
  void anAliasIsFollowedWithinAnAnswerInWhateverOrder() {
    Question question = server.ask("a.example", A);
    server.hear();
    server.say(
        server
            .response()
            .answer(name("c.example"), A, 300, Octets.of(10, 9, 0, 9))
            .answer(name("b.example"), CNAME, 20, name("c.example"))
            .answer(SAME, CNAME, 100, name("b.example")));
    isAt(question, 10, 9, 0, 9);
    h.advanceMs(19_000);
    isKnown("a.example", true);
    h.advanceMs(2_000); // the least of the three counts
    isKnown("a.example", false);
  }

  @Test
  void anAliasWhoseAddressIsNotThereIsAskedForInTurn() {
    Question question = server.ask("a.example", A);
    server.hear();
    server.say(server.response().answer(SAME, CNAME, 100, name("b.elsewhere")));
    server.hear();
    assertArrayEquals(name("b.elsewhere"), server.name());
    server.sayAddress(50, 10, 9, 0, 9);
    isAt(question, 10, 9, 0, 9);
    isKnown("a.example", true);
  }

  @Test
  void domainsAreSearchedForWhatHasNoPointAndOtherwiseLast() {
    search("one.example", "two.example");
    Question question = server.ask("www", A);
    for (String asked : new String[] {"www.one.example", "www.two.example", "www"}) {
      server.hear();
      assertArrayEquals(name(asked), server.name());
      server.say(server.response(DnsMessage.RESPONSE | 3));
    }
    assertEquals(Status.NO_NAME, question.status());
    question.close();
    question = server.ask("www.x", A);
    for (String asked : new String[] {"www.x", "www.x.one.example"}) {
      server.hear();
      assertArrayEquals(name(asked), server.name());
      server.say(server.response(DnsMessage.RESPONSE | (asked.equals("www.x") ? 3 : 0)));
    }
    server.hear().sayAddress(60, 10, 9, 0, 9);
    isAt(question, 10, 9, 0, 9);
    question.close();
    question = server.ask("www.", A);
    server.hear();
    assertArrayEquals(name("www"), server.name());
    server.say(server.response(DnsMessage.RESPONSE | 3));
    assertEquals(Status.NO_NAME, question.status());
  }

  private void search(String... domains) {
    for (String domain : domains) {
      byte[] text = domain.getBytes(StandardCharsets.US_ASCII);
      h.host.nameServers.addDomain(text, text.length);
    }
  }

  @Test
  void aSilentServerIsAskedThreeTimesFromOtherPortsWithOtherIdentifiers() {
    Question question = server.ask("a.example", A);
    Set<Integer> ports = new HashSet<>();
    Set<Integer> identifiers = new HashSet<>();
    long[] waitsMs = {2000, 4000, 8000};
    for (long waitMs : waitsMs) {
      server.hear();
      ports.add(server.port);
      identifiers.add(server.identifier);
      h.advanceMs(waitMs - 1);
      h.expectNothing();
      assertEquals(Status.WOULD_BLOCK, question.status());
      h.advanceMs(1);
    }
    assertEquals(Status.TIMED_OUT, question.status());
    h.expectNothing();
    assertEquals(3, ports.size());
    assertEquals(3, identifiers.size());
    assertEquals(3, h.counter(Counter.DNS_TIMEOUT));
    isKnown("a.example", true); // that it does not work, for five seconds
    h.advanceMs(6000);
    isKnown("a.example", false);
  }

  @Test
  void serversTakeTurnsAndOneThatCannotHelpIsLeftAtOnce() {
    h.host.nameServers.add(STRANGER);
    Question question = server.ask("a.example", A);
    server.hear();
    assertEquals(PEER, server.server);
    server.say(server.response(DnsMessage.RESPONSE | 2));
    server.hear();
    assertEquals(STRANGER, server.server);
    h.advanceMs(2000);
    server.hear();
    assertEquals(PEER, server.server);
    server.sayAddress(60, 10, 9, 0, 9);
    isAt(question, 10, 9, 0, 9);
  }

  @Test
  void whereNoServerCanSayTheQuestionIsRefused() {
    Question question = server.ask("a.example", A);
    for (int i = 0; i < 3; i++) {
      server.hear();
      server.say(server.response(DnsMessage.RESPONSE | 5));
    }
    assertEquals(Status.REFUSED, question.status());
    h.expectNothing();
  }

  @Test
  void aPortThatIsUnreachableEndsTheAttempt() {
    Question question = server.ask("a.example", A);
    for (int i = 0; i < 3; i++) {
      SeenFrame frame = h.next();
      assertTrue(server.hear(frame));
      h.inject(
          h.fromPeer(
              Frames.ipv4(PEER, HostHarness.HOST)
                  .icmp(
                      Frames.icmp(3, 3)
                          .data(Octets.concat(frame.ipv4Header(), frame.ipv4Payload())))));
    }
    assertEquals(Status.REFUSED, question.status());
  }

  @Test
  void withoutAServerThereIsNobodyToAsk() {
    HostHarness other = new HostHarness(DnsServer::host);
    byte[] text = {'a'};
    Question question = other.host.resolver.ask(text, 0, 1, A);
    other.poll();
    assertEquals(Status.UNREACHABLE, question.status());
    other.expectNothing();
  }

  @Test
  void theSameQuestionIsAskedOnceForAllWhoWait() {
    Question first = server.ask("a.example", A);
    final Question second = server.ask("a.example", A);
    server.hear();
    h.expectNothing();
    server.sayAddress(60, 10, 9, 0, 9);
    isAt(first, 10, 9, 0, 9);
    isAt(second, 10, 9, 0, 9);
    h.expectNothing();
  }

  @Test
  void questionsHaveALimitAndCanBeGivenBack() {
    Question first = server.ask("a.example", A);
    final Question second = server.ask("b.example", A);
    final Question third = server.ask("c.example", A);
    byte[] text = {'d'};
    assertNull(h.host.resolver.ask(text, 0, 1, A));
    first.close();
    second.close();
    third.close();
    h.takeSent();
    h.advanceMs(60_000);
    h.expectNothing();
    server.ask("d.example", A);
    server.hear();
  }

  /** Lets the answer to a question be truncated; the connection that opens then. */
  private TcpHarness truncated() {
    server.hear();
    server.say(
        server.response(DnsMessage.RESPONSE | 0x200).answer(SAME, A, 60, Octets.of(10, 9, 0, 66)));
    TcpHarness tcp = new TcpHarness(h);
    tcp.newPeer(PEER, 53, 5000);
    tcp.expect(Segment.syn());
    tcp.inject(Segment.synAck().acknowledges(0).mss(1460));
    SeenFrame query = null;
    for (SeenFrame frame : tcp.takeSent()) {
      query = frame.data().length > 0 ? frame : query;
    }
    assertNotNull(query, "nothing is asked over TCP");
    assertEquals(query.data().length - 2, Octets.u16(query.data(), 0));
    int before = server.identifier;
    server.query = Arrays.copyOfRange(query.data(), 2, query.data().length);
    server.identifier = Octets.u16(server.query, 0);
    assertNotEquals(before, server.identifier);
    return tcp;
  }

  private static byte[] framed(byte[] message) {
    return Octets.concat(Octets.of(message.length >> 8, message.length & 255), message);
  }

  @Test
  void whatDoesNotFitADatagramIsFetchedOverTcpInAnyPieces() {
    Question question = server.ask("a.example", A);
    final TcpHarness tcp = truncated();
    assertEquals(1, h.counter(Counter.DNS_TRUNCATED));
    DnsMessage message = server.response();
    for (int i = 0; i < 60; i++) {
      message.answer(SAME, A, 60, Octets.of(10, 9, 1, i));
    }
    byte[] octets = framed(message.build());
    for (int at = 0; at < octets.length; at += at == 0 ? 1 : 333) {
      int n = Math.min(at == 0 ? 1 : 333, octets.length - at);
      tcp.inject(Segment.data(at, Arrays.copyOfRange(octets, at, at + n)));
    }
    isAt(question, 10, 9, 1, 0);
    assertEquals(8, question.count());
    assertTrue(
        tcp.takeSent().stream().anyMatch(f -> f.has(TcpSegment.FIN)), "the connection is closed");
    isKnown("a.example", true);
  }

  @Test
  void aServerThatLiesOverTcpIsNotBelievedAndTheNextAttemptIsRight() {
    byte[] lie = Octets.of(10, 9, 0, 66);
    List<Function<DnsServer, DnsMessage>> lies =
        List.of(
            s -> new DnsMessage(s.identifier ^ 1, DnsMessage.RESPONSE).question(s.name(), A),
            s -> new DnsMessage(s.identifier, DnsMessage.RESPONSE).question(other(), A),
            s -> new DnsMessage(s.identifier, 0x0100).question(s.name(), A),
            s -> s.response(DnsMessage.RESPONSE | 0x200), // cut once more
            s -> s.response().counts(1, 9, 0, 0), // more than there is
            s -> s.response().answer(Octets.of(0xC0, 0xFF), A, 60, lie), // beyond its end
            s -> s.response().answer(other(), A, 60, lie)); // of another name alone
    for (int i = 0; i < lies.size(); i++) {
      Question question = server.ask("a" + i + ".example", A);
      TcpHarness tcp = truncated();
      byte[] octets = framed(lies.get(i).apply(server).answer(SAME, A, 60, lie).build());
      if (i == lies.size() - 1) {
        octets = framed(lies.get(i).apply(server).build());
      }
      tcp.inject(Segment.data(0, octets));
      boolean again = tcp.takeSent().stream().anyMatch(server::hear);
      if (again) {
        server.say(server.response().answer(SAME, A, 60, Octets.of(10, 9, 0, i)));
        isAt(question, 10, 9, 0, i);
      } else {
        assertEquals(Status.NO_ADDRESS, question.status(), "lie " + i);
      }
      assertEquals(i < lies.size() - 1, again, "lie " + i);
      question.close();
      tcp.inject(Segment.rst(octets.length));
    }
    isKnown("b.example", false);
    h.expectNoInternalError();
  }

  private static byte[] other() {
    return DnsMessage.name("b.example");
  }

  @Test
  void anAnswerOverTcpThatIsTooLongOrTooShortEndsTheAttempt() {
    for (byte[] octets : new byte[][] {{0, 0}, {0, 11}, {(byte) 0xFF, (byte) 0xFF}}) {
      Question question = server.ask("a.example", A);
      TcpHarness tcp = truncated();
      tcp.inject(Segment.data(0, octets));
      assertTrue(tcp.takeSent().stream().anyMatch(server::hear), "another attempt");
      question.close();
      tcp.inject(Segment.rst(octets.length));
    }
  }
}
