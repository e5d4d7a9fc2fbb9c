// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.rst;
import static dev.tulle.testkit.Segment.segment;
import static dev.tulle.testkit.Segment.syn;

import dev.tulle.stack.Status;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.Segment;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TcpSegment;
import java.util.Arrays;

/**
 * A peer and an application that do whatever a source of choices says, and an oracle that watches.
 *
 * <p>First anything may happen that must not break a connection: data in any order, cut, repeated
 * or beyond the window, ACKs old, new and impossible, windows that open, close and shrink,
 * selective acknowledgements that lie, resets and SYNs that do not fit. All that time these must
 * hold: what the host sends is its stream, inside the peer's window; it acknowledges only what was
 * sent; its window's right edge stays; what its application reads is the peer's stream. Then the
 * peer behaves, and everything must arrive and end.
 */
final class ChaoticPeer {
  /** Where choices come from: random numbers, or a fuzzer. */
  interface Choices {
    /** A number from low to high, both included. */
    int choose(int low, int high);
  }

  private static final int THEIRS = 30_000;
  private static final int OURS = 30_000;
  private static final int PORT = 80;

  private final TcpHarness h;
  private final Choices choices;
  private final int packets;
  private final boolean selective;
  private final boolean[] got = new boolean[OURS + 2];

  /** Our stream as far as the peer has all of it. */
  private int received;

  /** The peer's stream as far as the host has acknowledged it; the right edge of its window. */
  private long acknowledged;

  private long edge;

  /** Where the peer's window ends at most, by all that it ever said. */
  private long limit;

  private int read;
  private boolean calm;

  ChaoticPeer(Assembly assembly, int iss, Choices choices) {
    this.choices = choices;
    h = new TcpHarness(assembly);
    packets = h.host.pool.available();
    h.listen(PORT);
    h.newPeer(iss);
    selective = choices.choose(0, 1) == 1;
    Segment first = syn().mss(choices.choose(0, 3) == 0 ? choices.choose(0, 2000) : 1460);
    if (selective) {
      int mss = 1460;
      first = syn().options(Octets.of(2, 4, mss >> 8, mss, 4, 2, 1, 1));
    }
    h.inject(first);
    h.takeSent();
    h.inject(ack(0));
    limit = h.peer.window;
    h.socket = h.listener.accept();
    if (h.socket == null) {
      throw h.net.failure("not accepted");
    }
    h.takeSent();
    edge = 0;
  }

