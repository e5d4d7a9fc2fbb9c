// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.wire.Ipv6;

/**
 * Makes addresses that are used for what begins here, and another each day, so that nobody can tell
 * over longer times who is behind them. RFC 8981.
 */
public final class TemporaryAddresses implements Part {
  private static final long HOUR_NS = 3_600_000_000_000L;

  // RFC 8981 3.8
  private static final long VALID_NS = 48 * HOUR_NS;
  private static final long PREFERRED_NS = 24 * HOUR_NS;
  private static final int RETRIES = 3;

  /** RFC 8981 3.8: REGEN_ADVANCE is 2 s and what duplicate detection takes. */
  private static final long ADVANCE_NS = 5_000_000_000L;

  private static final int PREFIX_BITS = 64;

  private final KeyedHash random;
  private Ipv6Port port;
  private long deadlineNs = NEVER;

  public TemporaryAddresses(KeyedHash random) {
    this.random = random;
  }

  /** A router tells a prefix, with ends of lifetimes. RFC 8981 3.4. */
  void prefix(Ipv6Port on, long high, long preferred, long valid, long nowNs) {
    port = on;
    Address6 newest = null;
    Address6 a;
    for (int i = 0; (a = on.addresses.at(i)) != null; i++) {
      if (a.state != Address6.FREE && a.origin == Address6.TEMPORARY && a.high == high) {
        // RFC 8981 3.4 (1): never longer than from when it was made.
        on.addresses.extend(
            a, Math.min(preferred, a.preferredUntilNs), Math.min(valid, a.validUntilNs));
        if (newest == null || a.preferredUntilNs - newest.preferredUntilNs > 0) {
          newest = a;
        }
      }
    }
    if (newest == null || newest.preferredUntilNs - nowNs <= ADVANCE_NS) {
      newest = make(high, preferred, valid, 0, nowNs);
    }
    if (newest != null) {
      deadlineNs = Math.min(deadlineNs, newest.preferredUntilNs - ADVANCE_NS);
    }
  }

  private Address6 make(long high, long preferred, long valid, int collisions, long nowNs) {
    // RFC 8981 3.8: up to 0.4 of a day earlier, so that not all change at once.
    long earlier = (random.draw() & 0xFFFF) * (PREFERRED_NS * 2 / 5 >>> 16);
    long until = Math.min(preferred, nowNs + PREFERRED_NS - earlier);
    if (until - nowNs <= ADVANCE_NS) {
      return null; // RFC 8981 3.4 (5)
    }
    long low;
    do {
      low = (long) random.draw() << 32 | random.draw() & 0xFFFFFFFFL;
    } while (Slaac.reserved(low));
    Address6 a = port.addresses.add(high, low, PREFIX_BITS, Address6.TEMPORARY, nowNs);
    if (a != null) {
      a.collisions = collisions;
      a.preferredUntilNs = until;
      a.validUntilNs = Math.min(valid, nowNs + VALID_NS);
    }
    return a;
  }

  /** Somebody else has it: another one, a few times. RFC 8981 3.4 (7). */
  void duplicate(Ipv6Port on, Address6 a, long nowNs) {
    on.addresses.remove(a, nowNs);
    if (a.collisions < RETRIES) {
      make(a.high, a.preferredUntilNs, a.validUntilNs, a.collisions + 1, nowNs);
    }
  }

  /** Makes the next address of each prefix before the last one ends to be preferred. */
  @Override
  public long poll(long nowNs) {
    if (deadlineNs - nowNs > 0) {
      return deadlineNs;
    }
    deadlineNs = NEVER;
    Address6 a;
    for (int i = 0; (a = port.addresses.at(i)) != null; i++) {
      boolean prefix = a.origin == Address6.STABLE && !Ipv6.linkLocal(a.high);
      if (a.state != Address6.FREE && prefix) {
        prefix(port, a.high, a.preferredUntilNs, a.validUntilNs, nowNs);
      }
    }
    return deadlineNs;
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }
}
