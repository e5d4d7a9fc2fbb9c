// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.Ipv6;

/**
 * A path that may lead to this host itself, by way of its {@link Loopback}.
 *
 * <p>To an address of the host it has that address at both ends, as with Linux; to one of
 * 127.0.0.0/8 it is 127.0.0.1 that sends.
 */
public final class LocalPath extends DualPath {
  private static final int LOCALHOST = 0x7F000001;

  private boolean here;

  /** A path that points nowhere yet, of a layer with a {@link Loopback}. */
  public LocalPath(Ipv6Layer ipv6) {
    super(ipv6);
  }

  @Override
  public int open(Endpoint to) {
    here = ipv6.loopback.leadsHere(to);
    if (!here) {
      return super.open(to);
    }
    begin(!to.six());
    if (overFour) {
      remoteLow = to.address;
      localLow = to.address >>> 24 == 127 ? LOCALHOST : to.address;
    } else {
      remoteHigh = to.high;
      remoteLow = to.low;
      localHigh = to.high;
      localLow = to.low;
    }
    return Status.OK;
  }

  @Override
  public void answer(Packet packet) {
    here = ipv6.loopback.delivering();
    if (!here) {
      super.answer(packet);
      return;
    }
    begin(four(packet));
    if (overFour) {
      remoteLow = packet.source;
      localLow = packet.destination;
    } else {
      byte[] b = packet.bytes;
      int at = packet.network;
      remoteHigh = Bytes.i64(b, at + Ipv6.SOURCE);
      remoteLow = Bytes.i64(b, at + Ipv6.SOURCE + 8);
      localHigh = Bytes.i64(b, at + Ipv6.DESTINATION);
      localLow = Bytes.i64(b, at + Ipv6.DESTINATION + 8);
    }
  }

  /** Points to no link. */
  private void begin(boolean four) {
    overFour = four;
    out = null;
    via = null;
    localHigh = 0;
    mtuGeneration = 0;
  }

  @Override
  public void copy(Path other) {
    super.copy(other);
    here = ((LocalPath) other).here;
  }

  @Override
  public int payloadBytes() {
    return here ? linkPayloadBytes() : super.payloadBytes();
  }

  @Override
  public int linkPayloadBytes() {
    return here ? ipv6.loopback.mtu() - header() : super.linkPayloadBytes();
  }

  private int header() {
    return overFour ? Ipv4.HEADER : Ipv6.HEADER;
  }

  @Override
  public int mostBytes() {
    return here ? 0xFFFF - header() : super.mostBytes();
  }

  @Override
  public Packet take(int payload) {
    // A long one is not cut: it goes round in its own packet.
    return here && payload > payloadBytes() ? ipv6.fragmenter.take() : super.take(payload);
  }

  @Override
  public void output(Packet packet, int protocol, long nowNs) {
    if (!here) {
      super.output(packet, protocol, nowNs);
      return;
    }
    byte[] b = packet.bytes;
    int at = packet.head - header();
    int length = packet.length();
    serve(packet);
    if (overFour) {
      int total = length + Ipv4.HEADER;
      int source = (int) localLow;
      int target = (int) remoteLow;
      Ipv4.put(b, at, packet.trafficClass, total, packet.hopLimit, protocol, source, target);
    } else {
      Ipv6.put(b, at, packet.trafficClass, length, protocol, packet.hopLimit);
      Ipv6.putSource(b, at, localHigh, localLow);
      Ipv6.putDestination(b, at, remoteHigh, remoteLow);
    }
    packet.head = at;
    ipv6.loopback.send(packet);
  }
}