  void run(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
      look();
      if (h.socket.status() != Status.OK) {
        throw h.net.failure("the connection broke: status " + h.socket.status());
      }
    }
    calm = true;
    settle();
  }

  private void step() {
    switch (choices.choose(0, 12)) {
      case 0, 1, 2 -> sendSomeData();
      case 3, 4 -> send(acknowledge(segment(TcpSegment.ACK).sequence(h.peer.next())));
      case 5 -> send(ack(received + choices.choose(OURS + 2, 1 << 30)));
      case 6 -> strayReset();
      case 7 -> send(syn().sequence(choices.choose(-100_000, 100_000)));
      case 8, 9 -> write(choices.choose(1, 5000));
      case 10 -> read(choices.choose(1, 5000));
      case 11 -> h.net.advanceNs(choices.choose(0, 1_500_000) * 1000L);
      default -> h.socket.noDelay(choices.choose(0, 1) == 1);
    }
  }

  private void sendSomeData() {
    int low = (int) Math.max(0, acknowledged - 3000);
    int offset = choices.choose(low, (int) Math.min(THEIRS - 1, acknowledged + 8000));
    int length = Math.min(choices.choose(1, 1400), THEIRS - offset); // options may follow
    send(acknowledge(data(offset, length)));
  }

  /** With an acceptable ACK number and any window. */
  private Segment acknowledge(Segment s) {
    int number = choices.choose(0, 2) == 0 ? choices.choose(0, received) : received;
    int[] windows = {65_535, 65_535, 65_535, 10_000, 2000, 536, 100, 1, 0};
    int window = windows[choices.choose(0, windows.length - 1)];
    limit = Math.max(limit, (long) number + window);
    if (selective && choices.choose(0, 2) == 0) {
      s.options(sack());
    }
    return s.acknowledges(number).window(window);
  }

  /** One to three blocks, mostly lies. */
  private byte[] sack() {
    int blocks = choices.choose(1, 3);
    byte[] option = new byte[4 + 8 * blocks];
    Arrays.fill(option, 0, 2, (byte) 1);
    option[2] = 5;
    option[3] = (byte) (2 + 8 * blocks);
    for (int i = 0; i < blocks; i++) {
      int left = choices.choose(received - 2000, received + 20_000);
      int right = left + choices.choose(-100, 5000);
      Octets.put32(option, 4 + 8 * i, h.peer.hostIss() + 1 + left);
      Octets.put32(option, 8 + 8 * i, h.peer.hostIss() + 1 + right);
    }
    return option;
  }

  /** A reset that does not have the one number that counts. */
  private void strayReset() {
    int offset = choices.choose(0, 1) == 0 ? -choices.choose(1, 50_000) : THEIRS + 10;
    send(rst(offset + (offset < 0 ? Math.min(0, acknowledged) : 0)));
  }

  private void send(Segment s) {
    h.inject(s);
  }

  private void write(int length) {
    int n = (int) Math.min(length, OURS - h.written());
    if (n > 0) {
      h.tryWrite(n);
    }
  }

  private void read(int most) {
    byte[] octets = h.read(most);
    if (octets != null) {
      if (!Arrays.equals(octets, Octets.pattern(read, octets.length))) {
        throw h.net.failure("what was read at " + read + " is not the peer's stream");
      }
      read += octets.length;
    }
  }

  /** Checks what the host has sent, and takes most of it. */
  private void look() {
    for (SeenFrame f : h.takeSent()) {
      if (!f.isTcp()) {
        throw h.net.failure("not TCP: " + f);
      }
      if (f.has(TcpSegment.RST)) {
        throw h.net.failure("the host reset the connection");
      }
      checkNumbers(f);
      checkData(f);
    }
  }

  private void checkNumbers(SeenFrame f) {
    long number = f.acknowledgment() - (h.peer.iss + 1);
    if (number > Math.min(h.peer.next(), THEIRS + 1)) {
      throw h.net.failure("acknowledged what was never sent: " + number);
    }
    if (number > acknowledged) {
      acknowledged = number;
    }
    long right = number + f.window();
    if (right < edge) {
      throw h.net.failure("the window's edge moved from " + edge + " to " + right);
    }
    edge = right;
  }

  private void checkData(SeenFrame f) {
    int offset = f.sequence() - (h.peer.hostIss() + 1);
    byte[] octets = f.data();
    if (octets.length == 0 && !f.has(TcpSegment.FIN)) {
      return;
    }
    if (offset < 0 || offset + octets.length > OURS) {
      throw h.net.failure("data at " + offset + " was never written");
    }
    if (!Arrays.equals(octets, Octets.pattern(offset, octets.length))) {
      throw h.net.failure("data at " + offset + " is not what was written");
    }
    if (offset + octets.length > limit + 1) { // a probe may go one octet beyond
      throw h.net.failure("data at " + offset + " goes beyond the window's end at " + limit);
    }
    if (calm || choices.choose(0, 3) != 0) {
      Arrays.fill(got, offset, offset + f.sequenceLength(), true);
      while (received < OURS + 1 && got[received]) {
        received++;
      }
    }
  }

  /** The peer behaves now: everything must arrive within a few minutes, and both must end. */
  private void settle() {
    long endNs = h.net.nowNs() + 600_000_000_000L;
    limit = Long.MAX_VALUE / 2;
    while (received < OURS || read < THEIRS) {
      if (h.net.nowNs() > endNs) {
        throw h.net.failure("after ten minutes " + received + " and " + read + " have arrived");
      }
      write(OURS);
      read(THEIRS);
      int length = (int) Math.min(1460, THEIRS - acknowledged);
      if (length > 0) {
        send(data(acknowledged, length).acknowledges(received).window(65_535));
      } else {
        send(ack(received).sequence(THEIRS).window(65_535));
      }
      h.net.advanceNs(10_000_000);
      look();
    }
    h.shutdownWrite();
    while (received <= OURS && h.net.nowNs() < endNs) {
      // Where a forged number has closed the window, the FIN waits for its probe; after a time-out
      // it waits until what came last is acknowledged.
      send(ack(received).sequence(THEIRS).window(65_535));
      h.net.advanceNs(10_000_000);
      look();
    }
    send(segment(TcpSegment.FIN | TcpSegment.ACK).sequence(THEIRS).acknowledges(received));
    h.advanceMs(1000);
    look();
    send(ack(received).sequence(THEIRS + 1));
    if (received != OURS + 1 || h.socket.read(new byte[1], 0, 1) != Status.CLOSED) {
      throw h.net.failure("the streams did not end");
    }
    h.socket.close();
    h.listener.close();
    h.advanceMs(130_000);
    h.takeSent();
    h.net.expectNoInternalError();
    if (h.host.pool.available() != packets || h.host.tcp.connections() != 0) {
      throw h.net.failure("something was not given back");
    }
  }
}
