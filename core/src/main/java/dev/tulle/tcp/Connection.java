// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.buffer.Packet;
import dev.tulle.ip.Path;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.wire.TcpHeader;

/**
 * One connection's control block, and what each arriving segment does to it.
 *
 * <p>{@link #arrives} is RFC 9293 3.10.7.4 as a list of steps in its order. Nothing is sent here:
 * the steps leave behind what is due, and {@link Output} sends it in the same poll.
 */
final class Connection {
  /** RFC 9293 3.4.2 has 2 * MSL = 4 minutes; like Linux we take one minute. */
  private static final long TIME_WAIT_NS = 60_000_000_000L;

  /** Challenge ACKs in a second, for this connection alone. RFC 5961 7. */
  private static final int CHALLENGES = 10;

  final Path path;
  final Sender sender;
  final Receiver receiver;
  final RttEstimator rtt = new RttEstimator();
  final RetransmitTimer timer = new RetransmitTimer();
  final LossRecovery loss;
  final CongestionControl congestion;

  /** The application's face of this connection. */
  TcpSocket socket;

  char localPort; // 16 bits, and no sign
  char remotePort;
  byte state;
  char maxSegment = 0xFFFF; // the MSS that the application allows, both ways

  /** Whether it is taken from the free ones. */
  boolean used;

  /** Why the connection ended: a {@code Status}; OK where it ended well or has not ended. */
  byte error;

  /** Whether an application has the socket: opened or accepted, and not yet closed. */
  boolean held;

  /** Who accepts it; null for one that we opened and after accept. */
  Listener listener;

  /** Whether we opened it: a reset in SYN-RECEIVED is then an error to report. */
  boolean active;

  /** Whether both sides agreed to scale windows, acknowledge selectively, stamp segments. */
  boolean scaled;

  boolean selective;
  boolean stamped;

  /** What is added to the time in our timestamps; the peer's last one, and when it came. */
  int stampOffset;

  int recentStamp;
  long recentStampNs;

  /** Whether {@link UrgentMark} has seen urgent data that may not be read yet; its last octet. */
  boolean urgent;

  int urgentSeq;

  /** Whether a SYN, or a SYN-ACK, is to be sent. */
  boolean synDue;

  /** Whether a segment is to be sent although the window or Nagle forbids it. */
  boolean probeDue;

  /** Whether the connection is to end at once with a reset. */
  boolean abortDue;

  /** Sent again without any answer, in a row. */
  char unanswered;

  /** When a SYN or new data was last sent; −1 where the SYN had to be sent again. */
  long sentNs;

  /** End of TIME-WAIT, of an abandoned FIN-WAIT-2, or of lingering. */
  long endNs;

  /**
   * How long a closed connection may take to deliver what is left; NEVER is as long as it takes.
   */
  long lingerNs;

  /** Explicit congestion notification; null where the stack has none. */
  EcnState ecn;

  /** Lets buffers grow; null where they are fixed. */
  BufferTuning tuning;

  KeepAlive keepAlive;
  UserTimeout userTimeout;

  /** Finds out what the path carries; null where nothing does. */
  SegmentSize segmentSize;

  /** Who has an option to write into our SYN or SYN-ACK, and perhaps data; mostly null. */
  FastOpen fastOpen;

  /** Where it counts until it is established, if data came with its SYN; mostly null. */
  FastOpenQueue fastOpenQueue;

  /** Whether the application has something new to look at. */
  boolean changed;

  // Membership in lists, each owned by one class: chains by TcpTable, or while it is free the list
  // of ConnectionPool; queue by Listener and ConnectionPool, due and ready by Tcp, heap by
  // Deadlines.
  Connection next;
  Connection queueNext;
  Connection queuePrevious;
  ConnectionQueue queue;
  Connection dueNext;
  Connection readyNext;
  boolean due;
  boolean ready;
  int heapIndex = -1;
  long heapKeyNs;

  final Counters counters;

  /** When the second began in which challenges are counted, and how many went. */
  private long challengedNs;

  private byte challenged;

  Connection(
      Path path,
      Sender sender,
      Receiver receiver,
      LossRecovery loss,
      CongestionControl congestion,
      Counters counters) {
    this.path = path;
    this.sender = sender;
    this.receiver = receiver;
    this.loss = loss;
    this.congestion = congestion;
    this.counters = counters;
  }

  /** Forgets an earlier connection. */
  void clear() {
    rtt.reset();
    timer.stop();
    timer.backoff = 0;
    state = State.CLOSED;
    error = Status.OK;
    held = false;
    listener = null;
    active = false;
    scaled = false;
    selective = false;
    stamped = false;
    stampOffset = 0;
    recentStamp = 0;
    recentStampNs = 0;
    maxSegment = 0xFFFF;
    synDue = false;
    probeDue = false;
    abortDue = false;
    unanswered = 0;
    sentNs = 0;
    endNs = Part.NEVER;
    lingerNs = Part.NEVER;
    if (tuning != null) {
      tuning.clear();
    }
    keepAlive = null;
    userTimeout = null;
    fastOpen = null;
    fastOpenQueue = null;
    path.service = 0;
    changed = false;
    challengedNs = 0;
    challenged = 0;
  }

