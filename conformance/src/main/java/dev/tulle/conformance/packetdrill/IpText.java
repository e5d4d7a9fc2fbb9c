// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

/**
 * What a script says of a segment's IP header; −1 is nothing.
 *
 * @param ecn the two lowest bits of the traffic class: 0 not capable, 1 ect1, 2 ect0, 3 ce
 * @param tos the whole traffic class
 * @param ttl how many routers it may pass
 */
record IpText(int ecn, int tos, int ttl) {
  static final IpText ANY = new IpText(-1, -1, -1);

  private static final String[] ECN = {"noecn", "ect1", "ect0", "ce"};

  /** The traffic class of a segment that the peer sends. */
  int trafficClass() {
    return tos >= 0 ? tos : Math.max(0, ecn);
  }

  /** Whether a segment of the host is as the script says. */
  boolean fits(IpText seen) {
    return (ecn < 0 || ecn == seen.ecn)
        && (tos < 0 || tos == seen.tos)
        && (ttl < 0 || ttl == seen.ttl);
  }

  /** Of a segment what a script speaks of: worth showing beside what was expected. */
  IpText asIn(IpText script) {
    return new IpText(
        script.ecn < 0 ? -1 : ecn, script.tos < 0 ? -1 : tos, script.ttl < 0 ? -1 : ttl);
  }

  @Override
  public String toString() {
    String fields =
        (ecn < 0 ? "" : "," + ECN[ecn])
            + (tos < 0 ? "" : ",tos 0x" + Integer.toHexString(tos))
            + (ttl < 0 ? "" : ",ttl " + ttl);
    return fields.isEmpty() ? "" : "[" + fields.substring(1) + "] ";
  }
}
