// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.wire.TcpHeader;

/**
 * What a connection sends, and when its timers expire: one instance for all connections of a stack.
 *
 * <p>A connection that is due is asked for its next segment until it has none, the windows are full
 * or its turn is over.
 */
final class Output {
  /** Expirations in a row before a connection is given up: RFC 9293 3.8.3 (R2), as in Linux. */
  private static final int RETRIES = 15;

  /** RFC 9293 3.8.3 (MUST-23): at least three minutes for a SYN: 1+2+4+8+16+32+60+60 seconds. */
  private static final int SYN_RETRIES = 7;

  /** Half-open connections of a listener and those that nobody holds are given up sooner. */
  private static final int ORPHAN_RETRIES = 8;

  private static final int SYN_ACK_RETRIES = 5;

  /** An abandoned FIN-WAIT-2 does not wait for ever. RFC 1122 4.2.2.20 (e), policy. */
  private static final long FIN_WAIT_2_NS = 60_000_000_000L;

  private final SegmentWriter writer;
  private final Counters counters;

  Output(SegmentWriter writer, Counters counters) {
    this.writer = writer;
    this.counters = counters;
  }

  /**
   * Sends what is due, at most {@code budget} segments with data.
   *
   * @return whether there is more to send at once
   */
  boolean send(Connection c, int budget, long nowNs) {
    if (c.abortDue) {
      abort(c, Status.CLOSED, nowNs);
    }
    if (c.state == State.CLOSED) {
      return false;
    }
    if (c.synDue) {
      sendSyn(c, nowNs);
    }
    boolean more = false;
    if (c.state >= State.FAST_OPEN && c.state != State.TIME_WAIT) {
      if (c.probeDue) {
        sendProbe(c, nowNs);
      }
      more = sendData(c, budget, nowNs);
      watch(c, nowNs);
    }
    sendAcks(c, nowNs);
    return more;
  }

  private void sendSyn(Connection c, long nowNs) {
    int flags = c.state == State.SYN_SENT ? TcpHeader.SYN : TcpHeader.SYN | TcpHeader.ACK;
    int length = c.fastOpen == null ? 0 : c.fastOpen.synData(c, nowNs);
    if (writer.send(c, flags, c.sender.iss, length, nowNs)) {
      c.synDue = false;
      c.sentNs = -1;
      if (c.sender.sndNxt == c.sender.iss) {
        c.sender.sndNxt = c.sender.first + length;
        c.sentNs = nowNs;
      }
    }
    if (c.timer.backoff == 0) { // else it expired, and runs again
      c.timer.start(RetransmitTimer.RETRANSMIT, nowNs + c.rtt.timeoutNs(0));
    }
  }

  private boolean sendData(Connection c, int budget, long nowNs) {
    Sender sender = c.sender;
    boolean idle = sender.sndUna == sender.sndNxt;
    if (idle && !sender.waiting()) {
      // Who only receives needs nothing of what follows, each part of which is a wait for memory.
      c.loss.inFlight(sender.sndUna, sender.sndNxt, sender.mss);
      return false;
    }
    if (c.segmentSize != null) {
      c.segmentSize.turn(c, this, nowNs);
    }
    if (idle && nowNs - c.sentNs > c.rtt.timeoutNs(0)) {
      c.congestion.idle(); // RFC 5681 4.1
    }
    int cwnd = c.loss.window(c.congestion.window());
    int inFlight = c.loss.inFlight(sender.sndUna, sender.sndNxt, sender.mss);
    int sent = 0;
    while (sent < budget
        && (c.loss.due()
            ? sendAgain(c, sender.mss, cwnd, inFlight, nowNs)
            : sendNew(c, cwnd, inFlight, nowNs)
                || c.loss.instead() && sendAgain(c, sender.mss, cwnd, inFlight, nowNs))) {
      sent++;
      inFlight = c.loss.inFlight(sender.sndUna, sender.sndNxt, sender.mss);
    }
    if (sent > 0) {
      sender.used(inFlight + sender.mss > cwnd);
      c.loss.plan(c.rtt.smoothedUs(), c.timer.deadlineNs, nowNs);
    }
    return sent == budget;
  }

  private boolean sendNew(Connection c, int cwnd, int inFlight, long nowNs) {
    Sender sender = c.sender;
    int length = c.loss.room() ? sender.next(cwnd, inFlight) : Sender.WAIT;
    if (length == Sender.WAIT) {
      return false;
    }
    return sendNew(c, length, nowNs);
  }

