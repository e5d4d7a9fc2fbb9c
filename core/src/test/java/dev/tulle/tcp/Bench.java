// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.buffer.PacketPool;
import dev.tulle.stack.Counters;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.TcpHeader;

/** One connection with what it sends through, and nothing around it: the test is its peer. */
final class Bench {
  static final TcpOption[] NO_OPTIONS = {};

  /** Initial sequence number of the peer, close to where the numbers wrap. */
  static final int IRS = 0xFFFF_FFFD;

  final Counters counters = new Counters();
  final PacketPool pool = new PacketPool(4, 1514);
  final FakePath path = new FakePath(pool);
  final Output output = new Output(new SegmentWriter(pool, counters, NO_OPTIONS), counters);
  final Connection c;
  long nowNs = 1_000_000_000L;

  Bench() {
    this(new NewReno());
  }

  private Bench(LossRecovery loss) {
    c = FakePath.connection(path, loss, counters);
    c.localPort = 80;
    c.remotePort = 5000;
    c.held = true;
  }

  /** An established connection; the peer offers this window, segments have 1,000 octets. */
  static Bench established(int iss, int window) {
    return established(iss, window, new NewReno());
  }

  static Bench established(int iss, int window, LossRecovery loss) {
    Bench b = new Bench(loss);
    b.c.sender.start(iss);
    b.c.receiver.open(IRS);
    b.c.receiver.advertise(false);
    b.c.loss.start(iss);
    b.c.sender.sndNxt = iss + 1;
    b.c.sentNs = b.nowNs - 50_000_000;
    b.c.sender.mss = 1000;
    b.c.sender.acknowledged(iss + 1);
    b.c.establish(Segments.bare(IRS + 1, iss + 1, window), b.nowNs);
    b.c.receiver.acknowledgedNow();
    return b;
  }

  void write(int octets) {
    c.sender.ring.append(Segments.octets(c.sender.finSeq(), octets), 0, octets);
  }

  void send() {
    output.send(c, 16, nowNs);
  }

  void arrives(Segment s) {
    c.arrives(s, NO_OPTIONS, output, nowNs);
  }

  /** A bare ACK of the peer with the number that we expect. */
  void ack(int ack, int window) {
    arrives(Segments.bare(c.receiver.rcvNxt, ack, window));
  }

  /** Goes to the connection's next deadline and does what it asks for. */
  void expire() {
    nowNs = c.deadlineNs();
    output.expire(c, nowNs);
    send();
  }

  /** The oldest segment that was sent and not looked at: its flags, number and length. */
  String next() {
    byte[] b = path.sent.poll();
    if (b == null) {
      return "nothing";
    }
    int flags = Bytes.u8(b, TcpHeader.FLAGS);
    StringBuilder text = new StringBuilder();
    String names = "FSRPA";
    for (int i = 0; i < names.length(); i++) {
      if ((flags >> i & 1) != 0) {
        text.append(names.charAt(i));
      }
    }
    int seq = Bytes.i32(b, TcpHeader.SEQUENCE) - c.sender.iss;
    return text + " " + seq + "+" + (b.length - TcpHeader.length(b, 0));
  }

  /** What was sent, in order, and not looked at. */
  String all() {
    StringBuilder text = new StringBuilder();
    while (!path.sent.isEmpty()) {
      text.append(text.length() == 0 ? "" : ", ").append(next());
    }
    return text.toString();
  }
}
