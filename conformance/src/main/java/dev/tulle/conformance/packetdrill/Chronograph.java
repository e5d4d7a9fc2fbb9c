// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.tcp.TcpInfo;
import dev.tulle.tcp.TcpSocket;
import java.util.Arrays;
import java.util.Map;

/**
 * For how long the connection had something to send, and how much of that the peer's window or a
 * send buffer that is full kept it waiting: seen from outside, so the stack need not count.
 */
final class Chronograph {
  private static final int IDLE = 0;
  private static final int BUSY = 1;
  private static final int WINDOW = 2;
  private static final int BUFFER = 3;

  private final SocketCalls calls;
  private final TcpInfo info = new TcpInfo();
  private final long[] spentNs = new long[4];
  private TcpSocket subject;
  private int state;
  private long sinceNs;

  Chronograph(SocketCalls calls) {
    this.calls = calls;
  }

  /** Looks at the connection; what was seen last held until now. */
  void look() {
    long nowNs = calls.nowNs();
    spentNs[state] += nowNs - sinceNs;
    sinceNs = nowNs;
    if (subject != calls.subject()) {
      subject = calls.subject();
      Arrays.fill(spentNs, 0);
    }
    state = subject == null ? IDLE : state();
  }

  private int state() {
    subject.info(info);
    int queued = subject.unacknowledged();
    if (queued == 0) {
      return IDLE;
    }
    int usable = info.sndWindow - (queued - info.unsent);
    if (info.unsent > 0 && usable < Math.min(info.unsent, info.sndMss)) {
      return WINDOW;
    }
    return info.unsent == 0 && calls.subjectRefused() ? BUFFER : BUSY;
  }

  void put(Map<String, Object> variables) {
    look();
    variables.put("tcpi_busy_time", (spentNs[BUSY] + spentNs[WINDOW] + spentNs[BUFFER]) / 1000);
    variables.put("tcpi_rwnd_limited", spentNs[WINDOW] / 1000);
    variables.put("tcpi_sndbuf_limited", spentNs[BUFFER] / 1000);
  }
}
