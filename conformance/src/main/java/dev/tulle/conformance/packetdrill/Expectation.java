// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.List;
import java.util.Objects;

/**
 * One expected segment of the host, which may come as several: a range of a script is what a
 * network card would have been given to cut into full segments.
 */
final class Expectation {
  private static final long TICK_NS = 1_000_000;

  private final TcpText expected;
  private final boolean pushIgnored;
  private int taken;
  private int full;

  /**
   * @param pushIgnored whether PSH may be set or not
   */
  Expectation(TcpText expected, boolean pushIgnored) {
    this.expected = expected;
    this.pushIgnored = pushIgnored;
  }

  /** Whether all of the range has come. */
  boolean complete() {
    return taken >= Math.max(1, expected.length());
  }

  /** Takes a segment; answers whether it fits. */
  boolean takes(TcpText seen, Flow flow, boolean stampsCompared, long toleranceNs) {
    int left = expected.length() - taken;
    Ports ports = expected.ports();
    if (ports != null && !ports.equals(new Ports(flow.hostPort, flow.peerPort))) {
      return false;
    }
    boolean last = seen.length() == left;
    if (seen.sequence() != expected.sequence() + taken
        || seen.length() > left
        || left > 0 && seen.length() == 0
        || taken > 0 && seen.length() > full
        || !last && taken > 0 && seen.length() != full) {
      return false;
    }
    int flags = last ? expected.flags() : expected.flags() & ~(TcpText.PSH | TcpText.FIN);
    int mask = pushIgnored ? ~TcpText.PSH : -1;
    if ((seen.flags() & mask) != (flags & mask)
        || expected.has(TcpText.ACK) && seen.ack() != expected.ack()
        || expected.window() >= 0 && seen.window() != expected.window()
        || !expected.ip().fits(seen.ip())
        || expected.has(TcpText.URG) && seen.urgent() != expected.urgent()
        || !options(seen.options(), stampsCompared, toleranceNs)) {
      return false;
    }
    full = Math.max(full, seen.length());
    taken += Math.max(1, seen.length());
    return true;
  }

  private boolean options(List<OptionText> seen, boolean stampsCompared, long toleranceNs) {
    List<OptionText> wanted = expected.options();
    if (wanted == null) {
      return true;
    }
    if (wanted.size() != seen.size()) {
      return false;
    }
    for (int i = 0; i < wanted.size(); i++) {
      if (wanted.get(i) instanceof OptionText.Stamps a
          && seen.get(i) instanceof OptionText.Stamps b) {
        long offNs = Math.abs(a.value() - b.value()) * TICK_NS;
        if (a.echo() != b.echo() || stampsCompared && offNs > toleranceNs) {
          return false;
        }
      } else if (!Objects.equals(wanted.get(i), seen.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** What of a segment is worth showing beside what was expected. */
  TcpText shown(TcpText seen) {
    TcpText shown = expected.window() < 0 ? seen.withWindow(-1) : seen;
    return shown.withIp(seen.ip().asIn(expected.ip()));
  }

  /** The timestamp that the script gives to its segment, or −1. */
  long stamp() {
    if (expected.options() != null) {
      for (OptionText option : expected.options()) {
        if (option instanceof OptionText.Stamps stamps) {
          return stamps.value();
        }
      }
    }
    return -1;
  }
}
