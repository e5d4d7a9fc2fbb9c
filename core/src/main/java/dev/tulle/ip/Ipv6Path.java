// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.nd.Address6;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Ipv6;

/**
 * A path over IPv6: both addresses, and the port, whose routers know for each packet which
 * neighbour it goes to first.
 *
 * <p>Packets carry their addresses: in what came in, and in what came back in an error, the header
 * at {@code packet.network} names our remote as its source.
 */
public class Ipv6Path extends Path {
  /** What a packet has that nobody has set: then the routers' word counts. */
  private static final int DEFAULT_HOPS = 64;

  final Ipv6Layer ipv6;
  long localHigh;
  long localLow;
  long remoteHigh;
  long remoteLow;

  /** Null where no port leads there. */
  Ipv6Port via;

  /** What the port's was when source and port were chosen. */
  private int generation;

  Ipv6Path(Ipv6Layer ipv6) {
    this.ipv6 = ipv6;
  }

  @Override
  public int open(Endpoint to) {
    boolean same = remoteHigh == to.high && remoteLow == to.low;
    if (same && via != null && via.generation == generation && to.scope == 0) {
      return Status.OK; // a socket that sends to one peer chooses once
    }
    Ipv6Port port = ipv6.port(to.scope, to.high, to.low);
    return point(port, to.high, to.low, false, 0, 0);
  }

  @Override
  public void answer(Packet packet) {
    byte[] b = packet.bytes;
    int at = packet.network;
    long high = Bytes.i64(b, at + Ipv6.DESTINATION);
    long low = Bytes.i64(b, at + Ipv6.DESTINATION + 8);
    boolean known = !Ipv6.multicast(high) && ipv6.answersAs(high, low);
    point(
        ipv6.from,
        Bytes.i64(b, at + Ipv6.SOURCE),
        Bytes.i64(b, at + Ipv6.SOURCE + 8),
        known,
        high,
        low);
  }

  /** Points to an address by way of a port, with a source of its own choice or a given one. */
  private int point(
      Ipv6Port port, long high, long low, boolean sourceKnown, long sourceHigh, long sourceLow) {
    remoteHigh = high;
    remoteLow = low;
    mtuGeneration = 0;
    via = null;
    if (port == null || Ipv6.neverOnWire(high, low) || port.addresses.find(high, low) != null) {
      return Status.UNREACHABLE;
    }
    localHigh = sourceHigh;
    localLow = sourceLow;
    if (!sourceKnown) {
      Address6 source = port.addresses.select(high, low);
      if (source == null) {
        return Status.UNREACHABLE;
      }
      localHigh = source.high;
      localLow = source.low;
    }
    if (!port.routers.route(high, low)) {
      return Status.UNREACHABLE;
    }
    generation = port.generation;
    via = port;
    return Status.OK;
  }

  @Override
  public void copy(Path other) {
    Ipv6Path path = (Ipv6Path) other;
    localHigh = path.localHigh;
    localLow = path.localLow;
    remoteHigh = path.remoteHigh;
    remoteLow = path.remoteLow;
    via = path.via;
    generation = path.generation;
    mtuGeneration = 0;
  }

  @Override
  public boolean group() {
    return Ipv6.multicast(remoteHigh);
  }

  @Override
  public boolean matches(Packet packet) {
    byte[] b = packet.bytes;
    int at = packet.network;
    return Bytes.i64(b, at + Ipv6.SOURCE + 8) == remoteLow
        && Bytes.i64(b, at + Ipv6.SOURCE) == remoteHigh
        && Bytes.i64(b, at + Ipv6.DESTINATION + 8) == localLow
        && Bytes.i64(b, at + Ipv6.DESTINATION) == localHigh;
  }

  @Override
  public boolean same(Path other) {
    Ipv6Path path = (Ipv6Path) other;
    return localLow == path.localLow
        && remoteLow == path.remoteLow
        && localHigh == path.localHigh
        && remoteHigh == path.remoteHigh;
  }

  @Override
  public void addTo(KeyedHash hash) {
    hash.add(localHigh).add(localLow).add(remoteHigh).add(remoteLow);
  }

  @Override
  public void addTo(KeyedHash hash, Packet packet) {
    byte[] b = packet.bytes;
    int at = packet.network;
    hash.add(Bytes.i64(b, at + Ipv6.DESTINATION)).add(Bytes.i64(b, at + Ipv6.DESTINATION + 8));
    hash.add(Bytes.i64(b, at + Ipv6.SOURCE)).add(Bytes.i64(b, at + Ipv6.SOURCE + 8));
  }

