// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * Lets the buffers of one connection grow with what the path can carry.
 *
 * <p>The receive buffer follows dynamic right-sizing, as in Linux: what the application has read in
 * a round trip is what the sender could have in flight, and in slow start it doubles; so the window
 * shall be twice that, and more while it grows. It is offered as soon as the memory of all allows
 * and never taken back. The send buffer holds two congestion windows: one in flight, one waiting.
 *
 * <p>The round trip is that of our acknowledgements' timestamps; without these it is that of the
 * handshake and of what we send ourselves.
 */
final class BufferTuning {
  /** RFC 6928: what a sender may begin with, and so what needs no larger window. */
  private static final int FIRST_SEGMENTS = 10;

  /** Room for what arrives while the window is on its way; as in Linux. */
  private static final int SPARE_SEGMENTS = 16;

  private final int mostSend;

  private final int mostReceive;

  /**
   * What the application chose before the SYN went: the scale is agreed for that; 0 where it did
   * not.
   */
  int chosen;

  /** Up to where the application had read when the round began, and when that was. */
  private int begin;

  private int beginUs;

  /** Most octets that were read in a round; 0 before the first. */
  private int space;

  private int tripUs;

  /** What the application has chosen itself is not tuned. */
  private boolean sendFixed;

  private boolean receiveFixed;

  BufferTuning(int mostSend, int mostReceive) {
    this.mostSend = mostSend;
    this.mostReceive = mostReceive;
  }

  /** Forgets an earlier connection. */
  void clear() {
    space = 0;
    tripUs = 0;
    sendFixed = false;
    receiveFixed = false;
    chosen = 0;
  }

  /** What the window may grow to at most: its scale is agreed for that. */
  int mostReceive() {
    return chosen > 0 ? chosen : mostReceive;
  }

  /** The application chooses how much may be written and not acknowledged. */
  void sendBytes(Connection c, int bytes) {
    sendFixed = true;
    c.sender.ring.capacity(Math.min(bytes, mostSend));
  }

  /** The application chooses the largest window. */
  void receiveBytes(Connection c, int bytes) {
    receiveFixed = true;
    c.receiver.ring.capacity(Math.min(bytes, mostReceive()));
    if (c.synDue && c.sender.sndNxt == c.sender.iss) {
      chosen = c.receiver.ring.capacity();
    }
  }

  /** A segment has arrived and was taken in. */
  void arrived(Connection c, Segment s, long nowNs) {
    if (!sendFixed) {
      int wanted = Math.min(mostSend, 2 * Math.min(c.congestion.window(), mostSend));
      if (wanted > c.sender.ring.capacity()) {
        c.sender.ring.capacity(wanted);
      }
    }
    if (!receiveFixed && s.length > 0 && !c.receiver.finished) {
      received(c, s, nowNs);
    }
  }

  private void received(Connection c, Segment s, long nowNs) {
    Receiver receiver = c.receiver;
    int read = receiver.rcvNxt - receiver.ring.length();
    int nowUs = (int) (nowNs / 1000);
    measure(c, s, nowNs);
    if (space == 0) {
      space = FIRST_SEGMENTS * receiver.mss;
      begin = read;
      beginUs = nowUs;
      return;
    }
    if (nowUs - beginUs < tripUs) {
      return;
    }
    int octets = read - begin;
    if (octets > space) {
      grow(receiver, octets);
    }
    space = Math.max(octets, FIRST_SEGMENTS * receiver.mss);
    begin = read;
    beginUs = nowUs;
  }

  private void measure(Connection c, Segment s, long nowNs) {
    if (s.echoNs < 0) {
      tripUs = c.rtt.smoothedUs();
    } else {
      int sample = (int) Math.min(RttEstimator.MAX_RTO_US, (nowNs - s.echoNs) / 1000);
      tripUs = tripUs == 0 ? sample : tripUs + (sample - tripUs) / 8;
    }
  }

  private void grow(Receiver receiver, int octets) {
    long window = 2L * octets + SPARE_SEGMENTS * receiver.mss;
    window += 2 * (window * (octets - space) / space);
    int wanted = (int) Math.min(mostReceive, window);
    if (wanted > receiver.ring.capacity()) {
      receiver.ring.capacity(wanted);
    }
  }
}
