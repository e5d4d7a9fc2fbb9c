// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.List;

/**
 * A TCP segment as scripts write it, with numbers counted from the initial ones.
 *
 * @param ip of the IP header what the script says
 * @param ports null where the script names none
 * @param flags as in the header
 * @param ack meaningful where the flag is set
 * @param window the field as it is; −1 where the script does not say
 * @param options null where any are right
 */
record TcpText(
    IpText ip,
    Ports ports,
    int flags,
    long sequence,
    int length,
    long ack,
    int window,
    int urgent,
    List<OptionText> options) {
  static final int FIN = 1;
  static final int SYN = 2;
  static final int RST = 4;
  static final int PSH = 8;
  static final int ACK = 16;
  static final int URG = 32;
  static final int ECE = 64;
  static final int CWR = 128;

  /** Letters of the flags from the lowest bit on. */
  static final String LETTERS = "FSRP.UEW";

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** The number behind its last octet. */
  long end() {
    return sequence + length;
  }

  TcpText withFlags(int other) {
    return new TcpText(ip, ports, other, sequence, length, ack, window, urgent, options);
  }

  TcpText withWindow(int other) {
    return new TcpText(ip, ports, flags, sequence, length, ack, other, urgent, options);
  }

  TcpText withIp(IpText other) {
    return new TcpText(other, ports, flags, sequence, length, ack, window, urgent, options);
  }

  TcpText withLength(int other) {
    return new TcpText(ip, ports, flags, sequence, other, ack, window, urgent, options);
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder();
    s.append(ip);
    if (ports != null) {
      s.append(ports.source()).append(" > ").append(ports.destination()).append(' ');
    }
    for (int bit : new int[] {1, 0, 2, 3, 6, 7, 5, 4}) {
      if ((flags & 1 << bit) != 0) {
        s.append(LETTERS.charAt(bit));
      }
    }
    if (flags == 0) {
      s.append('-');
    }
    s.append(' ').append(sequence).append(':').append(end()).append('(').append(length).append(')');
    if (has(ACK)) {
      s.append(" ack ").append(ack);
    }
    if (window >= 0) {
      s.append(" win ").append(window);
    }
    if (has(URG)) {
      s.append(" urg ").append(urgent);
    }
    if (options == null) {
      s.append(" <...>");
    } else if (!options.isEmpty()) {
      s.append(" <");
      for (int i = 0; i < options.size(); i++) {
        s.append(i == 0 ? "" : ",").append(options.get(i));
      }
      s.append('>');
    }
    return s.toString();
  }
}
