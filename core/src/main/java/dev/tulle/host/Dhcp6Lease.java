// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dhcp6;
import dev.tulle.wire.Ipv6;

/** What a DHCPv6 server offers or has granted: one address, and from whom. RFC 8415 21.4, 21.6. */
final class Dhcp6Lease {
  /** For ever. RFC 8415 7.7. */
  static final long FOREVER_S = 0xFFFF_FFFFL;

  /** RFC 8415 11.1: a name of a machine has no more. */
  static final int DUID = 130;

  /** Identity, and when to renew. */
  static final int IA = 12;

  /** Address and lifetimes. */
  static final int ADDRESS = 24;

  private static final int LEAST_DUID = 3;

  /** The soonest renewal that a server can ask for, so that it does not keep us busy. */
  private static final int LEAST_RENEWAL_S = 5;

  final byte[] server = new byte[DUID];

  /** 0 where there is no server. */
  int serverOctets;

  int preference;

  /** The address; both 0 where there is none. */
  long high;

  long low;
  long preferredS;
  long validS;
  long renewalS;
  long rebindingS;

  /** What the server says of it: 0 is success. */
  int status;

  /** Takes in the server's name; whether there is one. */
  boolean from(byte[] b, int end) {
    int at = Dhcp6.option(b, Dhcp6.HEADER, end, Dhcp6.OPTION_SERVER);
    int octets = at < 0 ? 0 : Dhcp6.length(b, at);
    if (octets < LEAST_DUID || octets > DUID) {
      return false;
    }
    System.arraycopy(b, at, server, 0, octets);
    serverOctets = octets;
    at = Dhcp6.option(b, Dhcp6.HEADER, end, Dhcp6.OPTION_PREFERENCE);
    preference = at < 0 || Dhcp6.length(b, at) != 1 ? 0 : Bytes.u8(b, at);
    return true;
  }

  /**
   * Takes in what is said of an address; false where that is malformed.
   *
   * @param identity whose address it is
   */
  boolean take(byte[] b, int end, int identity) {
    high = 0;
    low = 0;
    status = Dhcp6.status(b, Dhcp6.HEADER, end);
    int at = Dhcp6.HEADER;
    while ((at = Dhcp6.option(b, at, end, Dhcp6.OPTION_IA)) >= 0) {
      int length = Dhcp6.length(b, at);
      // RFC 8415 16 (MUST): options in it end with it.
      if (length < IA || !Dhcp6.whole(b, at + IA, at + length)) {
        return false;
      }
      if (Bytes.i32(b, at) == identity && high == 0 && !identity(b, at, at + length)) {
        return false;
      }
      at += length;
    }
    return true;
  }

  private boolean identity(byte[] b, int from, int end) {
    int said = Dhcp6.status(b, from + IA, end);
    status = status == 0 ? said : status;
    int at = from + IA;
    while ((at = Dhcp6.option(b, at, end, Dhcp6.OPTION_ADDRESS)) >= 0) {
      int length = Dhcp6.length(b, at);
      if (length < ADDRESS || !Dhcp6.whole(b, at + ADDRESS, at + length)) {
        return false;
      }
      if (high == 0 && Dhcp6.status(b, at + ADDRESS, at + length) == 0) {
        address(b, at);
      }
      at += length;
    }
    times(Bytes.i32(b, from + 4) & FOREVER_S, Bytes.i32(b, from + 8) & FOREVER_S);
    return true;
  }

  private void address(byte[] b, int at) {
    long first = Bytes.i64(b, at);
    long second = Bytes.i64(b, at + 8);
    preferredS = Bytes.i32(b, at + 16) & FOREVER_S;
    validS = Bytes.i32(b, at + 20) & FOREVER_S;
    // RFC 8415 21.6 (MUST): preferred for no longer than valid, or it is ignored.
    boolean good =
        preferredS <= validS
            && validS > 0
            && !Ipv6.multicast(first)
            && !Ipv6.linkLocal(first)
            && !Ipv6.neverOnWire(first, second);
    high = good ? first : 0;
    low = good ? second : 0;
  }

  /** RFC 8415 21.4: where nothing sensible is said, half and four fifths of the time. */
  private void times(long renewal, long rebinding) {
    long base = preferredS == 0 ? validS : preferredS;
    boolean told = renewal > 0 && renewal <= rebinding && rebinding <= validS;
    renewalS = told ? renewal : base == FOREVER_S ? FOREVER_S : base / 2;
    rebindingS = told ? rebinding : base == FOREVER_S ? FOREVER_S : base - base / 5;
    renewalS = Math.max(renewalS, LEAST_RENEWAL_S);
    rebindingS = Math.max(rebindingS, renewalS);
  }
}
