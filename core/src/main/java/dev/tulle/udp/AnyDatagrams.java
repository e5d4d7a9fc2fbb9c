// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.udp;

import dev.tulle.buffer.ByteRing;
import dev.tulle.buffer.Packet;
import dev.tulle.ip.Endpoint;
import dev.tulle.ip.Path;
import dev.tulle.ip.Transport;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.Ipv6;
import dev.tulle.wire.UdpHeader;

/**
 * Datagrams for every address and port: they wait in a ring with where they came from and where
 * they were to go, and answers are sent in the name of any address.
 *
 * <p>There is nothing to keep for a flow, so there is no limit to flows: whoever reads here has
 * one. A full ring drops and counts as a socket's does.
 */
public final class AnyDatagrams implements Transport {
  /** Both ports and the length, then both addresses. */
  private static final int ADDRESSES = 6;

  private static final int LENGTH = 4;

  private final Path path;
  private final Udp udp;
  private final ByteRing ring;
  private final byte[] header;

  /** A header that asks for the answer: so a path comes to point from any address. */
  private final Packet question = new Packet(Ipv6.HEADER);

  /**
   * @param path for datagrams that go out
   * @param receiveBytes what the ring holds: data, and where each datagram came from and went
   */
  public AnyDatagrams(Path path, Udp udp, int receiveBytes) {
    this.path = path;
    this.udp = udp;
    ring = new ByteRing(receiveBytes);
    header = new byte[ADDRESSES + 2 * path.addressBytes()];
  }

  @Override
  public int protocol() {
    return Ipv4.PROTOCOL_UDP;
  }

  @Override
  public boolean input(Packet packet, int sum, long nowNs) {
    int reason = arrive(packet, sum);
    if (reason >= 0) {
      udp.counters.add(reason);
    }
    return true;
  }

  private int arrive(Packet packet, int sum) {
    int reason = Udp.check(packet, sum);
    if (reason >= 0) {
      return reason;
    }
    byte[] b = packet.bytes;
    int at = packet.head;
    int from = at + UdpHeader.HEADER;
    int length = packet.end - from;
    if (ring.free() < header.length + length) {
      return Counter.UDP_RCVBUF_FULL;
    }
    Bytes.put16(header, 0, UdpHeader.sourcePort(b, at));
    Bytes.put16(header, 2, UdpHeader.destinationPort(b, at));
    Bytes.put16(header, LENGTH, length);
    path.keepSource(packet, header, ADDRESSES);
    path.keepTarget(packet, header, ADDRESSES + path.addressBytes());
    ring.append(header, 0, header.length);
    ring.append(b, from, length);
    return -1;
  }

  /** Whether {@link #receive} has a datagram. */
  public boolean readable() {
    return ring.length() > 0;
  }

  /**
   * Takes the oldest datagram; what does not fit is lost.
   *
   * @param from is filled in, and so is {@code target}, where it was to go
   * @return octets of data, or {@code WOULD_BLOCK}
   */
  public int receive(byte[] to, int at, int room, Endpoint from, Endpoint target) {
    if (ring.length() == 0) {
      return Status.WOULD_BLOCK;
    }
    ring.copy(0, header, 0, header.length);
    int length = Bytes.u16(header, LENGTH);
    int taken = Math.min(length, room);
    ring.copy(header.length, to, at, taken);
    ring.consume(header.length + length);
    path.source(header, ADDRESSES, Bytes.u16(header, 0), from);
    path.source(header, ADDRESSES + path.addressBytes(), Bytes.u16(header, 2), target);
    return taken;
  }

  /**
   * Sends a datagram.
   *
   * @param from in whose name, of the same family as {@code to}
   * @return 0 or a negative {@code Status}: {@code TOO_LARGE} where it does not fit one packet
   */
  public int send(byte[] data, int at, int length, Endpoint from, Endpoint to, long nowNs) {
    if (from.six() != to.six()) {
      return Status.INVALID;
    }
    byte[] b = question.bytes;
    if (to.six()) {
      Bytes.put8(b, 0, 0x60);
      Ipv6.putSource(b, 0, to.high, to.low);
      Ipv6.putDestination(b, 0, from.high, from.low);
    } else {
      Bytes.put8(b, 0, 0x45);
      question.source = to.address;
      question.destination = from.address;
    }
    path.answer(question);
    if (UdpHeader.HEADER + length > path.mostBytes()) {
      return Status.TOO_LARGE;
    }
    Packet packet = udp.datagram(path, data, at, length, from.port, to.port);
    if (packet == null) {
      return Status.NO_RESOURCES;
    }
    path.output(packet, Ipv4.PROTOCOL_UDP, nowNs);
    return Status.OK;
  }

  @Override
  public void error(Packet packet, int kind, int mtu, long nowNs) {
    // Errors are for addresses of ours, and these datagrams had none.
  }

  @Override
  public void tooBig(Packet packet, int mtu, long nowNs) {
    // As above.
  }
}