  boolean matches(Packet packet, int local, int remote) {
    return localPort == local && remotePort == remote && path.matches(packet);
  }

  /** When this connection next wants to run. */
  long deadlineNs() {
    long deadlineNs = Math.min(endNs, Math.min(timer.deadlineNs, receiver.ackDeadlineNs));
    if (state >= State.ESTABLISHED) {
      deadlineNs = Math.min(deadlineNs, loss.deadlineNs());
    }
    return keepAlive == null ? deadlineNs : Math.min(deadlineNs, keepAlive.deadlineNs(this));
  }

  /** Processes a segment in any state but SYN-SENT. RFC 9293 3.10.7.4, with RFC 5961. */
  void arrives(Segment s, TcpOption[] options, Output output, long nowNs) {
    for (int i = 0; i < options.length; i++) {
      if (!options[i].accepts(this, s, nowNs)) {
        return;
      }
    }
    if (keepAlive != null) {
      keepAlive.heard(nowNs);
    }
    if (state < State.ESTABLISHED && s.has(TcpHeader.SYN) && s.seq == receiver.irs) {
      synAgain(s);
    }
    if (!receiver.acceptable(s)) { // first: the sequence number
      outsideWindow(s, nowNs);
    } else if (s.has(TcpHeader.RST)) { // second: RST
      resetArrives(s, nowNs);
    } else if (s.has(TcpHeader.SYN)) { // fourth: SYN; RFC 5961 4.2 (MUST): challenge, drop
      counters.add(Counter.TCP_SYN_IN_WINDOW);
      challenge(nowNs);
    } else if (s.has(TcpHeader.ACK) && ackArrives(s, output, nowNs)) { // fifth: ACK
      dataArrives(s, output, nowNs); // seventh: text; sixth, URG, is only a mark (RFC 6093)
      finArrived(nowNs); // eighth: FIN
      if (tuning != null) {
        tuning.arrived(this, s, nowNs);
      }
    }
  }

  /**
   * Our peer's SYN once more: our answer was lost, or both opened at once and this is its answer.
   */
  private void synAgain(Segment s) {
    if (s.has(TcpHeader.ACK)) {
      // RFC 9293 3.5, figure 7: the SYN part is known, what is left is an ACK of our SYN.
      s.flags &= ~TcpHeader.SYN;
      s.seq++;
      receiver.acknowledgeNow();
    } else {
      synDue = true;
    }
  }

  /** First step: what lies outside the window is answered with where we are. */
  private void outsideWindow(Segment s, long nowNs) {
    counters.add(Counter.TCP_OUT_OF_WINDOW);
    if (s.has(TcpHeader.RST)) {
      return;
    }
    if (synDue) {
      return; // the SYN-ACK says it all
    }
    if (s.length > 0) {
      receiver.knownAlready(s); // an ACK of ours was lost
    } else {
      challenge(nowNs);
    }
    if (state == State.TIME_WAIT && s.has(TcpHeader.FIN)) {
      timeWait(nowNs); // RFC 9293 3.10.7.4, eighth: restart the 2 MSL time-out
    }
  }

  /** Second step: RFC 5961 3.2 (MUST): only the exact number resets; RFC 1337: not TIME-WAIT. */
  private void resetArrives(Segment s, long nowNs) {
    if (s.seq != receiver.rcvNxt) {
      counters.add(Counter.TCP_RESET_CHALLENGED);
      challenge(nowNs);
    } else if (state == State.TIME_WAIT) {
      counters.add(Counter.TCP_RESET_IGNORED);
    } else if (state < State.ESTABLISHED) {
      end(active ? Status.REFUSED : Status.RESET);
    } else {
      end(state >= State.CLOSING ? Status.OK : Status.RESET);
    }
  }

  /** Fifth step; answers whether the rest of the segment counts. */
  private boolean ackArrives(Segment s, Output output, long nowNs) {
    if (state < State.ESTABLISHED) {
      if (!Seq.lt(sender.sndUna, s.ack) || Seq.lt(sender.sndNxt, s.ack)) {
        output.reset(this, s.ack, nowNs);
        return false;
      }
      establish(s, nowNs);
    }
    if (!sender.acceptable(s.ack)) {
      counters.add(Counter.TCP_BADACK);
      challenge(nowNs);
      return false;
    }
    Acknowledgement.arrives(this, s, nowNs);
    return finAcknowledged(nowNs);
  }

