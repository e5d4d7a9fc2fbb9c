// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

/** Frames in one line each, much as tcpdump prints them. */
final class FrameText {
  private FrameText() {}

  /**
   * @param sequenceBase subtracted from a TCP sequence number
   * @param acknowledgmentBase subtracted from a TCP acknowledgment number
   */
  static String of(SeenFrame f, int sequenceBase, int acknowledgmentBase) {
    String time = String.format("%11.6f ", f.timeNs() / 1e9);
    if (f.isArp()) {
      return time + arp(f);
    }
    if (f.isIpv6()) {
      return time + six(f, sequenceBase, acknowledgmentBase);
    }
    if (!f.isIpv4()) {
      return time
          + (f.length() < 14
              ? f.length() + " octets"
              : String.format(
                  "%s > %s type %04x length %d",
                  Octets.mac(f.sourceMac()),
                  Octets.mac(f.destinationMac()),
                  f.etherTypeForText(),
                  f.length()));
    }
    String from = Octets.dotted(f.source());
    String to = Octets.dotted(f.destination());
    if (f.isTcp()) {
      return time
          + String.format("%s.%d > %s.%d: ", from, f.sourcePort(), to, f.destinationPort())
          + tcp(f, sequenceBase, acknowledgmentBase);
    }
    if (f.isUdp()) {
      return time
          + String.format(
              "%s.%d > %s.%d: UDP, length %d",
              from, f.sourcePort(), to, f.destinationPort(), f.data().length);
    }
    if (f.isIcmp()) {
      return time
          + String.format(
              "%s > %s: ICMP type %d code %d, length %d",
              from, to, f.icmpType(), f.icmpCode(), f.ipv4Payload().length);
    }
    return time
        + String.format(
            "%s > %s: protocol %d, length %d", from, to, f.protocol(), f.ipv4Payload().length);
  }

  private static String six(SeenFrame f, int sequenceBase, int acknowledgmentBase) {
    String ways = f.source6() + " > " + f.destination6() + ": ";
    if (f.isTcp()) {
      return ways
          + f.sourcePort()
          + " > "
          + f.destinationPort()
          + " "
          + tcp(f, sequenceBase, acknowledgmentBase);
    }
    return f.isIcmpv6()
        ? String.format("%sICMPv6 type %d code %d", ways, f.icmpType(), f.icmpCode())
        : String.format("%sprotocol %d, length %d", ways, f.protocol(), f.length());
  }

  private static String arp(SeenFrame f) {
    if (f.arpOperation() == 1) {
      return "ARP, who-has "
          + Octets.dotted(f.arpTarget())
          + " tell "
          + Octets.dotted(f.arpSender());
    }
    return "ARP, operation "
        + f.arpOperation()
        + ", "
        + Octets.dotted(f.arpSender())
        + " is-at "
        + Octets.mac(f.arpSenderMac());
  }

  /** The distance from the base, which wraps around; without a base the number as it is. */
  private static long relative(int number, int base) {
    int distance = number - base;
    return base == 0 ? Integer.toUnsignedLong(distance) : distance;
  }

  private static String tcp(SeenFrame f, int sequenceBase, int acknowledgmentBase) {
    StringBuilder s = new StringBuilder("[").append(flags(f.flags())).append("]");
    long sequence = relative(f.sequence(), sequenceBase);
    int length = f.data().length;
    s.append(" seq ").append(sequence);
    if (length > 0) {
      s.append(':').append(sequence + length);
    }
    if (f.has(TcpSegment.ACK)) {
      s.append(" ack ").append(relative(f.acknowledgment(), acknowledgmentBase));
    }
    s.append(" win ").append(f.window());
    if (f.mss() >= 0) {
      s.append(" mss ").append(f.mss());
    }
    if (f.windowScale() >= 0) {
      s.append(" wscale ").append(f.windowScale());
    }
    return s.append(" length ").append(length).toString();
  }

  /** Flags as tcpdump writes them: {@code S}, {@code S.}, {@code P.}, {@code R}. */
  static String flags(int flags) {
    StringBuilder s = new StringBuilder();
    String letters = "FSRP.UEW";
    for (int i = 0; i < 8; i++) {
      if ((flags & 1 << i) != 0 && i != 4) {
        s.append(letters.charAt(i));
      }
    }
    return (flags & TcpSegment.ACK) != 0
        ? s.append('.').toString()
        : s.length() == 0 ? "none" : s.toString();
  }
}
