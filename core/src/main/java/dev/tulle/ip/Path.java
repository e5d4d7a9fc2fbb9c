// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.KeyedHash;

/**
 * The network's part of one conversation: both addresses, and how to get from here to there.
 *
 * <p>Transports keep one for each connection or socket and never see an address: this is all that
 * they need of IP, whichever version it is. Allocated at assembly, pointed elsewhere as often as
 * needed.
 */
public abstract class Path {
  /** What {@link PathMtu} answered last, and when that was: its own to write. */
  int knownMtu;

  int mtuGeneration;

  /**
   * What a transport's user chose for packets on this path: the traffic class in the upper octet,
   * the time to live or hop limit in the lower; 0 in either for what is usual.
   */
  public char service;

  /** Gives a packet that goes out what was chosen for this path. */
  final void serve(Packet packet) {
    int chosen = service;
    if (chosen != 0) {
      packet.trafficClass |= chosen >> 8;
      packet.hopLimit = (chosen & 0xFF) == 0 ? packet.hopLimit : chosen & 0xFF;
    }
  }

  /**
   * Points the path at a remote address and chooses interface, next hop and source.
   *
   * @return 0, or {@code Status.UNREACHABLE}
   */
  public abstract int open(Endpoint remote);

  /** Points the path back at where a packet came from, with the address that it was sent to. */
  public abstract void answer(Packet packet);

  /** Takes over where another path of the same stack points. */
  public abstract void copy(Path other);

  /** Whether the remote address is a broadcast or multicast address, which TCP must not talk to. */
  public abstract boolean group();

  /**
   * Whether an incoming packet belongs to this path: its source our remote, its target our local.
   */
  public abstract boolean matches(Packet packet);

  /** Whether both lead from the same address to the same address. */
  public abstract boolean same(Path other);

  /**
   * Adds both addresses to a keyed hash, as {@link #addTo(KeyedHash, Packet)} does for a packet.
   */
  public abstract void addTo(KeyedHash hash);

  /** Adds a packet's addresses in the order in which a matching path adds its own. */
  public abstract void addTo(KeyedHash hash, Packet packet);

  /** Adds the remote address alone. */
  public abstract void addRemoteTo(KeyedHash hash);

  /** Largest network-layer payload that one packet carries now: path MTU less the IP header. */
  public abstract int payloadBytes();

  /** Largest payload that can be sent at all, in fragments where it must be; never TCP's. */
  public abstract int mostBytes();

  /**
   * An empty packet for a payload of at most {@link #mostBytes}: a long one where it has to be sent
   * in fragments. Null where none is left.
   */
  public abstract Packet take(int payload);

  /**
   * As {@link #payloadBytes} for the first link alone, which is also what can be received: for MSS
   * options.
   */
  public abstract int linkPayloadBytes();

  /**
   * Takes in that a packet of ours was too big for a link on the way, which the caller has checked
   * as well as it can.
   *
   * @param mtu of that link
   * @param payload octets after the network header in the packet that was too big
   * @return whether it can be true; {@link #payloadBytes} is then lower, or was so before
   */
  public abstract boolean tooBig(int mtu, int payload, long nowNs);

  /** The pseudo-header's one's-complement sum for a transport packet. RFC 9293 3.1. */
  public abstract int pseudoHeaderSum(int protocol, int length);

  /** Writes the network header in front of {@code packet.head} and sends; consumes the packet. */
  public abstract void output(Packet packet, int protocol, long nowNs);

  /** The other end has got what was sent to it, so who leads there is there. */
  public void confirm(long nowNs) {}

  /** Octets that {@link #keepSource} writes. */
  public abstract int addressBytes();

  /** Writes a packet's source address where it is kept until {@link #source} reads it. */
  public abstract void keepSource(Packet packet, byte[] to, int at);

  /** As {@link #keepSource} for the address that a packet was sent to. */
  public abstract void keepTarget(Packet packet, byte[] to, int at);

  /** As {@link #keepSource} for who sent the error that a quoted packet was in. */
  public abstract void keepReporter(Packet packet, byte[] to, int at);

  /** The time to live or hop limit that a packet came with. */
  public abstract int timeToLive(Packet packet);

  /** Whether UDP may do without its checksum. */
  public abstract boolean checksumOptional();

  /** Whether the remote address is a broadcast address. */
  public abstract boolean broadcast();

  /** Puts an address that was kept, and a port, into {@code endpoint}. */
  public abstract void source(byte[] kept, int at, int port, Endpoint endpoint);

  /** Puts the remote address into {@code endpoint}; leaves its port. */
  public abstract void remote(Endpoint endpoint);

  /** Puts the local address into {@code endpoint}; leaves its port. */
  public abstract void local(Endpoint endpoint);
}
