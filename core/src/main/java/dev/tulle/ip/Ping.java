// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.IcmpHeader;
import dev.tulle.wire.Icmpv6Header;
import dev.tulle.wire.Ipv4;

/**
 * Sends echo requests and matches what comes back to them.
 *
 * <p>Use: {@link #send}, poll the stack, then {@link #next} until it answers false, each time
 * reading the result's fields. The last {@link #OUTSTANDING} requests can be answered. An answer
 * counts only if its source, identifier, sequence number and data are those of a request; the
 * identifier and the first data cannot be guessed. Source: RFC 792, RFC 1122 3.2.2.6, RFC 4443 4.
 */
public final class Ping {
  /** Requests that may be under way at once; a later one takes the place of the oldest. */
  public static final int OUTSTANDING = 8;

  private static final int FREE = 0;
  private static final int SENT = 1;
  private static final int DONE = 2;

  /** Of the result: the sequence number that {@link #send} answered. */
  public int sequence;

  /** Of the result: 0, or the {@link IcmpError} that came instead. */
  public int error;

  /** Of the result: from sending to receiving. */
  public long rttNs;

  /** Of the result: time to live of the reply as it arrived. */
  public int timeToLive;

  /** Of the result: octets of data. */
  public int dataBytes;

  private final Path path;
  private final Counters counters;
  private final KeyedHash hash;
  private final int identifier;
  private int nextSequence;

  // One slot for each request under way, at its sequence number modulo OUTSTANDING.
  private final int[] states = new int[OUTSTANDING];
  private final int[] sequences = new int[OUTSTANDING];
  private final long[] times = new long[OUTSTANDING]; // sent, then round trip
  private final int[] lengths = new int[OUTSTANDING];
  private final int[] lives = new int[OUTSTANDING];
  private final int[] errors = new int[OUTSTANDING];

  /**
   * @param path to whatever family shall be asked
   */
  public Ping(Path path, Counters counters, KeyedHash hash) {
    this.path = path;
    this.counters = counters;
    this.hash = hash;
    identifier = hash.draw() & 0xFFFF;
  }

  /**
   * Sends an echo request.
   *
   * @param dataBytes octets after the ICMP header
   * @return its sequence number, 0 to 65,535, or a negative {@code Status}
   */
  public int send(Endpoint to, int dataBytes, long nowNs) {
    int status = path.open(to);
    if (status < 0) {
      return status;
    }
    if (dataBytes < 0 || dataBytes > path.mostBytes() - IcmpHeader.HEADER) {
      return Status.TOO_LARGE;
    }
    Packet packet = path.take(IcmpHeader.HEADER + dataBytes);
    if (packet == null) {
      counters.add(Counter.POOL_EMPTY);
      return Status.NO_RESOURCES;
    }
    int number = nextSequence;
    nextSequence = number + 1 & 0xFFFF;
    byte[] b = packet.bytes;
    int at = packet.head;
    packet.end = at + IcmpHeader.HEADER + dataBytes;
    fill(b, at + IcmpHeader.HEADER, dataBytes, number);
    int rest = identifier << 16 | number;
    int length = packet.length();
    int protocol = Ipv4.PROTOCOL_ICMP;
    if (to.six()) {
      protocol = Ipv4.PROTOCOL_ICMPV6;
      int sum = path.pseudoHeaderSum(protocol, length);
      IcmpHeader.put(b, at, Icmpv6Header.ECHO_REQUEST, 0, rest, length, sum);
    } else {
      IcmpHeader.put(b, at, IcmpHeader.ECHO_REQUEST, 0, rest, length);
    }
    int slot = number % OUTSTANDING;
    states[slot] = SENT;
    sequences[slot] = number;
    times[slot] = nowNs;
    lengths[slot] = dataBytes;
    path.output(packet, protocol, nowNs);
    return number;
  }

  /** Takes the next result and fills the fields; false where there is none. */
  public boolean next() {
    for (int slot = 0; slot < OUTSTANDING; slot++) {
      if (states[slot] == DONE) {
        states[slot] = FREE;
        sequence = sequences[slot];
        error = errors[slot];
        rttNs = times[slot];
        timeToLive = lives[slot];
        dataBytes = lengths[slot];
        return true;
      }
    }
    return false;
  }

  /** Writes a keyed number and then a pattern, so that a reply can be checked without a copy. */
  private void fill(byte[] b, int at, int length, int number) {
    if (length >= 4) {
      Bytes.put32(b, at, cookie(number));
    }
    for (int i = 4; i < length; i++) {
      b[at + i] = (byte) i;
    }
  }

  private boolean filled(byte[] b, int at, int length, int number) {
    for (int i = 4; i < length; i++) {
      if (b[at + i] != (byte) i) {
        return false;
      }
    }
    return length < 4 || Bytes.i32(b, at) == cookie(number);
  }

  private int cookie(int number) {
    return hash.of((long) identifier << 32 | number);
  }

  /** The slot of the request that a message with its identifier and number is about, or -1. */
  private int slot(Packet packet) {
    byte[] b = packet.bytes;
    int number = IcmpHeader.sequence(b, packet.head);
    int slot = number % OUTSTANDING;
    return states[slot] == SENT
            && sequences[slot] == number
            && IcmpHeader.identifier(b, packet.head) == identifier
            && path.matches(packet)
        ? slot
        : -1;
  }

  /** Takes in an echo reply; answers whether it was to a request of ours. */
  boolean answered(Packet packet, int hops, long nowNs) {
    int slot = slot(packet);
    int length = packet.length() - IcmpHeader.HEADER;
    if (slot < 0
        || length != lengths[slot]
        || !filled(packet.bytes, packet.head + IcmpHeader.HEADER, length, sequences[slot])) {
      return false;
    }
    lives[slot] = hops;
    finish(slot, 0, nowNs);
    return true;
  }

  /** Takes in an error about an ICMP message of ours. */
  void failed(Packet packet, int kind, long nowNs) {
    int slot = slot(packet);
    if (slot >= 0) {
      finish(slot, kind, nowNs);
    }
  }

  /** A request of ours may have been too big for a link on the way. */
  void tooBig(Packet packet, int mtu, long nowNs) {
    int slot = slot(packet);
    if (slot >= 0) {
      path.tooBig(mtu, lengths[slot] + IcmpHeader.HEADER, nowNs);
      finish(slot, IcmpError.TOO_BIG, nowNs);
    }
  }

  private void finish(int slot, int kind, long nowNs) {
    errors[slot] = kind;
    times[slot] = nowNs - times[slot];
    states[slot] = DONE;
  }
}
