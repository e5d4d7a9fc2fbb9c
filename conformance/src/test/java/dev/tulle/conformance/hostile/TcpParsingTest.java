// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.profile.Client;
import dev.tulle.profile.Minimal;
import dev.tulle.stack.Counter;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.FrameChecks;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TcpSegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP segments that a parser must survive: rows TCP-01 to TCP-09 of the catalogue. */
@ParameterizedClass
@EnumSource(Numbers.class)
class TcpParsingTest {
  private static final int LISTENING = 7; // where the harness itself listens

  @Parameter Numbers numbers;

  private TcpHarness tcp;

  private TcpSegment synSegment() {
    return Frames.tcp(40_000, LISTENING).sequence(numbers.peer).flags(TcpSegment.SYN);
  }

  /** Variations once are enough: with numbers that wrap in the first octets. */
  private HostileHarness hostile() {
    HostileHarness harness = new HostileHarness(Minimal::host);
    return numbers == Numbers.AT_THE_WRAP ? harness : harness.withoutVariations();
  }

  private HostileHarness hostile(TcpSegment segment) {
    return hostile().input(h -> h.fromPeer(Frames.ipv4(PEER, HOST).tcp(segment)));
  }

  /** With an established connection of {@link #tcp}. */
  private HostileHarness established() {
    return hostile()
        .before(
            h -> {
              numbers.beforeAccepting(h, Minimal::host);
              tcp = new TcpHarness(h);
              tcp.listen(80);
              tcp.connected(numbers.peer, 4000);
            })
        .after(
            h -> {
              tcp.socket.abort();
              tcp.listener.close();
              h.poll();
            });
  }

  /** The connection has not noticed: it still takes data in order. */
  private void stillConnected() {
    tcp.inject(data(0, 50).push());
    tcp.expectRead(50);
  }

  private static byte[] options(int... octets) {
    return Octets.of(octets);
  }

  @Test
  void tcp01_segmentShorterThanAHeader() {
    byte[] whole = Arrays.copyOfRange(datagramOf(synSegment()), 20, 40);
    for (int length = 0; length < 20; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      hostile()
          .input(h -> h.fromPeer(Frames.ipv4(PEER, HOST).payload(6, cut)))
          .counts(Counter.TCP_SHORT)
          .run();
    }
  }

