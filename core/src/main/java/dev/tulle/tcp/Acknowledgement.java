// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.stack.Counter;

/**
 * What an acceptable ACK means to the sending half of a connection: window, round trip, losses and
 * the congestion window. RFC 9293 3.10.7.4, fifth step; RFC 5681, RFC 6298.
 */
final class Acknowledgement {
  private Acknowledgement() {}

  /** Takes in a segment whose ACK is acceptable. */
  static void arrives(Connection c, Segment s, long nowNs) {
    Sender sender = c.sender;
    RetransmitTimer timer = c.timer;
    // RFC 6675 5 (MUST): whatever has blocks tells of what arrived, also where another ACK was
    // faster; else an old one tells nothing.
    boolean late = Seq.lt(s.ack, sender.sndUna);
    int octets = late ? 0 : s.ack - sender.sndUna;
    boolean probing = timer.kind == RetransmitTimer.PERSIST;
    boolean closed = sender.sndWnd == 0;
    boolean updated = sender.updateWindow(s);
    if (octets > 0 || probing || closed) {
      c.unanswered = 0; // RFC 9293 3.8.3: R1 and R2 are about the same segment
    }
    if (!late || s.sackBlocks > 0) {
      // RFC 5681 2: a duplicate ACK has no data, no FIN, the same number and window. The answers to
      // probes look like that as well, but nothing was lost. Also where nothing is outstanding any
      // more it may tell that something was sent again for nothing.
      boolean duplicate = octets == 0 && !late && !probing && !updated && s.span() == 0;
      boolean frozen = c.loss.recovering();
      if (!late) {
        sender.acknowledged(s.ack);
      }
      int una = sender.sndUna;
      int verdict = c.loss.arrived(s, una, sender.sndNxt, octets, sender.mss, duplicate, nowNs);
      if (c.loss.rttNs() > 0) {
        c.rtt.sample(c.loss.rttNs());
        timer.backoff = 0; // RFC 6298 5: not before, or a time-out that is too short stays so
      }
      if (c.ecn != null) {
        frozen |= c.ecn.acknowledged(c, s);
      }
      if (octets > 0) {
        advanced(c, octets, frozen, nowNs);
      }
      judge(c, verdict);
    }
    if (probing && closed && sender.sndWnd > 0) {
      // The window opened. What probes carried into the closed one was dropped there.
      timer.stop();
      timer.backoff = 0;
      sender.sndNxt = sender.sndUna;
      c.loss.rewind();
    }
  }

  private static void advanced(Connection c, int octets, boolean frozen, long nowNs) {
    Sender sender = c.sender;
    LossRecovery loss = c.loss;
    c.path.confirm(nowNs);
    if (!frozen && !loss.recovering()) {
      c.congestion.acknowledged(
          loss.news(octets), sender.limited, sender.used, loss.rttNs(), nowNs);
    }
    // RFC 6298 5.2, 5.3: off when all is acknowledged, else anew.
    if (sender.sndUna == sender.sndNxt) {
      c.timer.stop();
    } else {
      // RFC 7765 4: where nothing more is sent, as long after the first segment as its own timer.
      long ageNs = sender.unsent() == 0 ? loss.ageNs(nowNs) : 0;
      c.timer.start(RetransmitTimer.RETRANSMIT, nowNs + c.rtt.timeoutNs(c.timer.backoff) - ageNs);
    }
    loss.plan(c.rtt.smoothedUs(), c.timer.deadlineNs, nowNs);
    c.changed = true;
  }

  /** Lets the congestion control know what the loss recovery has found. */
  static void judge(Connection c, int verdict) {
    if (verdict == LossRecovery.LOSS) {
      c.counters.add(Counter.TCP_FAST_RETRANSMIT);
      int flight = c.sender.sndNxt - c.sender.sndUna;
      // RFC 3168 6.1.2 (SHOULD): one window of data reduces the congestion window once.
      if (c.ecn == null || !c.ecn.reducing) {
        // RFC 5681 3.1 (4): what was in flight. ACKs that came together with the news have made it
        // less, and what they let out has not gone yet. 3.2 (2) (MUST NOT): the two segments that
        // limited transmit let out beyond the window do not count. Linux takes the whole window.
        int within = Math.min(Math.max(flight, c.sender.used), c.congestion.window());
        c.congestion.lost(Math.max(flight - 2 * c.sender.mss, within));
      }
      c.loss.reduce(c.congestion.threshold(), flight, c.sender.mss);
    } else if (verdict == LossRecovery.UNDO) {
      c.counters.add(Counter.TCP_UNDONE);
      if (c.ecn == null || !c.ecn.reducing) { // a mark was not for nothing
        c.congestion.undo();
      }
    }
  }
}
