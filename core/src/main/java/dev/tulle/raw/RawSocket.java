// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.raw;

import dev.tulle.buffer.ByteRing;
import dev.tulle.buffer.Packet;
import dev.tulle.ip.Endpoint;
import dev.tulle.ip.IcmpError;
import dev.tulle.ip.Path;
import dev.tulle.ip.Transport;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.Ipv6;

/**
 * A raw socket: packets of one protocol that have arrived wait in a ring, those to send go out at
 * once.
 *
 * <p>{@link RawSockets#bind} opens one. As in other systems, a packet of IPv4 is read with its IP
 * header and one of IPv6 without any (RFC 3542 3). Errors are negative {@link Status} ints. What
 * ICMP says of packets to the last destination is told by {@link #receive} and {@link #send}, once;
 * where the protocol has a transport, to that alone.
 */
public final class RawSocket implements Transport {
  /** Where the source address is in what the ring holds before each packet: length and hops. */
  private static final int ADDRESS = 3;

  private static final int NO_CHECKSUM = -1;

  /** 0 where the socket is closed. */
  int protocol;

  /** Time to live or hop limit of packets sent, 1 to 255; 0 leaves it to the stack. */
  public int timeToLive;

  /** Their type of service or traffic class. */
  public int trafficClass;

  /**
   * Over IPv6, where in the payload a checksum with the pseudo-header is, which is written and
   * checked: RFC 3542 3.1. Negative for none; ICMPv6's is at 2 from the start.
   */
  public int checksumAt;

  /** Of the packet that was read last: its time to live or hop limit. */
  public int arrivedTimeToLive;

  /** What the last ICMP error was that was told: an {@code IcmpError}; and who had sent it. */
  public int error;

  public final Endpoint reporter = new Endpoint();

  /** Whether it is still to be told. */
  private boolean failed;

  /** Octets of payload that were sent last, so that nobody says that less was too big. */
  private int sentBytes;

  private final RawSockets owner;
  private final Path path;
  private final ByteRing ring;
  private final byte[] header;
  private final Endpoint target = new Endpoint();

  RawSocket(RawSockets owner, Path path, int receiveBytes) {
    this.owner = owner;
    this.path = path;
    ring = new ByteRing(receiveBytes);
    header = new byte[ADDRESS + path.addressBytes()];
  }

  void begin(int number) {
    protocol = number;
    timeToLive = 0;
    trafficClass = 0;
    checksumAt = number == Ipv6.ICMP ? 2 : NO_CHECKSUM; // RFC 3542 3.1
  }

  /** Whether {@link #receive} has a packet or an error. */
  public boolean readable() {
    return ring.length() > 0 || failed;
  }

  /** The protocol number that it hears; 0 where it is closed. */
  @Override
  public int protocol() {
    return protocol;
  }

  /** Octets that wait in it, what belongs to each packet besides included. */
  public int waitingBytes() {
    return ring.length();
  }

  /**
   * Takes the oldest packet; what does not fit is lost.
   *
   * @param from is filled in, its port 0; may be null
   * @return octets, {@code WOULD_BLOCK}, or what an ICMP error said: see {@link #error}
   */
  public int receive(byte[] to, int at, int room, Endpoint from) {
    if (failed) {
      return takeError();
    }
    if (ring.length() == 0) {
      return protocol == 0 ? Status.CLOSED : Status.WOULD_BLOCK;
    }
    ring.copy(0, header, 0, header.length);
    int length = Bytes.u16(header, 0);
    arrivedTimeToLive = Bytes.u8(header, 2);
    int taken = Math.min(length, room);
    ring.copy(header.length, to, at, taken);
    ring.consume(header.length + length);
    if (from != null) {
      path.source(header, ADDRESS, 0, from);
    }
    return taken;
  }

