// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.buffer;

/**
 * One frame on its way up or down: an array that is longer than what it holds, and the bounds of
 * what it holds.
 *
 * <p>{@link #head} is the first octet of the layer that has the packet now, {@link #end} is one
 * past its last; layers move {@code head} forward on input and backward on output. {@link #network}
 * and {@link #transport} remember where those headers start. Nothing outside {@code [head, end)}
 * belongs to the packet, whatever the array still holds from an earlier one.
 */
public final class Packet {
  /** Room before the payload for the headers of all layers: 14 + 4 + 60 + 60, rounded up. */
  public static final int HEADROOM = 144;

  /** RFC 1122 3.2.1.7, RFC 1700: the recommended time to live. */
  private static final int HOP_LIMIT = 64;

  public final byte[] bytes;
  public int head;
  public int end;

  /** Where the network header starts. */
  public int network;

  /** Where the transport header starts. */
  public int transport;

  /** IPv4 source and destination, set by the IPv4 layer on input. */
  public int source;

  public int destination;

  /** IPv4's type of service, IPv6's traffic class: six bits of service, two of congestion. */
  public int trafficClass;

  /** Time to live or hop limit that it leaves with. */
  public int hopLimit;

  /** The number of the interface that it came in through, set when the packet is made. */
  public int interfaceNumber;

  /** Whether the link delivered it as a broadcast or multicast: then nothing may answer it. */
  public boolean group;

  /** What a driver keeps with the array, such as its own view of it; null until one does. */
  public Object view;

  /** The pool that it goes back to, whoever releases it; null outside any. */
  PacketPool home;

  Packet next;
  boolean pooled;

  /** A packet outside any pool, as an interface keeps one for input. */
  public Packet(int capacity) {
    bytes = new byte[capacity];
  }

  public int length() {
    return end - head;
  }

  /** Empties the packet and leaves {@code headroom} octets for headers in front. */
  public void clear(int headroom) {
    head = headroom;
    end = headroom;
    group = false;
    trafficClass = 0;
    hopLimit = HOP_LIMIT;
  }
}
