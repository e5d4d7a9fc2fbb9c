// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.TcpHeader;

/**
 * The connections that pass here: TCP's, UDP's and ICMP's queries, and what is only addresses.
 *
 * <p>A bounded table with a keyed hash. Hosts that begin connections have a limit each; they share
 * their counts by a keyed hash of their address. A full table gives up connections that were never
 * answered, are still opening, or are closing; where all are established, it refuses. Source: RFC
 * 4787 4.3, RFC 5382 5, RFC 5508 3.2, RFC 7857 2.
 */
public final class ConnectionTracker implements Part {
  // What a packet is to the connections, as bits for rules.
  public static final int NEW = 1;
  public static final int ESTABLISHED = 2;

  /** An ICMP error about a packet of a known connection. */
  public static final int RELATED = 4;

  /**
   * Malformed, outside of TCP's windows, an error about nothing known, no beginning of anything.
   */
  public static final int INVALID = 8;

  private static final long SECOND_NS = 1_000_000_000L;

  // RFC 4787 4.3 REQ-5: not less than two minutes (MUST NOT), five by default (RECOMMENDED).
  private static final long UDP_NS = 300 * SECOND_NS;
  private static final long UDP_UNANSWERED_NS = 120 * SECOND_NS;

  // RFC 5382 5 REQ-5: established not less than 2 hours 4 minutes, others 4 minutes (MUST NOT).
  private static final long TCP_NS = 7440 * SECOND_NS;
  private static final long TCP_TRANSITORY_NS = 240 * SECOND_NS;

  // RFC 5508 3.2 REQ-2: not less than 60 seconds (MUST NOT).
  private static final long ICMP_NS = 60 * SECOND_NS;

  /** As Linux's for protocols that it knows nothing of. */
  private static final long OTHER_NS = 600 * SECOND_NS;

  /** Connections that one look for expired ones goes through, and how often it does. */
  private static final int SWEEP = 256;

  private static final long SWEEP_NS = 100_000_000L;

  /** Connections that are looked at for one to give up. */
  private static final int CANDIDATES = 32;

  /** Counts of hosts; a power of two. */
  private static final int HOSTS = 4096;

  private final KeyedHash hash;
  private final Counters counters;
  private final Flow[] flows;
  private final Tuple[] table;
  private final int[] hosts = new int[HOSTS];
  private final int perHost;
  private Nat44 nat;
  private Flow free;
  private int count;
  private int hand;
  private int refusal;
  private long deadlineNs = NEVER;

  /** Where the last packet went: most go where the one before went. */
  private Tuple last;

  /**
   * @param connections at most; a power of two
   * @param perHost connections that one host may have begun
   */
  public ConnectionTracker(int connections, int perHost, KeyedHash hash, Counters counters) {
    this.hash = hash;
    this.counters = counters;
    this.perHost = perHost;
    flows = new Flow[connections];
    table = new Tuple[2 * connections];
    for (int i = connections - 1; i >= 0; i--) {
      flows[i] = new Flow();
      flows[i].next = free;
      free = flows[i];
    }
    last = flows[0].original;
  }

  /** Says whose mappings go with the connections; once, at assembly. */
  void attach(Nat44 nat) {
    this.nat = nat;
  }

  /** How many connections there are. */
  public int count() {
    return count;
  }

  /** How many there may be. */
  public int most() {
    return flows.length;
  }

  /** The direction of a connection that a packet's tuple is of, or null. */
  Tuple find(Tuple wanted, long nowNs) {
    Tuple t = last;
    if (!t.flow.used || !t.same(wanted)) {
      t = table[slot(wanted)];
      while (t != null && !t.same(wanted)) {
        t = t.next;
      }
      if (t == null) {
        return null;
      }
    }
    if (t.flow.deadlineNs - nowNs <= 0) {
      forget(t.flow);
      return null;
    }
    last = t;
    return t;
  }

  private int slot(Tuple tuple) {
    return tuple.hash(hash) & table.length - 1;
  }

  /**
   * Begins a connection whose original direction is {@code from}; the caller sets the reply's
   * addresses and calls {@link #enter}.
   *
   * @return null where there is no room: {@link #refusal} tells why
   */
  Flow begin(Tuple from, long nowNs) {
    // Of IPv6, who has a prefix of 64 bits has all its addresses.
    int host = hash.of(from.six() ? from.sourceHigh : from.source) & HOSTS - 1;
    if (hosts[host] == perHost) {
      refusal = Counter.TRACK_HOST_LIMIT;
      return null;
    }
    if (free == null) {
      evict(nowNs);
    }
    Flow flow = free;
    if (flow == null) {
      refusal = Counter.TRACK_FULL;
      return null;
    }
    flow.original.copy(from);
    flow.host = host;
    return flow;
  }

