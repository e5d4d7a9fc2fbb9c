// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.stack.Counter;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.wire.Ipv6;

/**
 * Makes addresses of the prefixes that routers tell, and the link-local one: each prefix has its
 * own identifier, which says nothing about the machine and is always the same under the same key.
 *
 * <p>The key is the caller's: one that is kept makes addresses that survive a restart. Source: RFC
 * 4862 5.5, RFC 7217.
 */
public final class Slaac {
  /** RFC 7217 6: IDGEN_RETRIES. */
  private static final int RETRIES = 3;

  private static final int PREFIX_BITS = 64;
  private static final long TWO_HOURS_NS = 7_200_000_000_000L;

  private final Ipv6Port port;
  private final KeyedHash key;

  /** Null where each prefix has the one address. */
  private final TemporaryAddresses temporary;

  /**
   * @param temporary makes others for what begins here; null for none
   */
  public Slaac(Ipv6Port port, KeyedHash key, TemporaryAddresses temporary) {
    this.port = port;
    this.key = key;
    this.temporary = temporary;
    port.slaac = this;
  }

  void poll(long nowNs) {
    if (temporary != null) {
      temporary.poll(nowNs);
    }
  }

  long deadlineNs() {
    return temporary == null ? Part.NEVER : temporary.deadlineNs();
  }

  /** Makes the link-local address, unless there is one. */
  void start(long nowNs) {
    Address6 a = stable(Ipv6.LINK_LOCAL);
    if (a == null && port.addresses.linkLocal() == null) {
      make(Ipv6.LINK_LOCAL, 0, Part.NEVER, Part.NEVER, nowNs);
    }
  }

  private Address6 stable(long high) {
    Address6 a;
    for (int i = 0; (a = port.addresses.at(i)) != null; i++) {
      if (a.state != Address6.FREE && a.origin == Address6.STABLE && a.high == high) {
        return a;
      }
    }
    return null;
  }

  /** RFC 7217 5: from the prefix, the interface, and how often it was taken already. */
  private long identifier(long high, int collisions) {
    long low;
    do {
      low = key.begin().add(high).add(port.port.mac()).add(collisions).end();
      collisions += RETRIES;
    } while (reserved(low));
    return low;
  }

  /** RFC 5453: the routers' anycast address, those of proxies, and other anycast ones. */
  static boolean reserved(long low) {
    return low == 0 || low >>> 24 == 0x0200_5EFF_FEL || low >>> 7 == 0xFDFF_FFFF_FFFF_FF80L >>> 7;
  }

  private void make(long high, int collisions, long preferred, long valid, long nowNs) {
    long low = identifier(high, collisions);
    Address6 a = port.addresses.add(high, low, PREFIX_BITS, Address6.STABLE, nowNs);
    if (a != null) {
      a.collisions = collisions;
      a.preferredUntilNs = preferred;
      a.validUntilNs = valid;
    }
  }

  /**
   * A router tells a prefix for addresses, with ends of lifetimes. RFC 4862 5.5.3; what is behind
   * the prefix says nothing (RFC 4861 4.6.2).
   */
  void prefix(long high, int bits, long preferred, long valid, long nowNs) {
    if (bits != PREFIX_BITS || preferred - valid > 0) {
      port.counters.add(Counter.ND_BADPREFIX);
      return;
    }
    Address6 a = stable(high);
    if (a != null) {
      // RFC 4862 5.5.3 (e): a forged advertisement does not end an address at once.
      long left = a.validUntilNs - nowNs;
      boolean longer = valid - nowNs > TWO_HOURS_NS || valid - a.validUntilNs > 0;
      long until = longer ? valid : left <= TWO_HOURS_NS ? a.validUntilNs : nowNs + TWO_HOURS_NS;
      port.addresses.extend(a, preferred, until);
    } else if (valid != nowNs) {
      make(high, 0, preferred, valid, nowNs);
      a = stable(high);
    }
    if (temporary != null && a != null) {
      temporary.prefix(port, high, preferred, a.validUntilNs, nowNs);
    }
  }

  /** Somebody else has an address: tries another identifier, a few times. RFC 7217 6. */
  void duplicate(Address6 a, long nowNs) {
    if (a.origin == Address6.TEMPORARY && temporary != null) {
      temporary.duplicate(port, a, nowNs);
    } else if (a.origin == Address6.STABLE && a.collisions < RETRIES) {
      a.collisions++;
      a.low = identifier(a.high, a.collisions);
      port.addresses.ask(a, nowNs);
    }
  }
}
