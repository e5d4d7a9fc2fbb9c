// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.stack;

/** The names of the counters, for those who print them; a binary that prints none has none. */
public final class CounterNames {
  private static final String[] NAMES = {
    "stack.internal_error",
    "pool.empty",
    "link.received",
    "link.sent",
    "link.send_failed",
    "eth.short",
    "eth.badsrc",
    "eth.not_ours",
    "eth.vlan",
    "eth.llc",
    "eth.unknown_type",
    "arp.short",
    "arp.bad",
    "arp.badaddr",
    "arp.conflict",
    "arp.changed",
    "arp.full",
    "arp.queue_full",
    "arp.unreachable",
    "ip.badver",
    "ip.badlen",
    "ip.badihl",
    "ip.truncated",
    "ip.badsum",
    "ip.badopt",
    "ip.srcroute",
    "ip.martian",
    "ip.l2bcast_unicast",
    "ip.notours",
    "ip.fragment",
    "ip.unknown_protocol",
    "ip.no_route",
    "icmp.short",
    "icmp.badsum",
    "icmp.badquote",
    "icmp.family",
    "icmp.ignored",
    "icmp.group",
    "icmp.unmatched",
    "icmp.ratelimited",
    "icmp.error_sent",
    "udp.short",
    "udp.badlen",
    "udp.badsum",
    "udp.badport",
    "udp.no_port",
    "udp.rcvbuf_full",
  };

  private CounterNames() {}

  /** The name of a {@link Counter}, such as {@code ip.badsum}. */
  public static String of(int counter) {
    return NAMES[counter];
  }
}
