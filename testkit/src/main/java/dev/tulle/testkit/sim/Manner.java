// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

/** How one end of a conversation behaves: what a scenario draws. Times are nanoseconds. */
final class Manner {
  /** Octets in one write, and the pause after it. */
  int pieceBytes = 16 * 1024;

  long pauseNs;

  /** Octets in one read, and the pause after it. */
  int readBytes = 16 * 1024;

  long readPauseNs;

  /** Closes its sending half after the last write; otherwise closes when it has all. */
  boolean halfClose = true;

  /** Aborts when it has written or read so many octets; -1 never does. */
  long abortAt = -1;

  boolean noDelay;
  boolean cork;
  boolean quickAck;

  /** Lets its first data travel with its SYN, where the stack can. */
  boolean fastOpen;

  /** 0 where the socket keeps its own. */
  int sendBuffer;

  int maxSegment;
  long keepAliveNs;
  long userTimeoutNs;

  /** -1 where the socket keeps its own. */
  long lingerNs = -1;

  /** Whether this may end the connection though the peer and the network are well. */
  boolean impatient() {
    return abortAt >= 0 || keepAliveNs != 0 || userTimeoutNs != 0 || lingerNs >= 0;
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder();
    s.append("writes ").append(pieceBytes);
    tell(s, "every us", pauseNs / 1000);
    s.append(", reads ").append(readBytes);
    tell(s, "every us", readPauseNs / 1000);
    s.append(halfClose ? ", half-close" : ", close");
    if (abortAt >= 0) {
      s.append(", aborts at ").append(abortAt);
    }
    s.append(noDelay ? ", no delay" : "").append(cork ? ", cork" : "");
    s.append(fastOpen ? ", Fast Open" : "");
    tell(s, "send buffer", sendBuffer);
    tell(s, "MSS", maxSegment);
    tell(s, "keep-alive ms", keepAliveNs / 1_000_000);
    tell(s, "user timeout ms", userTimeoutNs / 1_000_000);
    if (lingerNs >= 0) {
      s.append(", linger ms ").append(lingerNs / 1_000_000);
    }
    return s.toString();
  }

  private static void tell(StringBuilder s, String name, long value) {
    if (value != 0) {
      s.append(", ").append(name).append(' ').append(value);
    }
  }
}
