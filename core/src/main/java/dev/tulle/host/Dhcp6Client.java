// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.nd.Address6;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.nd.RouterFlags;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.udp.Udp;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dhcp6;
import dev.tulle.wire.Ipv6;

/**
 * Obtains an IPv6 address, name servers and domains from a DHCPv6 server, or these without an
 * address, where routers say so or {@link #start} does.
 *
 * <p>The address is asked for on the link before it is used, as any other (RFC 4862), and declined
 * where somebody has it. No prefix is taken from it: what is on the link, routers say (RFC 5942).
 * Source: RFC 8415, RFC 3646.
 */
public final class Dhcp6Client implements Part, RouterFlags {
  public static final int OFF = 0;
  public static final int SOLICITING = 1;
  public static final int REQUESTING = 2;
  public static final int BOUND = 3;
  public static final int RENEWING = 4;
  public static final int REBINDING = 5;
  public static final int DECLINING = 6;
  public static final int RELEASING = 7;
  public static final int INFORMING = 8;
  public static final int INFORMED = 9;

  private static final long SECOND_NS = Dhcp6Exchange.SECOND_NS;

  // RFC 8415 7.6, in seconds
  private static final int SOL_MAX_RT = 3600;
  private static final int REQ_MAX_RT = 30;
  private static final int REQ_MAX_RC = 10;
  private static final int REN_TIMEOUT = 10;
  private static final int REN_MAX_RT = 600;
  private static final int REL_MAX_RC = 4;

  // RFC 8415 21.24 (MUST): what else is said is ignored
  private static final int LEAST_MAX_RT = 60;
  private static final int MOST_MAX_RT = 86_400;

  /** RFC 8415 21.23: IRT_DEFAULT and IRT_MINIMUM. */
  private static final long REFRESH_S = 86_400;

  private static final long LEAST_REFRESH_S = 600;

  /** RFC 8415 18.2.1: who prefers itself so is asked at once. */
  private static final int SURE = 255;

  /** While there is no link-local address yet. */
  private static final long NOT_READY_NS = 50_000_000L;

  private final Ipv6Port port;
  private final NameServers names;
  private final Counters counters;
  private final Dhcp6Exchange exchange;
  private Dhcp6Lease lease = new Dhcp6Lease();
  private Dhcp6Lease heard = new Dhcp6Lease();
  private int state = OFF;
  private int renewals;
  private int solicitMostS = SOL_MAX_RT;
  private int informMostS = SOL_MAX_RT;
  private long rebindingNs;
  private long expiryNs;
  private long deadlineNs = NEVER;

  public Dhcp6Client(
      Ipv6Port port, Udp udp, NameServers names, KeyedHash random, Counters counters) {
    this.port = port;
    this.names = names;
    this.counters = counters;
    exchange = new Dhcp6Exchange(port, udp, random);
  }

  /**
   * Begins to look for a server.
   *
   * @param address whether an address is wanted, or only what else servers tell
   * @return 0, {@code BAD_STATE} where it has begun, {@code IN_USE} where the port is taken
   */
  public int start(boolean address, long nowNs) {
    boolean more = address && state >= INFORMING;
    if (state != OFF && !more) {
      return Status.BAD_STATE;
    }
    if (!more && !exchange.open()) {
      return Status.IN_USE;
    }
    lease.high = 0;
    lease.serverOctets = 0;
    enter(address ? SOLICITING : INFORMING, nowNs);
    deadlineNs = nowNs + exchange.delayNs(); // RFC 8415 18.2.1, 18.2.6 (MUST)
    return Status.OK;
  }

  @Override
  public void told(boolean managed, boolean other, long nowNs) {
    // RFC 4861 4.2: with the first flag the second says nothing more.
    if (managed && (state == OFF || state >= INFORMING) || other && state == OFF) {
      int unused = start(managed, nowNs);
    }
  }

  /** Gives the address back, and is off once the server has heard it or does not answer. */
  public void release(long nowNs) {
    if (lease.high != 0 && state >= BOUND && state <= REBINDING) {
      lose(nowNs); // RFC 8415 18.2.7 (MUST): not used any more while this is said
      enter(RELEASING, nowNs);
    } else if (state != OFF) {
      end();
    }
  }

  /** Whether there is an address that nobody else has, for a time. */
  public boolean bound() {
    return state >= BOUND && state <= REBINDING && port.addresses.ours(lease.high, lease.low);
  }

  /** One of the constants. */
  public int state() {
    return state;
  }

  /** The address, its first eight octets and its last. */
  public long high() {
    return lease.high;
  }

  public long low() {
    return lease.low;
  }

  /** How long the address was lent for; 0xFFFFFFFF is for ever. */
  public long validSeconds() {
    return lease.validS;
  }

