// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.stack.Counter;
import dev.tulle.wire.TcpHeader;

/**
 * How large the segments of one connection are: what the path is known to carry, what routers tell
 * (RFC 1191), what time-outs give reason to fear and what probes find (RFC 4821).
 *
 * <p>One object for each socket that has the feature. The don't-fragment bit is always set.
 */
public final class SegmentSize {
  /**
   * Time-outs in a row for the same segment before it counts as too large for the path: Linux's
   * tcp_retries1, which it has for tcp_mtu_probing=1.
   */
  private static final int EXPIRATIONS = 3;

  /**
   * So many times more at the most, one for each time that a full segment got through after all:
   * the path is one that loses much.
   */
  private static final int MOST_REFUTED = 3;

  /**
   * What to fall back to first: RFC 4821 7.2 and Linux's tcp_base_mss (RFC 8899's BASE_PLPMTU is
   * 1200). Below, each further time-out halves it as in Linux, down to {@link Sender#LEAST_MSS}:
   * Linux's tcp_mtu_probe_floor is 48, RFC 8899's MIN_PLPMTU 68. So low a floor costs no throughput
   * since the first small segment that gets through has a full one tried at once.
   */
  private static final int BASE = 1024;

  /** A probe needs so many segments behind it, so that its loss is noticed. RFC 4821 7.4. */
  private static final int BEHIND = 4;

  /** And a window of so many, so that its loss is repaired fast; as in Linux. */
  private static final int LEAST_WINDOW = 11;

  /** Payload of a full segment as the SYNs allow it; header and options in front of it. */
  private char agreed;

  private char headers;

  /** What time-outs and probes allow. */
  private int limit;

  /** Before this, segments in flight may be larger than full ones are now; where {@link #large}. */
  private int largeEnd;

  private boolean large;

  /** Time-outs in a row with the same first unacknowledged octet. */
  private byte expirations;

  private int expiredAt;

  /** How often a full segment got through after all. */
  private int refuted;

  /** The timer's back-off as it was last seen. */
  private byte backoff;

  private final MtuProbe probe;

  /**
   * @param probe finds what time-outs make one fear, as Linux's tcp_mtu_probing=1 does; null where
   *     routers alone are believed
   */
  public SegmentSize(MtuProbe probe) {
    this.probe = probe;
  }

  /** The connection is established; its sender has the size that the SYNs have agreed on. */
  void start(Connection c) {
    agreed = (char) c.sender.mss;
    headers = (char) (TcpHeader.BYTES + (c.stamped ? Timestamps.PADDED : 0));
    limit = Integer.MAX_VALUE;
    large = false;
    expirations = 0;
    refuted = 0;
    backoff = c.timer.backoff;
    if (probe != null) {
      probe.inconclusive();
    }
    c.sender.mss = (char) Math.min(agreed, carried(c));
  }

  /** What the path is said to carry, in octets of payload. */
  private int carried(Connection c) {
    int payload = c.path.payloadBytes();
    return payload == 0 ? agreed : Math.min(agreed, payload - headers);
  }

  /** Takes over what the path carries now: others may have learnt it, or it was long ago. */
  private void follow(Connection c) {
    int size = Math.min(limit, carried(c));
    int before = c.sender.mss;
    if (size == before) {
      return;
    }
    if (size < before) {
      large = true;
      largeEnd = c.sender.sndNxt;
    }
    c.sender.mss = (char) size;
    c.congestion.resize(size);
  }

  /**
   * ICMP says that a segment was too big.
   *
   * <p>It counts at once, as in Linux; RFC 5927 7.2 would wait for a time-out to confirm it. Who
   * forges one has to guess a number in flight, and gains ten minutes of segments that are no
   * smaller than the path's floor.
   *
   * @param seq the sequence number that the message quotes
   * @param told the MTU of the link that did not carry it
   */
  void tooBig(Connection c, int seq, int told, long nowNs) {
    Sender sender = c.sender;
    // RFC 5927 4.1: only about what is in flight; and only where a segment that starts there can
    // have been as large.
    boolean old = large && Seq.lt(seq, largeEnd);
    int most = Math.max(old ? agreed : sender.mss, probe == null ? 0 : probe.size);
    int length = Math.min(sender.sndNxt - seq, most);
    if (c.state < State.ESTABLISHED
        || !Seq.in(seq, sender.sndUna, sender.sndNxt)
        || !c.path.tooBig(told, headers + length, nowNs)) {
      c.counters.add(Counter.TCP_ICMP_IGNORED);
      return;
    }
    follow(c);
    int end = largeEnd;
    boolean lost = large && Seq.lt(seq, largeEnd);
    if (lost) {
      large = false;
      if (probe != null) {
        probe.inconclusive();
      }
    } else if (probe != null && Seq.in(seq, probe.start, probe.start + probe.size)) {
      lost = true;
      end = probe.start + probe.size;
      probe.refused(c.rtt.smoothedUs() * 1000L, nowNs);
    }
    if (lost) {
      c.loss.resized(sender.sndUna, end, sender.mss);
      if (c.timer.kind == RetransmitTimer.RETRANSMIT) {
        c.timer.deadlineNs = nowNs + c.rtt.timeoutNs(c.timer.backoff);
      }
    }
  }

