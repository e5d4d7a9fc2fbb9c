// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.STRANGER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.host.Sntp;
import dev.tulle.ip.Endpoint;
import dev.tulle.link.Link;
import dev.tulle.profile.Host;
import dev.tulle.profile.Minimal;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Stack;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import org.junit.jupiter.api.Test;

/** The time of day on a virtual clock, the test as time server. */
class SntpTest {
  private static final long SECOND_NS = 1_000_000_000L;

  /** 2026-01-01T00:00:00Z, since 1970 and since 1900. */
  private static final long UNIX_S = 1_767_225_600L;

  private static final long NTP_S = UNIX_S + 2_208_988_800L;

  private Sntp sntp;
  private final HostHarness h = new HostHarness(this::host);
  private SeenFrame query;

  private Host host(Link link, long mac, Entropy entropy) {
    Host host = Minimal.host(link, mac, entropy);
    sntp = new Sntp(host.udp, new KeyedHash(entropy), host.counters);
    host.stack =
        new Stack(new Interface[] {host.port}, new Part[] {sntp, host.tcp, host.neighbours});
    return host;
  }

  private void ask() {
    sntp.ask(new Endpoint(PEER, 0), h.nowNs());
    query = h.next();
  }

  /** A right answer, transmitted in the middle of a second. */
  private byte[] answer() {
    byte[] b = new byte[48];
    b[0] = 4 << 3 | 4;
    b[1] = 2;
    System.arraycopy(query.data(), 40, b, 24, 8);
    Octets.put32(b, 32, (int) NTP_S);
    Octets.put32(b, 36, 0x40000000);
    Octets.put32(b, 40, (int) NTP_S);
    Octets.put32(b, 44, 0x80000000);
    return b;
  }

  private void say(byte[] data) {
    say(PEER, data);
  }

  private void say(int source, byte[] data) {
    h.inject(
        h.fromPeer(Frames.ipv4(source, HOST).udp(Frames.udp(123, query.sourcePort()).data(data))));
  }

  @Test
  void theTimeIsTheServersAndHalfTheWay() {
    ask();
    assertEquals(123, query.destinationPort());
    assertEquals(48, query.data().length);
    assertEquals(4 << 3 | 3, query.data()[0]);
    h.advanceMs(650);
    assertEquals(Status.WOULD_BLOCK, sntp.status());
    say(answer());
    assertEquals(Status.OK, sntp.status());
    // A quarter of a second was the server's own, so 400 ms were on the way.
    assertEquals(400_000_000L, sntp.delayNs());
    long expectedNs = UNIX_S * SECOND_NS + 500_000_000L + 200_000_000L;
    assertEquals(expectedNs, sntp.unixTimeNs(h.nowNs()));
    assertEquals(expectedNs + 7 * SECOND_NS, sntp.unixTimeNs(h.nowNs() + 7 * SECOND_NS));
    h.advanceMs(60_000);
    h.expectNothing();
  }

  @Test
  void secondsThatBeginAnewIn2036GoOn() {
    ask();
    byte[] b = answer();
    Octets.put32(b, 32, 10);
    Octets.put32(b, 40, 10);
    h.advanceMs(250);
    say(b);
    long seconds = (1L << 32) + 10 - 2_208_988_800L;
    assertEquals(seconds * SECOND_NS + 500_000_000L, sntp.unixTimeNs(h.nowNs()));
  }

  @Test
  void answersThatAreNoneAreCountedAndNotBelieved() {
    ask();
    h.advanceMs(500);
    byte[] right = answer();
    int[][] changes = {{0, 4 << 3 | 3}, {0, 4}, {0, 5 << 3 | 4}, {0, 0xE4}, {1, 16}, {24, 0x55}};
    for (int[] change : changes) {
      byte[] b = right.clone();
      b[change[0]] = (byte) (change[0] == 24 ? b[24] ^ change[1] : change[1]);
      say(b);
    }
    say(Octets.resized(right, 47));
    byte[] never = right.clone();
    Octets.put32(never, 40, 0);
    Octets.put32(never, 44, 0);
    say(never);
    byte[] before = right.clone();
    Octets.put32(before, 32, (int) NTP_S + 1);
    say(before);
    assertEquals(changes.length + 3, h.counter(Counter.NTP_UNEXPECTED));
    say(STRANGER, right);
    assertEquals(1, h.counter(Counter.UDP_NO_PORT));
    assertEquals(Status.WOULD_BLOCK, sntp.status());
    say(right);
    assertEquals(Status.OK, sntp.status());
    h.expectNoInternalError();
  }

  @Test
  void anAnswerToAQuestionBeforeIsNotTheAnswer() {
    ask();
    h.advanceMs(500);
    byte[] late = answer();
    int port = query.sourcePort();
    sntp.ask(new Endpoint(STRANGER, 0), h.nowNs());
    h.inject(h.fromPeer(Frames.ipv4(PEER, HOST).udp(Frames.udp(123, port).data(late))));
    assertEquals(Status.WOULD_BLOCK, sntp.status());
  }

  @Test
  void aServerThatWantsToBeLeftAloneIs() {
    ask();
    byte[] b = answer();
    b[1] = 0;
    say(b);
    assertEquals(Status.REFUSED, sntp.status());
    h.advanceMs(100_000);
    h.expectNothing();
  }

  @Test
  void aSilentServerIsAskedThreeTimesEachTimeOtherwise() {
    ask();
    final byte[] first = query.data();
    final int port = query.sourcePort();
    h.advanceMs(2000);
    query = h.next();
    assertNotEquals(port, query.sourcePort());
    assertNotEquals(Octets.i32(first, 40), Octets.i32(query.data(), 40));
    h.advanceMs(4000);
    query = h.next();
    h.advanceMs(8000);
    h.expectNothing();
    assertEquals(Status.TIMED_OUT, sntp.status());
    ask();
    say(answer());
    assertTrue(sntp.status() == Status.WOULD_BLOCK, "no answer is older than its question");
    h.advanceMs(250);
    say(answer());
    assertEquals(Status.OK, sntp.status());
  }
}