  @Override
  public void addRemoteTo(KeyedHash hash) {
    hash.add(remoteHigh).add(remoteLow);
  }

  @Override
  public int payloadBytes() {
    int link = linkPayloadBytes();
    PathMtu known = ipv6.pathMtu;
    return known == null ? link : Math.min(link, known.of(this) - Ipv6.HEADER);
  }

  @Override
  public int mostBytes() {
    return ipv6.fragmenter == null ? payloadBytes() : 0xFFFF;
  }

  @Override
  public Packet take(int payload) {
    return ipv6.fragmenter == null || payload <= payloadBytes()
        ? ipv6.pool.take()
        : ipv6.fragmenter.take();
  }

  @Override
  public int linkPayloadBytes() {
    return via == null ? 0 : via.mtu() - Ipv6.HEADER;
  }

  @Override
  public boolean tooBig(int mtu, int payload, long nowNs) {
    PathMtu known = ipv6.pathMtu;
    // RFC 8201 4 (MUST NOT): never below what every link carries.
    return known != null && known.lower(this, mtu, payload + Ipv6.HEADER, Ipv6.LEAST_MTU, nowNs);
  }

  @Override
  public int pseudoHeaderSum(int protocol, int length) {
    return Ipv6.sum(localHigh)
        + Ipv6.sum(localLow)
        + Ipv6.sum(remoteHigh)
        + Ipv6.sum(remoteLow)
        + protocol
        + length;
  }

  @Override
  public void output(Packet packet, int protocol, long nowNs) {
    Ipv6Port port = via;
    if (port == null || !port.routers.route(remoteHigh, remoteLow)) {
      ipv6.noRoute(packet);
      return;
    }
    byte[] b = packet.bytes;
    int at = packet.head - Ipv6.HEADER;
    serve(packet);
    int hops = packet.hopLimit == DEFAULT_HOPS ? port.hopLimit : packet.hopLimit;
    Ipv6.put(b, at, packet.trafficClass, packet.length(), protocol, hops);
    packet.head = at;
    packet.network = at;
    Ipv6.putSource(b, at, localHigh, localLow);
    Ipv6.putDestination(b, at, remoteHigh, remoteLow);
    if (ipv6.fragmenter == null || !ipv6.fragmenter.output(packet, this, nowNs)) {
      port.output(packet, port.routers.nextHigh, port.routers.nextLow, nowNs);
    }
  }

  @Override
  public void confirm(long nowNs) {
    Ipv6Port port = via;
    if (port != null && port.routers.route(remoteHigh, remoteLow)) {
      port.neighbours.confirmed(port.routers.nextHigh, port.routers.nextLow, nowNs);
    }
  }

  @Override
  public int addressBytes() {
    return 20;
  }

  @Override
  public void keepSource(Packet packet, byte[] to, int at) {
    keep(packet, packet.network + Ipv6.SOURCE, to, at);
  }

  @Override
  public void keepTarget(Packet packet, byte[] to, int at) {
    keep(packet, packet.network + Ipv6.DESTINATION, to, at);
  }

  @Override
  public void keepReporter(Packet packet, byte[] to, int at) {
    keep(packet, ipv6.reporter, to, at);
  }

  private void keep(Packet packet, int address, byte[] to, int at) {
    System.arraycopy(packet.bytes, address, to, at, 16);
    Bytes.put32(to, at + 16, ipv6.from.index);
  }

  @Override
  public int timeToLive(Packet packet) {
    return Ipv6.hopLimit(packet.bytes, packet.network);
  }

  @Override
  public boolean checksumOptional() {
    return false; // RFC 8200 8.1 (MUST)
  }

  @Override
  public boolean broadcast() {
    return false;
  }

  @Override
  public void source(byte[] kept, int at, int port, Endpoint endpoint) {
    put(endpoint, Bytes.i64(kept, at), Bytes.i64(kept, at + 8), port, Bytes.i32(kept, at + 16));
  }

  @Override
  public void remote(Endpoint endpoint) {
    put(endpoint, remoteHigh, remoteLow, endpoint.port, via == null ? 0 : via.index);
  }

  @Override
  public void local(Endpoint endpoint) {
    put(endpoint, localHigh, localLow, endpoint.port, via == null ? 0 : via.index);
  }

  private static void put(Endpoint endpoint, long high, long low, int port, int index) {
    endpoint.set(high, low, port);
    endpoint.scope = Ipv6.scope(high) == Ipv6.SCOPE_LINK ? index : 0;
  }
}