  /** The counter of why {@link #begin} answered null. */
  int refusal() {
    return refusal;
  }

  /** Enters a connection of {@link #begin}, and the mappings that it uses. */
  void enter(Flow flow, Mapping mapping, Mapping target, long nowNs) {
    free = flow.next;
    flow.used = true;
    flow.replied = false;
    flow.state = Flow.OPENING;
    flow.mapping = mapping;
    flow.target = target;
    flow.deadlineNs = nowNs + timeout(flow);
    clear(flow.original);
    clear(flow.reply);
    enter(flow.original);
    enter(flow.reply);
    hosts[flow.host]++;
    count++;
    if (deadlineNs == NEVER) {
      deadlineNs = nowNs + SWEEP_NS;
    }
  }

  private void enter(Tuple tuple) {
    int slot = slot(tuple);
    tuple.next = table[slot];
    table[slot] = tuple;
  }

  private static void clear(Tuple tuple) {
    tuple.flags = 0;
    tuple.window = 0;
    tuple.scale = 0;
  }

  /** Takes in a packet of a connection, and answers what it is: one of the bits above. */
  int passed(Tuple tuple, byte[] b, int transport, int end, long nowNs) {
    Flow flow = tuple.flow;
    if (tuple.protocol == TcpHeader.PROTOCOL) {
      if (!TcpTrack.accept(tuple, b, transport, end)) {
        return INVALID;
      }
    }
    flow.replied |= tuple == flow.reply;
    flow.deadlineNs = nowNs + timeout(flow);
    return flow.replied ? ESTABLISHED : NEW;
  }

  private static long timeout(Flow flow) {
    switch (flow.original.protocol) {
      case TcpHeader.PROTOCOL:
        return flow.state == Flow.OPEN ? TCP_NS : TCP_TRANSITORY_NS;
      case Ipv4.PROTOCOL_UDP:
        return flow.replied ? UDP_NS : UDP_UNANSWERED_NS;
      case Ipv4.PROTOCOL_ICMP:
      case Ipv4.PROTOCOL_ICMPV6:
        return ICMP_NS;
      default:
        return OTHER_NS;
    }
  }

  /** Forgets all connections. */
  public void clear() {
    for (int i = 0; i < flows.length; i++) {
      if (flows[i].used) {
        forget(flows[i]);
      }
    }
  }

  private void forget(Flow flow) {
    remove(flow.original);
    remove(flow.reply);
    hosts[flow.host]--;
    count--;
    flow.used = false;
    flow.next = free;
    free = flow;
    if (flow.mapping != null) {
      nat.release(flow.mapping);
    }
    if (flow.target != null) {
      nat.release(flow.target);
    }
  }

  private void remove(Tuple tuple) {
    int slot = slot(tuple);
    Tuple t = table[slot];
    if (t == tuple) {
      table[slot] = tuple.next;
      return;
    }
    while (t.next != tuple) {
      t = t.next;
    }
    t.next = tuple.next;
  }

  /** Gives up a connection that is missed least, among the next few; none that is established. */
  private void evict(long nowNs) {
    for (int i = 0; i < CANDIDATES; i++) {
      Flow flow = next();
      boolean tcp = flow.original.protocol == TcpHeader.PROTOCOL;
      if (flow.deadlineNs - nowNs <= 0 || (tcp ? flow.state != Flow.OPEN : !flow.replied)) {
        counters.add(Counter.TRACK_EVICTED);
        forget(flow);
        return;
      }
    }
  }

  private Flow next() {
    hand = hand + 1 & flows.length - 1;
    return flows[hand];
  }

  @Override
  public long poll(long nowNs) {
    if (deadlineNs - nowNs <= 0) {
      int most = Math.min(SWEEP, flows.length);
      for (int i = 0; i < most; i++) {
        Flow flow = next();
        if (flow.used && flow.deadlineNs - nowNs <= 0) {
          forget(flow);
        }
      }
      deadlineNs = count == 0 ? NEVER : nowNs + SWEEP_NS;
    }
    return deadlineNs;
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }
}