  /** After how long the client asks to have it for longer. */
  public long renewalSeconds() {
    return lease.renewalS;
  }

  /** How often it was lent for longer. */
  public int renewals() {
    return renewals;
  }

  @Override
  public long poll(long nowNs) {
    if (state == OFF) {
      return NEVER;
    }
    int octets;
    while (state != OFF && (octets = exchange.hear()) != Status.WOULD_BLOCK) {
      int reason = octets < 0 ? -1 : arrive(octets, nowNs);
      if (reason >= 0) {
        counters.add(reason);
      }
    }
    if (state >= BOUND && state <= REBINDING) {
      Address6 address = port.addresses.find(lease.high, lease.low);
      if (address != null && address.duplicate()) {
        lose(nowNs);
        counters.add(Counter.DHCP6_DECLINED);
        enter(DECLINING, nowNs); // RFC 8415 18.2.8
      }
    }
    for (int turns = 0; deadlineNs - nowNs <= 0 && turns < 4; turns++) {
      due(nowNs);
    }
    return deadlineNs;
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }

  /** Takes in a message; answers the counter of why it was ignored, or -1. */
  private int arrive(int octets, long nowNs) {
    byte[] b = exchange.message;
    int reason = exchange.check(octets);
    if (reason >= 0) {
      return reason;
    }
    int type = Bytes.u8(b, 0);
    boolean advertised = type == Dhcp6.ADVERTISE;
    boolean waits = state != BOUND && state != INFORMED && exchange.sent > 0;
    if (!waits || advertised != (state == SOLICITING) || !advertised && type != Dhcp6.REPLY) {
      return Counter.DHCP6_UNEXPECTED;
    }
    if (!heard.from(b, octets) || !heard.take(b, octets, exchange.identity())) {
      return Counter.DHCP6_BAD;
    }
    solicitMostS = limit(b, octets, Dhcp6.OPTION_SOL_MAX_RT, solicitMostS);
    informMostS = limit(b, octets, Dhcp6.OPTION_INF_MAX_RT, informMostS);
    if (advertised) {
      return advertised(nowNs);
    }
    if (state != REBINDING && state != INFORMING && !sameServer()) {
      return Counter.DHCP6_UNEXPECTED;
    }
    if (state == DECLINING || state == RELEASING) {
      over(nowNs);
      return -1;
    }
    if (state == INFORMING) {
      learn(octets, nowNs);
      state = INFORMED;
      int told = Dhcp6.word(b, Dhcp6.HEADER, octets, Dhcp6.OPTION_REFRESH);
      long seconds = told == -1 ? REFRESH_S : told & 0xFFFF_FFFFL;
      deadlineNs = nowNs + Math.max(seconds, LEAST_REFRESH_S) * SECOND_NS;
      return -1;
    }
    return granted(octets, nowNs);
  }

  /** RFC 8415 18.2.9: the server that prefers itself most, of those within the first wait. */
  private int advertised(long nowNs) {
    if (heard.high == 0 || heard.status != 0) {
      return Counter.DHCP6_REFUSED;
    }
    if (lease.serverOctets == 0 || heard.preference > lease.preference) {
      swap();
    }
    if (lease.preference == SURE || exchange.sent > 1) {
      enter(REQUESTING, nowNs);
    }
    return -1;
  }

  private int granted(int octets, long nowNs) {
    if (heard.high == 0 || heard.status != 0) {
      // RFC 8415 18.2.10.1: asks anew who has forgotten us; else others, after a while.
      if (heard.status == Dhcp6.STATUS_NO_BINDING && state >= RENEWING) {
        enter(REQUESTING, nowNs);
      } else if (state == REQUESTING) {
        solicit(nowNs);
      }
      return Counter.DHCP6_REFUSED;
    }
    renewals += state == REQUESTING ? 0 : 1;
    if (lease.high != heard.high || lease.low != heard.low) {
      lose(nowNs);
    }
    swap();
    long preferredNs = untilNs(lease.preferredS, nowNs);
    expiryNs = untilNs(lease.validS, nowNs);
    port.addresses.lend(lease.high, lease.low, preferredNs, expiryNs, nowNs);
    learn(octets, nowNs);
    state = BOUND;
    rebindingNs = untilNs(lease.rebindingS, nowNs);
    deadlineNs = untilNs(lease.renewalS, nowNs);
    return -1;
  }

  private static long untilNs(long seconds, long nowNs) {
    return seconds == Dhcp6Lease.FOREVER_S ? NEVER : nowNs + seconds * SECOND_NS;
  }

  private static int limit(byte[] b, int octets, int code, int before) {
    int told = Dhcp6.word(b, Dhcp6.HEADER, octets, code);
    return told >= LEAST_MAX_RT && told <= MOST_MAX_RT ? told : before;
  }