  /** Sends the next octets for the first time; answers whether it could. */
  boolean sendNew(Connection c, int length, long nowNs) {
    Sender sender = c.sender;
    int flags = TcpHeader.ACK;
    int span = length;
    if (sender.finFits(length)) {
      flags |= TcpHeader.FIN;
      span++;
    }
    if (!writer.send(c, flags, sender.sndNxt, length, nowNs)) {
      return false;
    }
    sender.sent(length, span);
    c.loss.sent(sender.sndNxt, span, nowNs);
    if (c.state >= State.ESTABLISHED) {
      c.sentNs = nowNs; // else it is still the SYN-ACK's
    }
    startTimer(c, false, nowNs);
    return true;
  }

  /** Sends at most so many octets of what is due again; answers whether it could. */
  boolean sendAgain(Connection c, int most, int cwnd, int inFlight, long nowNs) {
    Sender sender = c.sender;
    int from = c.loss.from(sender.sndUna);
    int until = Seq.min(c.loss.until(sender.sndUna, most), sender.sndNxt);
    int dataEnd = Seq.min(until, sender.finSeq());
    int length = Math.min(most, dataEnd - from);
    if (!c.loss.urgent() && inFlight > 0 && inFlight + length > cwnd) {
      return false;
    }
    boolean fin = sender.finSent() && from + length == sender.finSeq();
    int flags = fin ? TcpHeader.ACK | TcpHeader.FIN : TcpHeader.ACK;
    if (!writer.send(c, flags, from, length, nowNs)) {
      return false;
    }
    counters.add(Counter.TCP_RETRANSMITTED);
    c.loss.sentAgain(from + length + (fin ? 1 : 0), length, nowNs);
    startTimer(c, from == sender.sndUna, nowNs);
    return true;
  }

  /**
   * RFC 6298 5.1; RFC 6675 6 (MAY), as Linux has it: also where the first segment is sent {@code
   * again}, because its copy needs a round trip as well.
   */
  private static void startTimer(Connection c, boolean again, long nowNs) {
    if (c.timer.kind != RetransmitTimer.RETRANSMIT || again && c.timer.backoff == 0) {
      c.timer.start(RetransmitTimer.RETRANSMIT, nowNs + c.rtt.timeoutNs(c.timer.backoff));
    }
  }

  /** Sends into a window that is closed or too small. RFC 9293 3.8.6.1 (MUST-36), 3.8.6.2.1. */
  private void sendProbe(Connection c, long nowNs) {
    Sender sender = c.sender;
    int una = sender.sndUna;
    int length = Math.min(Math.min(sender.ring.length(), sender.mss), Math.max(1, sender.sndWnd));
    boolean fin = sender.closing && una == sender.finSeq(); // nothing else is left
    int flags = fin ? TcpHeader.ACK | TcpHeader.FIN : TcpHeader.ACK;
    if ((fin || length > 0) && writer.send(c, flags, una, length, nowNs)) {
      counters.add(Counter.TCP_PROBE_SENT);
      int end = una + (fin ? 1 : length);
      if (Seq.lt(sender.sndNxt, end)) {
        sender.sndNxt = end;
        c.loss.sent(end, length, nowNs);
      }
    }
    c.probeDue = false;
  }

  /** Sees to it that whatever waits has a timer that ends the waiting. */
  private static void watch(Connection c, long nowNs) {
    boolean idle = c.sender.sndUna == c.sender.sndNxt;
    if (idle && c.sender.waiting() && c.timer.kind == RetransmitTimer.OFF) {
      c.timer.start(RetransmitTimer.PERSIST, nowNs + c.rtt.timeoutNs(c.timer.backoff));
    }
    if (!c.held && c.listener == null && c.endNs == Part.NEVER) {
      if (c.lingerNs != Part.NEVER) {
        c.endNs = nowNs + c.lingerNs;
      } else if (c.state == State.FIN_WAIT_2) {
        c.endNs = nowNs + FIN_WAIT_2_NS;
      }
    }
  }

  private void sendAcks(Connection c, long nowNs) {
    for (int acks = c.receiver.acksDue; acks > 0; acks--) {
      if (!writer.send(c, TcpHeader.ACK, c.sender.sndNxt, 0, nowNs)) {
        c.receiver.acksDue = (byte) acks;
        c.receiver.acknowledgeLater(nowNs); // nothing else may bring the next turn
        return;
      }
    }
  }