  /**
   * Sends a packet with this payload, in fragments where it must be.
   *
   * @return 0 or a negative {@code Status}: {@code INVALID} where the checksum would be outside
   */
  public int send(byte[] from, int at, int length, Endpoint to, long nowNs) {
    if (protocol == 0) {
      return Status.BAD_STATE;
    }
    if (failed) {
      return takeError();
    }
    int status = path.open(to);
    if (status < 0) {
      return status;
    }
    boolean summed = to.six() && checksumAt >= 0;
    if (summed && checksumAt > length - 2) {
      return Status.INVALID;
    }
    Packet packet = length > path.mostBytes() ? null : path.take(length);
    if (packet == null) {
      return noPacket(length > path.mostBytes());
    }
    byte[] b = packet.bytes;
    int head = packet.head;
    packet.end = head + length;
    System.arraycopy(from, at, b, head, length);
    if (summed) {
      Bytes.put16(b, head + checksumAt, 0);
      int sum = path.pseudoHeaderSum(protocol, length) + Bytes.sum(b, head, length);
      Bytes.put16(b, head + checksumAt, Checksum.finish(sum));
    }
    sentBytes = length;
    packet.trafficClass = trafficClass;
    packet.hopLimit = timeToLive > 0 ? timeToLive : packet.hopLimit;
    path.output(packet, protocol, nowNs);
    return Status.OK;
  }

  /**
   * Sends an IPv4 packet that has its header already, never in fragments. Its total length and
   * checksum are written here, its source where that is 0.
   *
   * @return 0 or a negative {@code Status}: {@code INVALID} where the header is none
   */
  public int sendWhole(byte[] from, int at, int length, long nowNs) {
    if (protocol == 0) {
      return Status.BAD_STATE;
    }
    if (length < Ipv4.HEADER
        || Ipv4.version(from, at) != 4
        || Ipv4.headerLength(from, at) < Ipv4.HEADER
        || Ipv4.headerLength(from, at) > length) {
      return Status.INVALID;
    }
    target.set(Ipv4.destination(from, at), 0);
    int status = owner.whole.open(target);
    if (status < 0) {
      return status;
    }
    boolean fits = length - Ipv4.HEADER <= owner.whole.payloadBytes();
    Packet packet = fits ? owner.whole.take(0) : null;
    if (packet == null) {
      return noPacket(!fits);
    }
    packet.end = packet.head + length;
    System.arraycopy(from, at, packet.bytes, packet.head, length);
    owner.whole.outputWhole(packet, nowNs);
    return Status.OK;
  }

  private int noPacket(boolean tooLarge) {
    if (tooLarge) {
      return Status.TOO_LARGE;
    }
    owner.counters.add(Counter.POOL_EMPTY);
    return Status.NO_RESOURCES;
  }

  /** Gives the socket back; what waits in it is lost. */
  public void close() {
    protocol = 0;
    failed = false;
    ring.clear();
  }

  private int takeError() {
    failed = false;
    return error == IcmpError.TOO_BIG
        ? Status.TOO_LARGE
        : error == IcmpError.PORT_UNREACHABLE ? Status.REFUSED : Status.UNREACHABLE;
  }

  @Override
  public boolean input(Packet packet, int sum, long nowNs) {
    return true; // it was heard as what is raw
  }

  @Override
  public void error(Packet packet, int kind, int mtu, long nowNs) {
    owner.failed(packet, protocol, kind);
  }

  @Override
  public void tooBig(Packet packet, int mtu, long nowNs) {
    if (path.matches(packet) && path.tooBig(mtu, sentBytes, nowNs)) {
      owner.failed(packet, protocol, IcmpError.TOO_BIG);
    }
  }

  /** Takes notice that a packet may not have arrived. */
  void failed(Packet packet, int kind) {
    if (path.matches(packet)) {
      failed = true;
      error = kind;
      path.keepReporter(packet, header, ADDRESS);
      path.source(header, ADDRESS, 0, reporter);
    }
  }

  /** Stores a packet; answers the counter of why it was dropped, or -1. */
  int arrive(Packet packet) {
    byte[] b = packet.bytes;
    boolean six = Ipv6.version(b, packet.network) == 6;
    int at = six ? packet.head : packet.network;
    int length = packet.end - at;
    if (six && checksumAt >= 0) {
      int sum = Ipv6.pseudoHeaderSum(b, packet.network, protocol, length);
      if (checksumAt > length - 2 || Checksum.finish(sum + Bytes.sum(b, at, length)) != 0) {
        return Counter.RAW_BADSUM;
      }
    }
    if (length > 0xFFFF || ring.free() < header.length + length) {
      return Counter.RAW_FULL;
    }
    Bytes.put16(header, 0, length);
    Bytes.put8(header, 2, path.timeToLive(packet));
    path.keepSource(packet, header, ADDRESS);
    ring.append(header, 0, header.length);
    ring.append(b, at, length);
    return -1;
  }
}
