// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.ip.Routes;
import dev.tulle.link.AddressConflict;
import dev.tulle.link.EthernetPort;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.tcp.Tcp;
import dev.tulle.udp.Udp;
import dev.tulle.wire.Dhcp;

/**
 * Obtains an IPv4 address from a DHCP server, keeps the lease, and takes the address away when it
 * ends.
 *
 * <p>{@link #start} begins; {@link #bound} tells that the port has its address. An address is
 * probed for first (RFC 5227), which takes some five seconds. {@link #release} gives it back.
 * Source: RFC 2131.
 *
 * <p>The state machine alone: {@link DhcpExchange} has the messages, {@link Lease} what they grant.
 */
public final class DhcpClient implements Part {
  // RFC 2131 4.4, figure 5; PROBING is between REQUESTING and BOUND.
  public static final int OFF = 0;
  public static final int INIT = 1;
  public static final int SELECTING = 2;
  public static final int REQUESTING = 3;
  public static final int PROBING = 4;
  public static final int BOUND = 5;
  public static final int RENEWING = 6;
  public static final int REBINDING = 7;
  public static final int RELEASING = 8;

  private static final long SECOND_NS = 1_000_000_000L;

  /** RFC 2131 4.1: first after 4 seconds, then after twice as long each time, up to 64. */
  private static final int MOST_DOUBLINGS = 4;

  /** RFC 2131 3.1, 5: give up a server after a minute, which is after so many requests. */
  private static final int REQUESTS = 4;

  /** The same where an earlier address is asked for, and no server is known: some ten seconds. */
  private static final int REBOOT_REQUESTS = 2;

  /** RFC 2131 4.4.5: the least time between two requests to extend a lease. */
  private static final long LEAST_RENEWAL_NS = 60 * SECOND_NS;

  /** RFC 2131 3.1, 5 (SHOULD): the least time between a DECLINE and the next attempt. */
  private static final long DECLINED_NS = 10 * SECOND_NS;

  /** RFC 5227 1.1, DEFEND_INTERVAL: a second conflict within it ends the use of an address. */
  private static final long DEFEND_NS = 10 * SECOND_NS;

  /** What a neighbour may take to tell its link address, so that RELEASE leaves. */
  private static final long RELEASE_NS = 100_000_000L;

  private final EthernetPort port;
  private final Tcp tcp;
  private final Routes routes;
  private final AddressConflict conflict;
  private final NameServers names;
  private final KeyedHash random;
  private final Counters counters;
  private final int linkMtu;
  private final DhcpExchange exchange;

  /** What counts now, and where the next message is read into: they change places. */
  private Lease lease = new Lease();

  private Lease heard = new Lease();

  private int state = OFF;
  private int sent;
  private int failures;
  private int conflicts;
  private int renewals;

  /** When the request that was granted was sent: from then on the lease counts. */
  private long requestedNs;

  private long rebindingNs;
  private long expiryNs;

  /** Until when another conflict ends the use of the address. */
  private long contestedNs;

  private long deadlineNs = NEVER;

  /**
   * @param tcp whose connections end with the address that they have; null where there is none
   * @param routes all of them are the lease's
   */
  public DhcpClient(
      EthernetPort port,
      Udp udp,
      Tcp tcp,
      Routes routes,
      AddressConflict conflict,
      NameServers names,
      KeyedHash random,
      Counters counters) {
    this.port = port;
    this.tcp = tcp;
    this.routes = routes;
    this.conflict = conflict;
    this.names = names;
    this.random = random;
    this.counters = counters;
    linkMtu = port.mtu();
    exchange = new DhcpExchange(port, udp, random);
  }

  /**
   * Begins to look for a server; the port has no address from now on.
   *
   * @return 0, or {@code Status.IN_USE} where the client's port is taken
   */
  public int start(long nowNs) {
    return start(0, nowNs);
  }

  /**
   * Begins with the question whether an earlier address can be used again, as after a restart.
   *
   * @param earlier 0 for none
   */
  public int start(int earlier, long nowNs) {
    if (state != OFF) {
      return Status.BAD_STATE;
    }
    if (!exchange.open()) {
      return Status.IN_USE;
    }
    clearAddress();
    failures = 0;
    renewals = 0;
    lease.address = earlier;
    lease.server = 0;
    if (earlier != 0) {
      // RFC 2131 4.4.2, INIT-REBOOT: any server may answer.
      state = REQUESTING;
      enter(nowNs);
      return Status.OK;
    }
    // RFC 2131 4.4.1 (SHOULD) waits one to ten seconds here; like Linux's clients, this does not.
    again(nowNs, nowNs);
    return Status.OK;
  }

