// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.wire.IcmpHeader;

/**
 * What ICMP does in both families: it counts what it drops, answers echo requests and reports
 * errors as often as it may, and hands {@link Ping} what is its own.
 */
public abstract class IcmpTransport implements Transport {
  final Counters counters;
  private final RateLimit echoes;
  private final RateLimit errors;

  /** Null where nobody sends echo requests. */
  private Ping ping;

  /**
   * @param echoes limits the answers to echo requests
   * @param errors limits the errors that we send
   */
  IcmpTransport(Counters counters, RateLimit echoes, RateLimit errors) {
    this.counters = counters;
    this.echoes = echoes;
    this.errors = errors;
  }

  /** Adds the feature of sending echo requests; once, at assembly. */
  public final void attach(Ping ping) {
    this.ping = ping;
  }

  /** Processes a message; answers the counter of why it was dropped, or -1. */
  abstract int arrive(Packet packet, int sum, long nowNs);

  /** Whether the source of a packet may be sent something. */
  abstract boolean allowed(RateLimit limit, Packet packet, long nowNs);

  /** Sends a message with octets of a packet to its source; answers a counter or -1. */
  abstract int answer(Packet to, int from, int end, int type, int code, int rest, long nowNs);

  @Override
  public final boolean input(Packet packet, int sum, long nowNs) {
    int reason = arrive(packet, sum, nowNs);
    if (reason >= 0) {
      counters.add(reason);
    }
    return true;
  }

  /** Answers an echo request with its own data; answers as {@link #arrive}. */
  final int echo(Packet packet, int replyType, long nowNs) {
    if (packet.group) {
      return Counter.ICMP_GROUP; // RFC 1122 3.2.2.6, RFC 4443 4.2 (MAY): else we amplify
    }
    if (!allowed(echoes, packet, nowNs)) {
      return Counter.ICMP_RATELIMITED;
    }
    int rest = IcmpHeader.rest(packet.bytes, packet.head);
    int data = packet.head + IcmpHeader.HEADER;
    return answer(packet, data, packet.end, replyType, 0, rest, nowNs);
  }

  /** An echo reply has come; answers as {@link #arrive}. */
  final int answered(Packet packet, int hops, long nowNs) {
    return ping != null && ping.answered(packet, hops, nowNs) ? -1 : Counter.ICMP_UNMATCHED;
  }

  /** Sends an error about a packet, which it quotes up to an end. */
  final void report(Packet about, int end, int type, int code, int rest, long nowNs) {
    int reason = Counter.ICMP_RATELIMITED;
    if (allowed(errors, about, nowNs)) {
      reason = answer(about, about.network, end, type, code, rest, nowNs);
      if (reason < 0) {
        reason = Counter.ICMP_ERROR_SENT;
      }
    }
    counters.add(reason);
  }

  @Override
  public final void error(Packet packet, int kind, int mtu, long nowNs) {
    if (ping != null) {
      ping.failed(packet, kind, nowNs);
    }
  }

  @Override
  public final void tooBig(Packet packet, int mtu, long nowNs) {
    if (ping != null) {
      ping.tooBig(packet, mtu, nowNs);
    }
  }
}
