// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.Map;

/** How many segments went by on one connection: seen from outside, so the stack need not count. */
final class Traffic {
  private long in;
  private long out;

  void arrived() {
    in++;
  }

  void sent() {
    out++;
  }

  void put(Map<String, Object> variables) {
    variables.put("tcpi_segs_in", in);
    variables.put("tcpi_segs_out", out);
  }
}
