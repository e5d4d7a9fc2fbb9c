// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.stack.Interface;
import dev.tulle.stack.Status;

/**
 * Says what may be forwarded, and what the router itself may be sent: rules in their order, of
 * which the first that fits decides, and a policy for the rest of what is forwarded.
 *
 * <p>Rules see the addresses of the inside: a destination after, a source before translation. The
 * rules are numbers in one array; each counts the packets that it decided.
 */
public final class Filter {
  public static final int ACCEPT = 0;

  /** Drops without a word. */
  public static final int DROP = 1;

  /** Drops and tells the sender: a reset for TCP, an ICMP error for the rest. */
  public static final int REJECT = 2;

  // A rule's numbers.
  private static final int ACTION = 0;
  private static final int SOURCE = 1;
  private static final int SOURCE_MASK = 2;
  private static final int DESTINATION = 3;
  private static final int DESTINATION_MASK = 4;
  private static final int PROTOCOL = 5;
  private static final int SOURCE_PORTS = 6;
  private static final int DESTINATION_PORTS = 7;
  private static final int STATES = 8;
  private static final int FAMILY = 9;
  private static final int HERE = 10;
  private static final int RULE_INTS = 11;

  // Besides, in the number that says whether it is about what is for the router itself.
  private static final int OTHER_IN = 2;
  private static final int OTHER_OUT = 4;

  /** A rule's prefixes of IPv6: of both addresses the two halves, then the masks of these. */
  private static final int RULE_LONGS = 8;

  private final int[] rules;
  private final long[] sixes;
  private final Interface[] ins;
  private final Interface[] outs;
  private final long[] packets;
  private int policy;
  private int count;

  /**
   * @param capacity rules at most
   * @param policy what becomes of packets that no rule fits
   */
  public Filter(int capacity, int policy) {
    this.policy = policy;
    rules = new int[capacity * RULE_INTS];
    sixes = new long[capacity * RULE_LONGS];
    ins = new Interface[capacity];
    outs = new Interface[capacity];
    packets = new long[capacity + 1];
  }

  public void policy(int policy) {
    this.policy = policy;
  }

  /** How many rules there are. */
  public int count() {
    return count;
  }

  /** Packets that a rule decided; of the policy, where {@code rule} is {@link #count}. */
  public long packets(int rule) {
    return packets[rule];
  }

  /**
   * Adds a rule behind those that are there; keeps nothing of the object.
   *
   * @return 0, or {@code Status.NO_RESOURCES}
   */
  public int add(FilterRule rule) {
    if (count == ins.length) {
      return Status.NO_RESOURCES;
    }
    int at = count * RULE_INTS;
    rules[at + ACTION] = rule.action;
    rules[at + SOURCE] = rule.source & rule.sourceMask;
    rules[at + SOURCE_MASK] = rule.sourceMask;
    rules[at + DESTINATION] = rule.destination & rule.destinationMask;
    rules[at + DESTINATION_MASK] = rule.destinationMask;
    rules[at + PROTOCOL] = rule.protocol;
    rules[at + SOURCE_PORTS] = rule.firstSourcePort << 16 | rule.lastSourcePort;
    rules[at + DESTINATION_PORTS] = rule.firstDestinationPort << 16 | rule.lastDestinationPort;
    rules[at + STATES] = rule.states == 0 ? -1 : rule.states;
    rules[at + FAMILY] = rule.family;
    rules[at + HERE] =
        (rule.here ? 1 : 0) | (rule.otherIn ? OTHER_IN : 0) | (rule.otherOut ? OTHER_OUT : 0);
    put(count * RULE_LONGS, rule.sourceHigh, rule.sourceLow, rule.sourceBits);
    int to = count * RULE_LONGS + 2;
    put(to, rule.destinationHigh, rule.destinationLow, rule.destinationBits);
    ins[count] = rule.in;
    outs[count] = rule.out;
    packets[++count] = 0;
    return Status.OK;
  }

  private void put(int at, long high, long low, int bits) {
    long first = bits == 0 ? 0 : -1L << 64 - Math.min(bits, 64);
    long second = bits <= 64 ? 0 : -1L << 128 - bits;
    sixes[at] = high & first;
    sixes[at + 1] = low & second;
    sixes[at + 4] = first;
    sixes[at + 5] = second;
  }

  /**
   * What shall become of a packet; counts it.
   *
   * @param out null where it is for the router itself, which accepts what no rule forbids
   */
  int verdict(Tuple tuple, Interface in, Interface out, int state) {
    int here = out == null ? 1 : 0;
    for (int i = 0; i < count; i++) {
      int flags = rules[i * RULE_INTS + HERE];
      if ((flags & 1) == here
          && (ins[i] == null || ins[i].is(in) == ((flags & OTHER_IN) == 0))
          && (outs[i] == null || outs[i].is(out) == ((flags & OTHER_OUT) == 0))
          && fits(i * RULE_INTS, tuple, state)
          && (!tuple.six() || within(tuple, i * RULE_LONGS))) {
        packets[i]++;
        return rules[i * RULE_INTS];
      }
    }
    if (out == null) {
      return ACCEPT;
    }
    packets[count]++;
    return policy;
  }

  private boolean fits(int at, Tuple tuple, int state) {
    int protocol = rules[at + PROTOCOL];
    int family = rules[at + FAMILY];
    return (family == 0 || family == (tuple.six() ? 6 : 4))
        && (tuple.source & rules[at + SOURCE_MASK]) == rules[at + SOURCE]
        && (tuple.destination & rules[at + DESTINATION_MASK]) == rules[at + DESTINATION]
        && (protocol == 0 || protocol == tuple.protocol)
        && within(tuple.sourcePort, rules[at + SOURCE_PORTS])
        && within(tuple.destinationPort, rules[at + DESTINATION_PORTS])
        && (rules[at + STATES] & state) != 0;
  }

  private boolean within(Tuple tuple, int at) {
    return (tuple.sourceHigh & sixes[at + 4]) == sixes[at]
        && (tuple.sourceLow & sixes[at + 5]) == sixes[at + 1]
        && (tuple.destinationHigh & sixes[at + 6]) == sixes[at + 2]
        && (tuple.destinationLow & sixes[at + 7]) == sixes[at + 3];
  }

  private static boolean within(int port, int range) {
    return port >= range >>> 16 && port <= (range & 0xFFFF);
  }
}