  private static byte[] datagramOf(TcpSegment segment) {
    return Frames.ipv4(PEER, HOST).tcp(segment).build();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 6, 15})
  void tcp02_dataOffsetOutsideTheSegment(int words) {
    hostile(synSegment().dataOffset(words)).counts(Counter.TCP_BADOFF).run();
  }

  @Test
  void tcp03_optionOfLengthZeroOneOrTooLong() {
    for (int kind : new int[] {2, 254}) {
      for (int length : new int[] {0, 1}) {
        hostile(synSegment().options(options(kind, length, 5, 180)))
            .counts(Counter.TCP_BADOPT)
            .run();
      }
    }
    hostile(synSegment().options(options(2, 255, 5, 180))).counts(Counter.TCP_BADOPT).run();
  }

  @Test
  void tcp04_optionThatTheHeaderCutsShort() {
    int[][] bad = {
      {1, 1, 1, 2}, // a kind as the header's last octet
      {1, 1, 1, 254},
      {1, 1, 2, 4}, // ends behind the header
      {254, 5, 0, 0},
      {5, 255, 0, 0, 0, 0, 0, 0},
      {8, 3, 0, 0},
    };
    for (int[] octets : bad) {
      hostile(synSegment().options(options(octets))).counts(Counter.TCP_BADOPT).run();
    }
    byte[] full = new byte[40];
    Arrays.fill(full, (byte) 1);
    full[39] = 2;
    hostile(synSegment().options(full)).counts(Counter.TCP_BADOPT).run();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6, 7, 8, 9, 11, 17, 19})
  void tcp05_sackOptionOfBadLength(int length) {
    byte[] sack = new byte[20];
    sack[0] = 5;
    sack[1] = (byte) length;
    established()
        .input(h -> tcp.frame(data(0, 10).options(sack)))
        .counts(Counter.TCP_BADOPT)
        .then(h -> stillConnected())
        .run();
  }

  @Test
  void tcp05_sackBlocksThatCannotBe() {
    int[][] blocks = {{100, 100}, {200, 100}, {-5000, -4000}, {1 << 20, 1 << 21}, {0, -1}};
    for (int[] block : blocks) {
      established()
          .input(
              h -> {
                byte[] sack = new byte[12];
                sack[0] = 1;
                sack[1] = 1;
                sack[2] = 5;
                sack[3] = 10;
                Octets.put32(sack, 4, tcp.peer.hostIss() + 1 + block[0]);
                Octets.put32(sack, 8, tcp.peer.hostIss() + 1 + block[1]);
                return tcp.frame(data(0, 50).options(sack));
              })
          .replies(FrameChecks.flags(TcpSegment.ACK))
          .then(h -> tcp.expectRead(50))
          .run();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 12, 47, 65_535})
  void tcp06_extremeMss(int mss) {
    hostile(synSegment().options(options(2, 4, mss >> 8, mss)))
        .replies(FrameChecks.flags(TcpSegment.SYN | TcpSegment.ACK))
        .run();
    TcpHarness h = new TcpHarness(Minimal::host);
    numbers.beforeAccepting(h.net, Minimal::host);
    h.listen(80);
    h.peerMss = mss;
    h.connected(numbers.peer, 4000);
    h.write(3000);
    long sent = 0;
    for (SeenFrame frame : h.net.takeSent()) {
      int length = frame.data().length;
      sent += length;
      assertTrue(length <= 1460, "longer than the path carries");
      assertTrue(length >= 88 || sent == 3000, "shorter than the floor: " + length);
    }
    assertTrue(sent >= 88);
  }

  @Test
  void tcp07_malformedOptionOnALiveConnection() {
    for (int sequence : new int[] {0, 1, 0x12345678, 0x7FFFFFFF, -1}) {
      established()
          .input(
              h -> tcp.frame(data(0, 10).absoluteSequence(sequence).options(options(2, 3, 5, 1))))
          .counts(Counter.TCP_BADOPT)
          .then(h -> stillConnected())
          .withoutVariations()
          .run();
    }
    established()
        .input(h -> tcp.frame(data(0, 10).options(options(2, 3, 5, 1))))
        .counts(Counter.TCP_BADOPT)
        .then(h -> stillConnected())
        .run();
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 64, 128, 255})
  void tcp08_windowScaleAbove14IsUsedAs14(int shift) {
    TcpHarness h = client();
    h.inject(syn().mss(1460).scale(shift));
    assertEquals(1, h.net.counter(Counter.TCP_BADSCALE));
    h.expect(synAck());
    h.inject(ack(0).window(1)); // 1 << 14 octets
    h.socket = h.listener.accept();
    h.write(40_000);
    assertEquals(14_600, sentOctets(h)); // the initial congestion window
    h.inject(ack(14_600).window(1));
    assertEquals(11 * 1460, sentOctets(h)); // the full segments in 16,384
  }

  @Test
  void tcp08_theFirstOfTwoEqualOptionsCounts() {
    TcpHarness h = client();
    h.inject(syn().options(options(2, 4, 2, 0, 2, 4, 5, 180, 1, 3, 3, 0, 1, 3, 3, 14)));
    h.expect(synAck());
    h.inject(ack(0).window(1000));
    h.socket = h.listener.accept();
    h.write(5000);
    h.expect(data(0, 512));
    // Of 1,000 octets, not 1,000 << 14, the other 488 would be a silly segment.
    h.expectNothing();
  }

  @Test
  void tcp08_optionsOfASynCountNowhereElse() {
    TcpHarness h = client();
    h.peerScale = 2;
    h.connected(numbers.peer, 100);
    h.inject(data(0, 10).options(options(1, 3, 3, 9, 4, 2, 1, 1)));
    h.expectAck(10);
    h.expectRead(10);
    h.write(2000);
    h.expect(data(0, 400).acknowledges(10)); // 100 << 2, still
    h.expectNothing();
  }

  @Test
  void tcp08_windowScaleThatWasNotOfferedIsNotAgreed() {
    TcpHarness h = new TcpHarness(Minimal::host);
    h.peerScale = 7;
    numbers.beforeConnecting(h.net, Minimal::host, 9000);
    h.connectedByHost(9000, numbers.peer, 1000);
    h.write(2000);
    h.expect(data(0, 1000));
    h.expectNothing();
  }

  private TcpHarness client() {
    Assembly client = (link, mac, entropy) -> Client.host(link, mac, entropy, 4, 65_536);
    TcpHarness h = new TcpHarness(client);
    numbers.beforeAccepting(h.net, client);
    h.listen(80);
    h.newPeer(numbers.peer);
    return h;
  }

  private static int sentOctets(TcpHarness h) {
    int octets = 0;
    for (SeenFrame frame : h.net.takeSent()) {
      octets += frame.data().length;
    }
    return octets;
  }

  @Test
  void tcp09_badChecksum() {
    hostile(synSegment().checksumOff(1)).counts(Counter.TCP_BADSUM).run();
    hostile(synSegment().checksum(0)).counts(Counter.TCP_BADSUM).run();
    hostile(synSegment().pseudoLengthOff(1)).counts(Counter.TCP_BADSUM).run();
    hostile(synSegment().data(0, 33).checksumOff(256)).counts(Counter.TCP_BADSUM).run();
    established()
        .input(
            h -> {
              byte[] frame = tcp.frame(data(0, 33)); // an odd length; the last octet damaged
              frame[14 + 40 + 32] ^= 0x40;
              return frame;
            })
        .counts(Counter.TCP_BADSUM)
        .then(
            h -> {
              tcp.inject(data(0, 33).push());
              tcp.expectRead(33);
            })
        .run();
  }
}