  /** Tells the server that the address is free again, and takes it away. */
  public void release(long nowNs) {
    if (bound()) {
      exchange.begin(nowNs);
      send(Dhcp.RELEASE, nowNs);
      state = RELEASING;
      deadlineNs = nowNs + RELEASE_NS;
    } else if (state != OFF && state != RELEASING) {
      end();
    }
  }

  /** Whether the port has an address that a server has granted. */
  public boolean bound() {
    return state >= BOUND && state <= REBINDING;
  }

  /** One of the constants. */
  public int state() {
    return state;
  }

  /** The gateway that leads everywhere; 0 where the server named none. */
  public int router() {
    return lease.router;
  }

  /** The server that granted the lease. */
  public int server() {
    return lease.server;
  }

  /** How long the lease was granted for; 0xFFFFFFFF is for ever. */
  public long leaseSeconds() {
    return lease.seconds;
  }

  /** After how long the client asks to extend the lease. */
  public long renewalSeconds() {
    return lease.renewalS;
  }

  /** How often the lease was extended. */
  public int renewals() {
    return renewals;
  }

  @Override
  public long poll(long nowNs) {
    if (state == OFF) {
      return NEVER;
    }
    int octets;
    while ((octets = exchange.hear()) != Status.WOULD_BLOCK) {
      if (octets >= 0) { // otherwise ICMP says that the server is not there: time will tell
        int reason = arrive(octets, nowNs);
        if (reason >= 0) {
          counters.add(reason);
        }
      }
    }
    if (state == PROBING) {
      probed(nowNs);
    } else if (bound() && conflict.conflicts() != conflicts) {
      contested(nowNs);
    }
    // Several may be due after a long sleep: T1, T2 and the end of the lease.
    for (int turns = 0; deadlineNs - nowNs <= 0 && turns < REBINDING; turns++) {
      due(nowNs);
    }
    return deadlineNs();
  }

  @Override
  public long deadlineNs() {
    return state == PROBING ? conflict.deadlineNs() : deadlineNs;
  }

  /** Takes in a message; answers the counter of why it was ignored, or -1. */
  private int arrive(int octets, long nowNs) {
    int reason = exchange.check(octets);
    if (reason >= 0) {
      return reason;
    }
    int type = exchange.type(octets);
    boolean selecting = state == SELECTING && type == Dhcp.OFFER;
    boolean asked = state == REQUESTING || state == RENEWING || state == REBINDING;
    if (type == Dhcp.NAK && asked) {
      return refused(octets, nowNs);
    }
    if (!selecting && !(asked && type == Dhcp.ACK)) {
      return Counter.DHCP_UNEXPECTED;
    }
    if (!heard.take(exchange.message, octets)) {
      return Counter.DHCP_BAD;
    }
    if (asked && (!anyServer() && heard.server != lease.server || heard.address != lease.address)) {
      return Counter.DHCP_UNEXPECTED;
    }
    Lease old = lease;
    lease = heard;
    heard = old;
    if (selecting) {
      state = REQUESTING;
      sent = 0;
      request(nowNs);
      return -1;
    }
    lease.nameServers(exchange.message, octets, names);
    if (state == REQUESTING) {
      state = PROBING;
      deadlineNs = NEVER;
      conflicts = conflict.conflicts();
      conflict.claim(lease.address, lease.mask, nowNs); // RFC 2131 3.1, 5 (SHOULD); RFC 5227
    } else {
      renewals++;
      bind();
    }
    return -1;
  }

  private int refused(int octets, long nowNs) {
    int server = exchange.server(octets);
    if (server == 0 || !anyServer() && server != lease.server) {
      return Counter.DHCP_UNEXPECTED;
    }
    // RFC 2131 3.1, 5: begin anew; later each time, so that nobody keeps us busy. 3.2, 4: at once
    // where it was an earlier address.
    boolean earlier = lease.server == 0;
    lose();
    lease.address = 0;
    again(nowNs, earlier ? nowNs : nowNs + backOffNs(failures));
    return Counter.DHCP_NAK;
  }

  /** Whether not only the server that granted the lease may answer. */
  private boolean anyServer() {
    return state == REBINDING || lease.server == 0;
  }

  /** Looks whether the address turned out to be free, or somebody's. */
  private void probed(long nowNs) {
    if (conflict.conflicts() != conflicts) {
      decline(nowNs);
    } else if (!conflict.probing()) {
      failures = 0;
      bind();
    }
  }

  /** Somebody else uses the address that we have: it was defended, and is given up next time. */
  private void contested(long nowNs) {
    conflicts = conflict.conflicts();
    if (contestedNs - nowNs > 0) {
      decline(nowNs); // RFC 5227 2.4 (b) (MUST)
    }
    contestedNs = nowNs + DEFEND_NS;
  }

