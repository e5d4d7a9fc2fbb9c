// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.List;

/**
 * A TCP segment as scripts write it, with numbers counted from the initial ones.
 *
 * @param ecn the two bits of the IP header: 0 not capable, 1 ect1, 2 ect0, 3 ce; −1 not said
 * @param flags as in the header
 * @param ack meaningful where the flag is set
 * @param window the field as it is; −1 where the script does not say
 * @param options null where any are right
 */
record TcpText(
    int ecn,
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

  private static final String[] ECN = {"[noecn] ", "[ect1] ", "[ect0] ", "[ce] "};

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** The number behind its last octet. */
  long end() {
    return sequence + length;
  }

  TcpText withFlags(int other) {
    return new TcpText(ecn, other, sequence, length, ack, window, urgent, options);
  }

  TcpText withWindow(int other) {
    return new TcpText(ecn, flags, sequence, length, ack, other, urgent, options);
  }

  TcpText withEcn(int other) {
    return new TcpText(other, flags, sequence, length, ack, window, urgent, options);
  }

  TcpText withLength(int other) {
    return new TcpText(ecn, flags, sequence, other, ack, window, urgent, options);
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder();
    if (ecn >= 0) {
      s.append(ECN[ecn]);
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