  /**
   * The connection is about to send: time to look at what became of the probe, whether the timer
   * has expired, and what the path carries now.
   */
  void turn(Connection c, Output output, long nowNs) {
    if (c.state < State.ESTABLISHED) {
      return; // Fast Open: what times out is the SYN-ACK, and its number comes before all data
    }
    if (probe == null) {
      follow(c);
      return;
    }
    if (probe.size != 0) {
      judgeProbe(c, nowNs);
    }
    if (c.timer.backoff != backoff) {
      backoff = c.timer.backoff;
      if (backoff > 0) { // of either kind: what probes an open window may be too big as well
        timedOut(c, nowNs);
      }
    }
    follow(c);
    if (limit != Integer.MAX_VALUE) {
      sendProbe(c, output, nowNs);
    }
  }

  private void judgeProbe(Connection c, long nowNs) {
    int end = probe.start + probe.size;
    int una = c.sender.sndUna;
    if (!Seq.lt(una, end)) {
      arrived(c);
    } else if (Seq.lt(probe.start, una)) {
      lost(c, nowNs); // only a part of it, which was sent again, got through
    } else if (c.loss.due()) {
      if (probe.start == una && c.loss.from(una) == una) {
        // RFC 4821 7.6.2: a probe's loss says nothing of congestion; what it carried goes out again
        // in pieces. A congestion mark was none for nothing.
        if (c.loss.recovering() && (c.ecn == null || !c.ecn.reducing)) {
          c.congestion.undo();
        }
        c.loss.resized(una, end, c.sender.mss);
        lost(c, nowNs);
      } else if (probe.start != una) {
        probe.inconclusive(); // RFC 4821 7.6.4
      }
    }
  }

  private void arrived(Connection c) {
    if (probe.test) {
      limit = Integer.MAX_VALUE;
      refuted = Math.min(refuted + 1, MOST_REFUTED);
    } else {
      limit = probe.size;
    }
    probe.arrived();
  }

  private void lost(Connection c, long nowNs) {
    probe.lost(c.rtt.smoothedUs() * 1000L, nowNs);
  }

  /** The retransmission timer expired: perhaps a link drops what is too big and tells nobody. */
  private void timedOut(Connection c, long nowNs) {
    Sender sender = c.sender;
    if (probe.size != 0) {
      lost(c, nowNs);
    }
    boolean again = sender.sndUna == expiredAt;
    expirations = (byte) (again ? Math.min(expirations + 1, EXPIRATIONS) : 1);
    expiredAt = sender.sndUna;
    int flight = sender.sndNxt - sender.sndUna;
    int size = sender.mss > BASE ? BASE : Math.max(Sender.LEAST_MSS, sender.mss / 2);
    if (flight <= size) {
      size = Math.min(size, BASE / 2); // not a full segment, and perhaps too large all the same
    }
    if (expirations < EXPIRATIONS + refuted || flight <= size || size >= sender.mss) {
      return;
    }
    c.counters.add(Counter.TCP_BLACK_HOLE);
    limit = size;
    follow(c);
    large = false;
    c.loss.resized(sender.sndUna, sender.sndNxt, size);
    probe.begin(size, carried(c));
  }

  /** Sends a larger segment than usual if it is time for one and all is well. */
  private void sendProbe(Connection c, Output output, long nowNs) {
    Sender sender = c.sender;
    int most = carried(c);
    int size = c.loss.recovering() || !c.loss.room() ? 0 : probe.wanted(most, nowNs);
    if (size <= sender.mss) {
      return;
    }
    boolean again = c.loss.due();
    int start = again ? sender.sndUna : sender.sndNxt;
    boolean sent;
    if (size == most && doubtful(c, again, size)) {
      sent =
          again
              ? output.sendAgain(c, size, Integer.MAX_VALUE, 0, nowNs)
              : output.sendNew(c, size, nowNs);
    } else {
      sent = !again && safe(c, size) && output.sendNew(c, size, nowNs);
    }
    if (sent) {
      probe.sent(start, size, most);
      c.counters.add(Counter.TCP_MTU_PROBE);
    }
  }

  /**
   * Whether a full segment may go out to try whether full ones are lost indeed: something smaller
   * got through after the time-outs that made one fear it. It is the first unacknowledged one, or a
   * new one that a loss probe can ask after. The window has room for it, or it is alone: RFC 5681
   * 3.1 leaves one full-sized segment to a sender after whatever was lost.
   */
  private boolean doubtful(Connection c, boolean again, int size) {
    Sender sender = c.sender;
    int una = sender.sndUna;
    int inFlight = c.loss.inFlight(una, sender.sndNxt, sender.mss);
    if (una == expiredAt
        || c.timer.backoff > 0
        || inFlight > 0 && c.congestion.window() - inFlight < size) {
      return false;
    }
    if (again) {
      int until = Seq.min(c.loss.until(una, size), sender.finSeq());
      return c.loss.from(una) == una && until - una >= size;
    }
    int needed = size + sender.mss;
    return sender.unsent() >= needed && una + sender.sndWnd - sender.sndNxt >= needed;
  }

  /** RFC 4821 7.4: whether the loss of a probe would be noticed soon and repaired fast. */
  private static boolean safe(Connection c, int size) {
    Sender sender = c.sender;
    int needed = size + BEHIND * sender.mss;
    int flight = sender.sndNxt - sender.sndUna;
    int window = c.congestion.window();
    // What was sent again, for nothing it may be, is in the network twice.
    int inFlight = c.loss.inFlight(sender.sndUna, sender.sndNxt, sender.mss);
    return sender.unsent() >= needed
        && sender.sndWnd - flight >= needed
        && window - Math.max(flight, inFlight) >= needed
        && window >= LEAST_WINDOW * sender.mss;
  }
}
