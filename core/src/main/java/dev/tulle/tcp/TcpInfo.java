// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * What there is to know about a connection at one moment: the fields of Linux's {@code tcp_info}
 * that Tulle keeps, with its meanings and units.
 *
 * <p>A record to reuse: {@link TcpSocket#info} fills it in. Windows and counts are segments, times
 * microseconds.
 */
public final class TcpInfo {
  public static final int ESTABLISHED = 1;
  public static final int SYN_SENT = 2;
  public static final int SYN_RECEIVED = 3;
  public static final int FIN_WAIT_1 = 4;
  public static final int FIN_WAIT_2 = 5;
  public static final int TIME_WAIT = 6;
  public static final int CLOSED = 7;
  public static final int CLOSE_WAIT = 8;
  public static final int LAST_ACK = 9;
  public static final int CLOSING = 11;

  /** Nothing unusual. */
  public static final int OPEN = 0;

  /** Something arrived out of order; nothing counts as lost yet. */
  public static final int DISORDER = 1;

  /** The window shrinks because the network said that it is full. */
  public static final int REDUCING = 2;

  /** A loss is being repaired. */
  public static final int RECOVERY = 3;

  /** The retransmission timer expired. */
  public static final int LOSS = 4;

  /** {@link #ssthresh} where there is no threshold yet. */
  public static final int NO_THRESHOLD = 0x7FFF_FFFF;

  /** Of the connection: {@link #ESTABLISHED} and the others. */
  public int state;

  /** Of the loss recovery: {@link #OPEN} to {@link #LOSS}. */
  public int recovery;

  /** Expirations of the retransmission timer in a row. */
  public int backoff;

  public int rtoUs;

  /** Smoothed round-trip time; 0 where none was measured. */
  public int rttUs;

  public int rttVariationUs;

  /** Congestion window and slow start threshold. */
  public int cwnd;

  public int ssthresh;

  /** Segments sent and not acknowledged; of these those that the peer has beyond a gap. */
  public int unacked;

  public int sacked;

  /** Segments that are believed lost, and those of the unacknowledged that were sent again. */
  public int lost;

  public int retransmitted;

  /** How far segments were seen to overtake each other, at least 3. */
  public int reordering;

  /** Octets of payload in a full segment to the peer; the MSS that we advertised. */
  public int sndMss;

  public int advMss;

  /** Largest packet that the path carries, network header included. */
  public int pathMtu;

  /** Payload of the largest segment that came; 0 before the first. */
  public int rcvMss;

  /** Probes of a window that is closed or too small, without an answer. */
  public int probes;

  /** Octets that the peer is willing to take, and those that were offered to it. */
  public int sndWindow;

  public int rcvWindow;

  /** Octets written and not yet sent. */
  public int unsent;

  /** Whether both sides agreed to stamp segments, acknowledge selectively, scale, use ECN. */
  public boolean timestamps;

  public boolean selective;
  public boolean scaled;
  public boolean congestionMarks;

  /** By how much the windows of what we send and of what we receive are scaled. */
  public int sndShift;

  public int rcvShift;

  /** How long an ACK may be delayed. */
  public int ackTimeoutUs;

  /** How long ago data was sent last, data came, an ACK came; the last two are kept by RACK. */
  public int lastDataSentMs;

  public int lastDataReceivedMs;
  public int lastAckReceivedMs;

  /** Octets of payload that arrived in order, modulo 4 GiB. */
  public long bytesReceived;

  // What follows is kept by RACK alone, 0 otherwise.

  /** Least round-trip time of the connection. */
  public int minRttUs;

  /** Octets of data sent, the repeated ones among them, and acknowledged; with the FIN. */
  public long bytesSent;

  public long bytesRetransmitted;
  public long bytesAcknowledged;

  /**
   * Segments with data sent, and arrived; those sent again; those that the peer has, and the SYN.
   */
  public int dataSegmentsOut;

  public int dataSegmentsIn;
  public int totalRetransmitted;
  public int delivered;

  /** Segments that arrived twice, says the peer, and times that one overtook another. */
  public int duplicates;

  public int reorderingSeen;

  long lastAckNs;
  long lastDataReceivedNs;

  /** Fills this in. */
  void fill(Connection c, long nowNs) {
    Sender sender = c.sender;
    state = state(c.state);
    backoff = c.timer.backoff;
    rtoUs = (int) (c.rtt.timeoutNs(c.timer.backoff) / 1000);
    rttUs = c.rtt.smoothedUs();
    rttVariationUs = c.rtt.variationUs();
    sndMss = sender.mss;
    advMss = c.receiver.mss;
    pathMtu = c.path.payloadBytes() + IP_HEADER;
    cwnd = c.loss.window(c.congestion.window()) / sender.mss;
    int threshold = c.congestion.threshold();
    ssthresh = threshold == Integer.MAX_VALUE ? NO_THRESHOLD : threshold / sender.mss;
    sndWindow = sender.sndWnd;
    rcvWindow = c.receiver.window();
    rcvMss = c.receiver.largest();
    probes = c.timer.kind == RetransmitTimer.PERSIST ? c.unanswered : 0;
    unsent = sender.unsent();
    fillOptions(c);
    lastDataSentMs = ago(c.sentNs, nowNs);
    bytesReceived = received(c.receiver);
    recovery = OPEN;
    clearKept();
    unacked = (sender.sndNxt - sender.sndUna + sender.mss - 1) / sender.mss;
    sacked = 0;
    lost = 0;
    retransmitted = 0;
    reordering = 3;
    c.loss.info(this);
    if (recovery < REDUCING && c.ecn != null && c.ecn.reducing) {
      recovery = REDUCING;
    }
    lastDataReceivedMs = ago(lastDataReceivedNs, nowNs);
    lastAckReceivedMs = ago(lastAckNs, nowNs);
  }

  private void fillOptions(Connection c) {
    timestamps = c.stamped;
    selective = c.selective;
    scaled = c.scaled;
    congestionMarks = c.ecn != null && c.ecn.agreed;
    sndShift = c.sender.windowShift;
    rcvShift = c.receiver.windowShift;
    ackTimeoutUs = (int) (Receiver.DELAYED_ACK_NS / 1000);
  }

  private void clearKept() {
    minRttUs = 0;
    bytesSent = 0;
    bytesRetransmitted = 0;
    bytesAcknowledged = 0;
    dataSegmentsOut = 0;
    dataSegmentsIn = 0;
    totalRetransmitted = 0;
    delivered = 0;
    duplicates = 0;
    reorderingSeen = 0;
    lastAckNs = -1;
    lastDataReceivedNs = -1;
  }

  private static int ago(long thenNs, long nowNs) {
    return thenNs < 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, (nowNs - thenNs) / 1_000_000);
  }

  private static long received(Receiver receiver) {
    int octets = receiver.rcvNxt - receiver.irs - (receiver.finished ? 2 : 1);
    return receiver.rcvNxt == receiver.irs ? 0 : octets & 0xFFFF_FFFFL;
  }

  private static final int IP_HEADER = 20;

  private static int state(int state) {
    switch (state) {
      case State.SYN_SENT:
        return SYN_SENT;
      case State.SYN_RECEIVED:
      case State.FAST_OPEN:
        return SYN_RECEIVED;
      case State.ESTABLISHED:
        return ESTABLISHED;
      case State.CLOSE_WAIT:
        return CLOSE_WAIT;
      case State.FIN_WAIT_1:
        return FIN_WAIT_1;
      case State.FIN_WAIT_2:
        return FIN_WAIT_2;
      case State.CLOSING:
        return CLOSING;
      case State.LAST_ACK:
        return LAST_ACK;
      case State.TIME_WAIT:
        return TIME_WAIT;
      default:
        return CLOSED;
    }
  }
}