  /** Does what the expired deadlines of a connection ask for. */
  void expire(Connection c, long nowNs) {
    if (c.receiver.ackDeadlineNs - nowNs <= 0) {
      c.receiver.ackDeadlineNs = Part.NEVER;
      c.receiver.acknowledgeNow();
    }
    if (c.endNs - nowNs <= 0) {
      if (c.state != State.TIME_WAIT && c.state != State.FIN_WAIT_2) {
        abort(c, Status.TIMED_OUT, nowNs); // lingering came to its end
      } else {
        c.end(Status.OK);
      }
      return;
    }
    if (c.state >= State.ESTABLISHED && c.loss.deadlineNs() - nowNs <= 0) {
      int verdict = c.loss.expired(c.sender.sndUna, c.sender.sndNxt, nowNs);
      Acknowledgement.judge(c, verdict);
      if (verdict == LossRecovery.PROBE) {
        sendLossProbe(c, nowNs);
      } else if (verdict == LossRecovery.TIME_OUT) {
        retransmissionTimeout(c, nowNs);
      }
    }
    if (c.timer.deadlineNs - nowNs <= 0) {
      retransmissionTimeout(c, nowNs);
    }
    if (c.keepAlive != null && c.keepAlive.deadlineNs(c) - nowNs <= 0) {
      if (c.keepAlive.expired()) {
        // RFC 9293 3.8.4: an old number makes the peer answer.
        writer.send(c, TcpHeader.ACK, c.sender.sndNxt - 1, 0, nowNs);
        counters.add(Counter.TCP_PROBE_SENT);
      } else {
        abort(c, Status.TIMED_OUT, nowNs);
      }
    }
  }

  /** RFC 8985 7.3: one new segment if there is one, else the last one again; the timer anew. */
  private void sendLossProbe(Connection c, long nowNs) {
    Sender sender = c.sender;
    int all = Integer.MAX_VALUE;
    boolean fresh = sender.unsent() > 0 && c.loss.room() && sendNew(c, all, 0, nowNs);
    int length = 0;
    if (!fresh) {
      int from = c.loss.probeFrom(sender.sndUna);
      length = Math.min(sender.mss, Seq.min(sender.sndNxt, sender.finSeq()) - from);
      // A full segment may be smaller by now than the one that is sent again.
      boolean fin = sender.finSent() && from + length == sender.finSeq();
      int flags = fin ? TcpHeader.ACK | TcpHeader.FIN : TcpHeader.ACK;
      if (!writer.send(c, flags, from, length, nowNs)) {
        return; // the retransmission timer will see to it
      }
      counters.add(Counter.TCP_RETRANSMITTED);
    }
    counters.add(Counter.TCP_LOSS_PROBE);
    c.loss.probed(sender.sndNxt, length, !fresh, nowNs);
    c.timer.start(RetransmitTimer.RETRANSMIT, nowNs + c.rtt.timeoutNs(0));
  }

  private void retransmissionTimeout(Connection c, long nowNs) {
    c.unanswered++;
    boolean first = c.unanswered == 1;
    if (exhausted(c, first, nowNs)) {
      c.end(Status.TIMED_OUT);
      return;
    }
    RetransmitTimer timer = c.timer;
    timer.expired();
    timer.deadlineNs = nowNs + c.rtt.timeoutNs(timer.backoff); // RFC 6298 5.5, 5.6
    if (c.userTimeout != null) {
      timer.deadlineNs = c.userTimeout.earlier(timer.deadlineNs);
    }
    if (c.state < State.ESTABLISHED) {
      c.synDue = true;
    } else if (timer.kind == RetransmitTimer.PERSIST) {
      c.probeDue = true;
    } else {
      counters.add(Counter.TCP_TIMEOUT);
      Sender sender = c.sender;
      // As in Linux: where a loss is being repaired, the window has shrunk for this one already.
      c.congestion.timedOut(sender.sndNxt - sender.sndUna, first && !c.loss.recovering());
      c.loss.timedOut(sender.sndUna, sender.sndNxt, first, nowNs);
    }
  }

  private static boolean exhausted(Connection c, boolean first, long nowNs) {
    if (c.userTimeout == null) {
      return c.unanswered > retries(c);
    }
    c.userTimeout.expired(c, first, nowNs);
    return c.userTimeout.over(nowNs);
  }

  private static int retries(Connection c) {
    if (c.state < State.ESTABLISHED) {
      return c.active ? SYN_RETRIES : SYN_ACK_RETRIES;
    }
    return c.held ? RETRIES : ORPHAN_RETRIES;
  }

  /** Sends a reset with a number of our choice; the connection stays as it is. */
  void reset(Connection c, int seq, long nowNs) {
    writer.reset(c.path, c.localPort, c.remotePort, seq, 0, false, nowNs);
  }

  /** Ends a connection at once and tells the peer. RFC 9293 3.10.5. */
  void abort(Connection c, int error, long nowNs) {
    if (c.state >= State.SYN_RECEIVED && c.state != State.TIME_WAIT) {
      writer.send(c, TcpHeader.RST | TcpHeader.ACK, c.sender.sndNxt, 0, nowNs);
    }
    c.end(error);
  }
}