  private void decline(long nowNs) {
    lose();
    send(Dhcp.DECLINE, nowNs); // RFC 2131 3.1, 5 (MUST)
    counters.add(Counter.DHCP_DECLINED);
    lease.address = 0;
    again(nowNs, nowNs + Math.max(DECLINED_NS, backOffNs(failures)));
  }

  /** The lease counts, or counts anew. */
  private void bind() {
    state = BOUND;
    port.mask = lease.mask;
    port.mtu = lease.mtu == 0 ? linkMtu : Math.min(lease.mtu, linkMtu);
    lease.addTo(routes, port);
    if (lease.seconds == Lease.FOREVER_S) {
      deadlineNs = NEVER;
      return;
    }
    // RFC 2131 4.4.5 (SHOULD): some fuzz, or all that booted together would renew together.
    long fuzz = (random.draw() & 0x7FFF_FFFFL) % (lease.renewalS / 32 + 1);
    deadlineNs = requestedNs + (lease.renewalS - fuzz) * SECOND_NS;
    rebindingNs = requestedNs + lease.rebindingS * SECOND_NS;
    expiryNs = requestedNs + lease.seconds * SECOND_NS;
  }

  /** Does what the state's time limit asks for. */
  private void due(long nowNs) {
    switch (state) {
      case INIT:
        state = SELECTING;
        enter(nowNs);
        break;
      case SELECTING:
        discover(nowNs);
        break;
      case REQUESTING:
        if (sent < (lease.server == 0 ? REBOOT_REQUESTS : REQUESTS)) {
          request(nowNs);
        } else {
          again(nowNs, lease.server == 0 ? nowNs : nowNs + backOffNs(failures));
        }
        break;
      case RELEASING:
        end();
        break;
      default:
        extend(nowNs);
        break;
    }
  }

  /** Asks to extend the lease: its server from T1 on, any from T2 on, until it ends. */
  private void extend(long nowNs) {
    if (expiryNs - nowNs <= 0) {
      lose(); // RFC 2131 4.4.5 (MUST): stop at once
      again(nowNs, nowNs);
      return;
    }
    boolean any = rebindingNs - nowNs <= 0;
    if (state == BOUND) {
      exchange.begin(nowNs);
    }
    state = any ? REBINDING : RENEWING;
    requestedNs = nowNs;
    send(Dhcp.REQUEST, nowNs);
    // RFC 2131 4.4.5 (SHOULD): half of the time that is left, but a minute at least.
    long untilNs = any ? expiryNs : rebindingNs;
    long waitNs = Math.max((untilNs - nowNs) / 2, LEAST_RENEWAL_NS);
    deadlineNs = Math.min(nowNs + waitNs, untilNs);
  }

  /** Begins a transaction, in which something is due at once. */
  private void enter(long nowNs) {
    exchange.begin(nowNs);
    sent = 0;
    deadlineNs = nowNs;
  }

  private void discover(long nowNs) {
    send(Dhcp.DISCOVER, nowNs);
    deadlineNs = nowNs + backOffNs(sent++);
  }

  private void request(long nowNs) {
    requestedNs = nowNs;
    send(Dhcp.REQUEST, nowNs);
    deadlineNs = nowNs + backOffNs(sent++);
  }

  /** Waits in INIT until a time. */
  private void again(long nowNs, long untilNs) {
    state = INIT;
    failures += untilNs - nowNs > 0 ? 1 : 0;
    deadlineNs = untilNs;
  }

  /** RFC 2131 4.1: doubled each time, and one second more or less at random. */
  private long backOffNs(int earlier) {
    long jitterNs = (random.draw() & 0x1F_FFFF) * 953L - SECOND_NS;
    return (4 * SECOND_NS << Math.min(earlier, MOST_DOUBLINGS)) + jitterNs;
  }

  private void send(int type, long nowNs) {
    boolean ours = type == Dhcp.RELEASE || type == Dhcp.REQUEST && state != REQUESTING;
    // RFC 2131 4.3.2, 4.4.4: REQUEST to whatever server extends the lease, RELEASE to who gave it.
    boolean all = type == Dhcp.REQUEST && state == REBINDING;
    exchange.say(type, lease, ours, all, nowNs);
  }

  /** Takes the address away, with all that hangs from it. */
  private void lose() {
    if (port.address != 0 && tcp != null) {
      tcp.strand();
    }
    clearAddress();
  }

  private void clearAddress() {
    conflict.drop();
    port.address = 0;
    port.mask = 0;
    port.mtu = linkMtu;
    Lease.clear(routes, port);
    names.clear(NameServers.DHCP);
  }

  private void end() {
    lose();
    exchange.close();
    state = OFF;
    deadlineNs = NEVER;
  }
}