  /** The handshake is complete: {@code s} carries the window to begin with. */
  void establish(Segment s, long nowNs) {
    state = (byte) (sender.closing ? State.FIN_WAIT_1 : State.ESTABLISHED);
    if (fastOpenQueue != null) {
      fastOpenQueue.established(this);
    }
    boolean again = timer.backoff > 0;
    timer.backoff = 0;
    if (sentNs >= 0) {
      rtt.sample(nowNs - sentNs); // Karn: RFC 6298 3 (MUST): not where the SYN went twice
    } else {
      rtt.synLost();
    }
    sender.setWindow(s, s.has(TcpHeader.SYN) ? s.window : s.window << sender.windowShift);
    begin(again);
    changed = true;
  }

  /** Data may go out from now on; {@code again} where our SYN had to be sent twice. */
  void begin(boolean again) {
    if (segmentSize != null) {
      segmentSize.start(this);
    }
    congestion.start(sender.mss, again);
    if (listener != null) {
      listener.established(this);
    }
  }

  /** What the ACK of our FIN means in each state. */
  private boolean finAcknowledged(long nowNs) {
    if (!sender.finSent() || sender.sndUna != sender.sndNxt) {
      return true;
    }
    if (state == State.FIN_WAIT_1) {
      state = State.FIN_WAIT_2;
      changed = true;
    } else if (state == State.CLOSING) {
      timeWait(nowNs);
    } else if (state == State.LAST_ACK) {
      end(Status.OK);
      return false;
    }
    return true;
  }

  /** Seventh step. */
  private void dataArrives(Segment s, Output output, long nowNs) {
    boolean fin = s.has(TcpHeader.FIN);
    if (state == State.CLOSE_WAIT || state >= State.CLOSING || s.length == 0 && !fin) {
      return;
    }
    if (!held && listener == null && Seq.lt(receiver.rcvNxt, s.seq + s.length)) {
      // RFC 1122 4.2.2.13 (SHOULD): data for an application that is gone is answered by a reset.
      counters.add(Counter.TCP_DATA_AFTER_CLOSE);
      output.reset(this, sender.sndNxt, nowNs);
      end(Status.RESET);
      return;
    }
    int before = receiver.rcvNxt;
    receiver.arrived(s, fin, nowNs);
    changed |= receiver.rcvNxt != before;
  }

  /** Eighth step: the peer has closed, and all that it sent before has arrived. */
  private void finArrived(long nowNs) {
    if (!receiver.finished) {
      return;
    }
    if (state == State.ESTABLISHED) {
      state = State.CLOSE_WAIT;
    } else if (state == State.FIN_WAIT_1) {
      state = State.CLOSING; // had our FIN been acknowledged, this were FIN-WAIT-2
    } else if (state == State.FIN_WAIT_2) {
      timeWait(nowNs);
    }
  }

  private void timeWait(long nowNs) {
    state = State.TIME_WAIT;
    timer.stop();
    endNs = nowNs + TIME_WAIT_NS;
    changed = true;
  }

  /** Sends an ACK that tells a confused peer where we are, and a forger nothing. RFC 5961 7. */
  void challenge(long nowNs) {
    if (nowNs - challengedNs >= PerSecond.SECOND_NS) {
      challengedNs = nowNs;
      challenged = 0;
    }
    if (challenged < CHALLENGES) {
      challenged++;
      receiver.acknowledgeNow();
    } else {
      counters.add(Counter.TCP_CHALLENGE_LIMIT);
    }
  }

  /** The connection is over. */
  void end(int error) {
    state = State.CLOSED;
    this.error = (byte) error;
    timer.stop();
    receiver.acknowledgedNow();
    endNs = Part.NEVER;
    keepAlive = null;
    synDue = false;
    probeDue = false;
    abortDue = false;
    changed = true;
  }

  /** The application closes its side: after what it wrote comes a FIN. */
  void shutdown() {
    sender.closing = true;
    if (state == State.ESTABLISHED) {
      state = State.FIN_WAIT_1;
    } else if (state == State.CLOSE_WAIT) {
      state = State.LAST_ACK;
    }
  }

  /**
   * ICMP says that a segment of ours did not arrive. RFC 5927, RFC 9293 3.9.2.2.
   *
   * @param seq the sequence number that the message quotes
   */
  void unreachable(int seq, int status, boolean hard) {
    // RFC 5927 4.1: only about what is in flight. 5.2: no error ends a synchronized connection.
    if (!Seq.in(seq, sender.sndUna, sender.sndNxt)) {
      counters.add(Counter.TCP_ICMP_IGNORED);
    } else if (hard && state == State.SYN_SENT) {
      end(status);
    } else {
      counters.add(Counter.TCP_ICMP_SOFT);
    }
  }
}
