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

  /** Octets that the peer is willing to take, and those that were offered to it. */
  public int sndWindow;

  public int rcvWindow;

  /** Octets written and not yet sent. */
  public int unsent;

  /** Fills this in. */
  void fill(Connection c) {
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
    unsent = sender.unsent();
    recovery = OPEN;
    unacked = (sender.sndNxt - sender.sndUna + sender.mss - 1) / sender.mss;
    sacked = 0;
    lost = 0;
    retransmitted = 0;
    reordering = 3;
    c.loss.info(this);
    if (recovery < REDUCING && c.ecn != null && c.ecn.reducing) {
      recovery = REDUCING;
    }
  }

  private static final int IP_HEADER = 20;

  private static int state(int state) {
    switch (state) {
      case State.SYN_SENT:
        return SYN_SENT;
      case State.SYN_RECEIVED:
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
