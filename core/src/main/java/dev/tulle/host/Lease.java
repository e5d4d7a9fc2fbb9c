// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.ip.Routes;
import dev.tulle.stack.Interface;
import dev.tulle.stack.Part;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dhcp;
import dev.tulle.wire.Ipv4;

/**
 * What a DHCP server offers or has granted, checked: an address, for how long, and what belongs to
 * it.
 *
 * <p>An option that is malformed counts as absent; a message without what it must have is refused.
 * Source: RFC 2131 4.3.1, RFC 2132, RFC 3442.
 */
final class Lease {
  /** A lease without end. RFC 2131 3.3. */
  static final long FOREVER_S = 0xFFFF_FFFFL;

  /** Shorter ones are refused: to probe for the address takes seven seconds of it. */
  private static final int LEAST_S = 20;

  /** The soonest renewal that a server can ask for, so that it does not keep us busy. */
  private static final int LEAST_RENEWAL_S = 5;

  /** RFC 2132 5.1 permits 68; below RFC 791's 576 little works, and a forger would gain much. */
  private static final int LEAST_MTU = 576;

  int address;
  int mask;
  int server;

  /** The default gateway; 0 where there is none. */
  int router;

  long seconds;
  long renewalS;
  long rebindingS;

  /** 0 where nothing was said. */
  int mtu;

  private final byte[] option = new byte[512];
  private final byte[] routes = new byte[512];
  private int routeOctets;

  /** Takes in an offer or acknowledgement; whether it can be used. */
  boolean take(byte[] b, int end) {
    address = Dhcp.yourAddress(b, 0);
    server = word(b, end, Dhcp.OPTION_SERVER);
    seconds = word(b, end, Dhcp.OPTION_LEASE) & FOREVER_S;
    // RFC 2131 4.3.1 table 3 (MUST): the server's identifier and the time of the lease.
    if (!Ipv4.unicast(server) || seconds < LEAST_S || !Ipv4.unicast(address)) {
      return false;
    }
    mask = word(b, end, Dhcp.OPTION_MASK);
    if (!contiguous(mask)) {
      // RFC 2131 names no default: the class's, as ever.
      mask = address >= 0 ? -1 << 24 : address >>> 30 == 2 ? -1 << 16 : -1 << 8;
    }
    router = word(b, end, Dhcp.OPTION_ROUTER);
    if (router == address || !host(address)) {
      return false;
    }
    if (!neighbour(router)) {
      router = 0;
    }
    routeOctets = Math.max(Dhcp.option(b, 0, end, Dhcp.OPTION_ROUTES, routes), 0);
    int octets = Dhcp.option(b, 0, end, Dhcp.OPTION_MTU, option);
    mtu = octets == 2 ? Math.max(Bytes.u16(option, 0), LEAST_MTU) : 0;
    times(b, end);
    return true;
  }

  /** RFC 2131 4.4.5: T1 and T2 are half and seven eighths of the lease if not told sensibly. */
  private void times(byte[] b, int end) {
    renewalS = word(b, end, Dhcp.OPTION_RENEWAL) & FOREVER_S;
    rebindingS = word(b, end, Dhcp.OPTION_REBINDING) & FOREVER_S;
    long least = LEAST_RENEWAL_S;
    boolean told = rebindingS > least && rebindingS < seconds;
    if (!told) {
      rebindingS = seconds * 7 / 8;
    }
    if (renewalS < least || renewalS >= rebindingS) {
      renewalS = Math.min(seconds / 2, rebindingS - 1);
    }
  }

  /** The first four octets of an option that has a multiple of so many; 0 where it has not. */
  private int word(byte[] b, int end, int code) {
    int octets = Dhcp.option(b, 0, end, code, option);
    boolean list = code == Dhcp.OPTION_ROUTER && octets > 0 && octets % 4 == 0;
    return list || octets == 4 ? Bytes.i32(option, 0) : 0;
  }

  private static boolean contiguous(int mask) {
    return mask != 0 && (~mask & (~mask + 1)) == 0;
  }

  /** Whether a host in our subnet can have the address. RFC 1122 3.2.1.3. */
  private boolean host(int other) {
    boolean edges = mask < -2; // RFC 3021: a /31 has neither
    return Ipv4.unicast(other) && !(edges && ((other & ~mask) == 0 || (other | mask) == -1));
  }

  private boolean neighbour(int other) {
    return other != address && host(other) && ((other ^ address) & mask) == 0;
  }

  /** Takes all routes away. */
  static void clear(Routes table, Interface port) {
    table.clear();
    port.alsoNetwork = -1;
    port.alsoMask = 0;
  }

  /** Hands the routes over, in place of those that were there. */
  void addTo(Routes table, Interface port) {
    clear(table, port);
    // RFC 3442 (MUST): with classless routes, the router option is void.
    if (routeOctets == 0) {
      if (router != 0) {
        int unused = table.add(0, 0, router);
      }
      return;
    }
    int at = 0;
    while (at < routeOctets) {
      int prefix = Bytes.u8(routes, at++);
      int octets = (prefix + 7) / 8;
      if (prefix > 32 || octets + 4 > routeOctets - at) {
        return;
      }
      int destination = 0;
      for (int i = 0; i < octets; i++) {
        destination |= Bytes.u8(routes, at + i) << 24 - 8 * i;
      }
      int gateway = Bytes.i32(routes, at + octets);
      at += octets + 4;
      int bits = prefix == 0 ? 0 : -1 << 32 - prefix;
      if (gateway == 0 && prefix > 0) {
        // RFC 3442: hosts there are neighbours; of such networks the first one is known.
        if (port.alsoMask == 0) {
          port.alsoNetwork = destination & bits;
          port.alsoMask = bits;
        }
      } else if (neighbour(gateway) || (gateway & port.alsoMask) == port.alsoNetwork) {
        int unused = table.add(destination & bits, bits, gateway);
        router = prefix == 0 ? gateway : router;
      }
    }
  }

  /** Hands name servers and domains over, out of the message that was taken in. */
  void nameServers(byte[] b, int end, NameServers to) {
    int octets = Dhcp.option(b, 0, end, Dhcp.OPTION_NAME_SERVERS, option);
    to.clear(NameServers.DHCP);
    if (octets % 4 == 0) {
      to.learn(option, octets);
    }
    octets = Dhcp.option(b, 0, end, Dhcp.OPTION_SEARCH, option);
    if (octets > 0) {
      to.learnSearch(option, 0, octets, 0, NameServers.DHCP, Part.NEVER, 0); // RFC 3397
      return;
    }
    octets = Dhcp.option(b, 0, end, Dhcp.OPTION_DOMAIN, option);
    if (octets > 0) {
      to.addDomain(option, octets);
    }
  }
}
