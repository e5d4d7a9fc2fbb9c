// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Status;
import dev.tulle.wire.TcpHeader;

/** How connections begin: initial sequence numbers, SYNs and what they agree on. */
final class Handshake {
  /**
   * How far above the old numbers a connection begins that takes the place of one in TIME-WAIT: RFC
   * 1122 4.2.2.13 (a) wants it larger, Linux adds an unscaled window.
   */
  private static final int REOPENED_ABOVE = 65_537;

  private final TcpOption[] options;
  private final KeyedHash sequenceHash;

  Handshake(TcpOption[] options, KeyedHash sequenceHash) {
    this.options = options;
    this.sequenceHash = sequenceHash;
  }

  /** Gets a connection whose path and ports are set ready to send its SYN. */
  void open(Connection c, long nowNs) {
    begin(c, initialSequence(c, nowNs));
    c.active = true;
    c.state = State.SYN_SENT;
  }

  /** Gets a connection ready to answer a SYN that arrived for a listener. RFC 9293 3.10.7.2. */
  void answer(Connection c, Segment syn, long nowNs) {
    begin(c, syn.issKnown ? syn.iss : initialSequence(c, nowNs));
    c.state = State.SYN_RECEIVED;
    peerSyn(c, syn, nowNs);
  }

  /**
   * Whether a SYN begins a connection in the place of one in TIME-WAIT; it then has our number.
   *
   * <p>RFC 9293 3.6.1 (MAY-2, SHLD-4): one that is newer than all that was seen. RFC 6191 2: where
   * both have timestamps, these say it, and the numbers where they are the same.
   */
  static boolean reopens(Connection c, Segment s) {
    int newer = c.stamped && s.stamped ? s.stamp - c.recentStamp : 0;
    boolean opens =
        c.state == State.TIME_WAIT
            && (s.flags & (TcpHeader.SYN | TcpHeader.ACK | TcpHeader.RST)) == TcpHeader.SYN
            && (newer == 0 ? s.seq - c.receiver.rcvNxt : newer) > 0;
    if (opens) {
      s.issKnown = true;
      s.iss = c.sender.sndNxt + REOPENED_ABOVE;
    }
    return opens;
  }

  private static void begin(Connection c, int iss) {
    c.sender.start(iss);
    c.receiver.start(Math.min(c.path.linkPayloadBytes() - TcpHeader.BYTES, c.maxSegment));
    c.loss.start(iss);
    c.synDue = true;
    if (c.tuning != null && c.listener != null && c.listener.receiveBytes > 0) {
      c.tuning.receiveBytes(c, c.listener.receiveBytes);
    }
  }

  /**
   * ISN = M + F(addresses, ports, key). RFC 6528 3, RFC 9293 3.4.1 (MUST-8, SHLD-1).
   *
   * <p>M ticks every 4.096 microseconds, which is the clock's fourth of a microsecond but for 2 %.
   */
  private int initialSequence(Connection c, long nowNs) {
    c.path.addTo(sequenceHash.begin());
    long f = sequenceHash.add((long) c.localPort << 16 | c.remotePort).end();
    return (int) (nowNs >>> 12) + (int) f;
  }

  private void peerSyn(Connection c, Segment syn, long nowNs) {
    c.receiver.open(syn.seq);
    c.sender.agreeMss(syn.mss, c.receiver.mss);
    c.sender.setWindow(syn, syn.window);
    for (int i = 0; i < options.length; i++) {
      options[i].agree(c, syn, nowNs);
    }
  }

  /** A segment arrives in SYN-SENT. RFC 9293 3.10.7.3. */
  void arrives(Connection c, Segment s, Output output, long nowNs) {
    Sender sender = c.sender;
    boolean acks = s.has(TcpHeader.ACK);
    // First: an ACK must be of our SYN.
    if (acks && (!Seq.lt(sender.iss, s.ack) || Seq.lt(sender.sndNxt, s.ack))) {
      if (!s.has(TcpHeader.RST)) {
        output.reset(c, s.ack, nowNs);
      }
      return;
    }
    // Second: a reset counts only with such an ACK.
    if (s.has(TcpHeader.RST)) {
      if (acks) {
        c.end(Status.REFUSED);
      }
      return;
    }
    // Fourth: SYN. Data on it is left for the peer to send again (RFC 9293 3.4).
    if (!s.has(TcpHeader.SYN)) {
      return;
    }
    peerSyn(c, s, nowNs);
    if (acks) {
      sender.acknowledged(s.ack);
      sender.sndNxt = s.ack; // data that went with the SYN and was not taken goes once more
      c.establish(s, nowNs);
      c.timer.stop();
      c.timer.backoff = 0;
      c.unanswered = 0;
      c.receiver.acknowledgeNow();
    } else {
      // RFC 9293 3.5 (MUST-10): simultaneous open.
      c.state = State.SYN_RECEIVED;
      c.synDue = true;
      sender.sndNxt = sender.first; // who opens himself takes no data with a SYN
    }
  }
}
