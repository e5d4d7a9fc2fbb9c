// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.Map;

/**
 * What went by on one connection: how many segments, and whether data with a SYN was taken. Seen
 * from outside, so the stack need not count.
 */
final class Traffic {
  /** TCPI_OPT_SYN_DATA in Linux. */
  static final int SYN_DATA = 32;

  private static final int SYN = TcpText.SYN;
  private static final int SYN_ACK = TcpText.SYN | TcpText.ACK;

  private long in;
  private long out;

  /** The numbers behind the SYNs' data, where there is any. */
  private int theirEnd;

  private int ourEnd;
  private boolean theirData;
  private boolean ourData;
  private boolean taken;

  void arrived(byte[] packet) {
    in++;
    if (flags(packet) == SYN) {
      theirData = Wire.data(packet).length > 0;
      theirEnd = Wire.sequence(packet) + 1 + Wire.data(packet).length;
      taken = false;
    } else if (flags(packet) == SYN_ACK) {
      taken |= ourData && Wire.acknowledgment(packet) == ourEnd;
    }
  }

  void sent(byte[] packet) {
    out++;
    if (flags(packet) == SYN) {
      ourData = Wire.data(packet).length > 0;
      ourEnd = Wire.sequence(packet) + 1 + Wire.data(packet).length;
      taken = false;
    } else if (flags(packet) == SYN_ACK) {
      taken |= theirData && Wire.acknowledgment(packet) == theirEnd;
    }
  }

  private static int flags(byte[] packet) {
    return Wire.flags(packet) & SYN_ACK;
  }

  void put(Map<String, Object> variables) {
    variables.put("tcpi_segs_in", in);
    variables.put("tcpi_segs_out", out);
    long options = (Long) variables.getOrDefault("tcpi_options", 0L);
    variables.put("tcpi_options", taken ? options | SYN_DATA : options);
  }
}
