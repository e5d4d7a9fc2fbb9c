// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.Ipv4;

/** A path over IPv4: both addresses, and the interface and neighbour that packets go to first. */
public final class Ipv4Path extends Path {
  /**
   * What routers tell is believed down to this, Linux's min_pmtu: whoever forges messages gains no
   * more than that. Where a link really carries less, time-outs find it out (tcp.SegmentSize). RFC
   * 1191 3 (MUST NOT) asks for 68 at least.
   */
  private static final int LEAST_MTU = 552;

  private final Ipv4Layer ipv4;
  int local;
  int remote;
  int nextHop;
  Interface via;

  Ipv4Path(Ipv4Layer ipv4) {
    this.ipv4 = ipv4;
  }

  @Override
  public int open(Endpoint to) {
    return point(to.address, 0);
  }

  @Override
  public void answer(Packet packet) {
    // What came to a broadcast address is answered from the interface's own.
    point(packet.source, packet.group ? 0 : packet.destination);
  }

  private int point(int address, int from) {
    remote = address;
    mtuGeneration = 0;
    nextHop = address;
    via = null;
    if (ipv4.group(address)) {
      Interface subnet = ipv4.routes.onLink(address);
      via = subnet == null ? ipv4.routes.first() : subnet;
    } else if (Ipv4.unicast(address)) {
      nextHop = ipv4.routes.nextHop(address, from);
      via = ipv4.routes.onLink(nextHop);
    }
    if (via == null || via.address == address) {
      via = null;
      return Status.UNREACHABLE;
    }
    local = from == 0 ? via.address : from;
    return Status.OK;
  }

  @Override
  public void copy(Path other) {
    Ipv4Path path = (Ipv4Path) other;
    local = path.local;
    remote = path.remote;
    mtuGeneration = 0;
    nextHop = path.nextHop;
    via = path.via;
  }

  @Override
  public boolean group() {
    return ipv4.group(remote);
  }

  @Override
  public boolean matches(Packet packet) {
    return packet.source == remote && packet.destination == local;
  }

  @Override
  public boolean same(Path other) {
    Ipv4Path path = (Ipv4Path) other;
    return local == path.local && remote == path.remote;
  }

  @Override
  public void addTo(KeyedHash hash) {
    add(hash, local, remote);
  }

  @Override
  public void addTo(KeyedHash hash, Packet packet) {
    add(hash, packet.destination, packet.source);
  }

  private static void add(KeyedHash hash, int local, int remote) {
    hash.add((long) local << 32 | remote & 0xFFFFFFFFL);
  }

  @Override
  public void addRemoteTo(KeyedHash hash) {
    hash.add(remote);
  }

  @Override
  public int payloadBytes() {
    int link = linkPayloadBytes();
    PathMtu known = ipv4.pathMtu;
    return known == null ? link : Math.min(link, known.of(this) - Ipv4.HEADER);
  }

  @Override
  public int mostBytes() {
    return ipv4.fragmenter == null ? payloadBytes() : 0xFFFF - Ipv4.HEADER;
  }

  @Override
  public Packet take(int payload) {
    return ipv4.fragmenter == null || payload <= payloadBytes()
        ? ipv4.pool.take()
        : ipv4.fragmenter.take();
  }

  @Override
  public int linkPayloadBytes() {
    return via == null ? 0 : via.mtu() - Ipv4.HEADER;
  }

  @Override
  public boolean tooBig(int mtu, int payload, long nowNs) {
    PathMtu known = ipv4.pathMtu;
    return known != null && known.lower(this, mtu, payload + Ipv4.HEADER, LEAST_MTU, nowNs);
  }

  @Override
  public int pseudoHeaderSum(int protocol, int length) {
    return Ipv4.pseudoHeaderSum(local, remote, protocol, length);
  }

  @Override
  public void output(Packet packet, int protocol, long nowNs) {
    ipv4.output(packet, protocol, this, nowNs);
  }

  /** Sends a packet with a header of its own, which it completes; consumes it. */
  public void outputWhole(Packet packet, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    packet.network = at;
    if (Ipv4.source(b, at) == 0) {
      Bytes.put32(b, at + 12, local);
    }
    Bytes.put16(b, at + 2, packet.length());
    Bytes.put16(b, at + 10, 0);
    Bytes.put16(b, at + 10, Checksum.of(b, at, Ipv4.headerLength(b, at)));
    via.output(packet, nextHop, nowNs);
  }

  @Override
  public int addressBytes() {
    return 4;
  }

  @Override
  public void keepSource(Packet packet, byte[] to, int at) {
    Bytes.put32(to, at, packet.source);
  }

  @Override
  public void keepTarget(Packet packet, byte[] to, int at) {
    Bytes.put32(to, at, packet.destination);
  }

  @Override
  public void keepReporter(Packet packet, byte[] to, int at) {
    Bytes.put32(to, at, Ipv4.source(packet.bytes, packet.network));
  }

  @Override
  public int timeToLive(Packet packet) {
    return Ipv4.timeToLive(packet.bytes, packet.network);
  }

  @Override
  public boolean checksumOptional() {
    return true;
  }

  @Override
  public boolean broadcast() {
    return !Ipv4.multicast(remote) && ipv4.group(remote);
  }

  @Override
  public void source(byte[] kept, int at, int port, Endpoint endpoint) {
    endpoint.set(Bytes.i32(kept, at), port);
  }

  @Override
  public void remote(Endpoint endpoint) {
    endpoint.set(remote, endpoint.port);
  }

  @Override
  public void local(Endpoint endpoint) {
    endpoint.set(local, endpoint.port);
  }
}