  private boolean sameServer() {
    return heard.serverOctets == lease.serverOctets
        && Bytes.equal(heard.server, 0, lease.server, 0, lease.serverOctets);
  }

  private void swap() {
    Dhcp6Lease old = lease;
    lease = heard;
    heard = old;
  }

  /** Takes over name servers and domains. RFC 3646 3, 4. */
  private void learn(int octets, long nowNs) {
    byte[] b = exchange.message;
    names.clear(NameServers.DHCP6);
    int at = Dhcp6.option(b, Dhcp6.HEADER, octets, Dhcp6.OPTION_NAME_SERVERS);
    if (at >= 0 && (Dhcp6.length(b, at) & 15) == 0) {
      for (int end = at + Dhcp6.length(b, at); at < end; at += 16) {
        long high = Bytes.i64(b, at);
        long low = Bytes.i64(b, at + 8);
        if (!Ipv6.multicast(high) && !Ipv6.neverOnWire(high, low)) {
          int scope = Ipv6.linkLocal(high) ? port.index : 0;
          names.learn(high, low, scope, nowNs);
        }
      }
    }
    at = Dhcp6.option(b, Dhcp6.HEADER, octets, Dhcp6.OPTION_SEARCH);
    if (at >= 0) {
      int end = at + Dhcp6.length(b, at);
      names.learnSearch(b, at, end, end, NameServers.DHCP6, NEVER, nowNs);
    }
  }

  private void enter(int next, long nowNs) {
    state = next;
    exchange.begin(nowNs);
    deadlineNs = nowNs;
  }

  private void solicit(long nowNs) {
    lease.serverOctets = 0;
    lease.high = 0;
    enter(SOLICITING, nowNs);
    deadlineNs = nowNs + SECOND_NS + exchange.delayNs();
  }

  /** Does what the state's time limit asks for. */
  private void due(long nowNs) {
    if (state == BOUND) {
      enter(RENEWING, nowNs);
    } else if (state == INFORMED) {
      enter(INFORMING, nowNs);
    } else if (state == SOLICITING && lease.serverOctets > 0) {
      enter(REQUESTING, nowNs);
    }
    if (state == RENEWING && rebindingNs - nowNs <= 0) {
      enter(REBINDING, nowNs);
    }
    boolean ends = state == DECLINING || state == RELEASING;
    if (ends && exchange.sent == REL_MAX_RC) {
      over(nowNs);
    } else if (state == REQUESTING && exchange.sent == REQ_MAX_RC) {
      solicit(nowNs);
    } else if (state >= RENEWING && state <= REBINDING && expiryNs - nowNs <= 0) {
      lose(nowNs);
      names.clear(NameServers.DHCP6);
      solicit(nowNs);
    } else if (!exchange.ready()) {
      deadlineNs = nowNs + NOT_READY_NS;
    } else {
      say(nowNs);
    }
  }

  private void say(long nowNs) {
    int type = Dhcp6.SOLICIT;
    int first = 1;
    int most = solicitMostS;
    long untilNs = NEVER;
    switch (state) {
      case REQUESTING:
        type = Dhcp6.REQUEST;
        most = REQ_MAX_RT;
        break;
      case RENEWING:
        type = Dhcp6.RENEW;
        untilNs = rebindingNs;
        break;
      case REBINDING:
        type = Dhcp6.REBIND;
        untilNs = expiryNs;
        break;
      case DECLINING:
        type = Dhcp6.DECLINE;
        break;
      case RELEASING:
        type = Dhcp6.RELEASE;
        break;
      case INFORMING:
        type = Dhcp6.INFORMATION_REQUEST;
        most = informMostS;
        break;
      default:
        break;
    }
    if (state == RENEWING || state == REBINDING) {
      first = REN_TIMEOUT;
      most = REN_MAX_RT;
    }
    boolean named = type != Dhcp6.SOLICIT && type != Dhcp6.REBIND && state != INFORMING;
    exchange.say(type, lease, named, nowNs);
    deadlineNs = Math.min(nowNs + exchange.waitNs(first, most, state == SOLICITING), untilNs);
  }

  /** An address was declined or given back. */
  private void over(long nowNs) {
    if (state == DECLINING) {
      solicit(nowNs);
    } else {
      end();
    }
  }

  /** Takes the address away from the port; what servers shall hear of it is still known. */
  private void lose(long nowNs) {
    Address6 address = lease.high == 0 ? null : port.addresses.find(lease.high, lease.low);
    if (address != null) {
      port.addresses.remove(address, nowNs);
    }
  }

  private void end() {
    names.clear(NameServers.DHCP6);
    exchange.close();
    state = OFF;
    deadlineNs = NEVER;
  }
}
