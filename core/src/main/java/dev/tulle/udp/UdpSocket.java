// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.udp;

import dev.tulle.buffer.ByteRing;
import dev.tulle.buffer.Packet;
import dev.tulle.ip.Endpoint;
import dev.tulle.ip.IcmpError;
import dev.tulle.ip.Path;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.UdpHeader;

/**
 * A UDP socket: datagrams that have arrived wait in a ring, those to send go out at once.
 *
 * <p>{@link Udp#bind} opens one. Sizes are octets of data; errors are negative {@link Status} ints.
 */
public final class UdpSocket {
  /** Where the source address is in what the ring holds before each datagram: port and length. */
  private static final int ADDRESS = 4;

  /** The local port; 0 where the socket is closed. */
  int port;

  private final Udp udp;
  private final Path path;
  private final ByteRing ring;

  /** What waits in the ring besides a datagram's data, so that an empty one costs too. */
  private byte[] header;

  /** What can be set besides; null in profiles that have no options. */
  public UdpOptions options;

  /** The port that the path leads to; with {@link #connected}, the only one to hear. */
  private int remotePort;

  private boolean connected;

  /** What an ICMP error said, until it is told; 0 where there is nothing to tell. */
  private int error;

  UdpSocket(Udp udp, Path path, int receiveBytes) {
    this.udp = udp;
    this.path = path;
    ring = new ByteRing(receiveBytes);
    header = new byte[ADDRESS + path.addressBytes()];
  }

  /** Adds options; once, at assembly. */
  void attach(UdpOptions options) {
    this.options = options;
    header = new byte[header.length + options.begin(path)];
  }

  /** The local port. */
  public int port() {
    return port;
  }

  /** Whether {@link #receive} has a datagram or an error. */
  public boolean readable() {
    return ring.length() > 0 || error != 0;
  }

  /** Sends to this endpoint when no other is given, and hears nobody else. */
  public int connect(Endpoint to) {
    int status = path.open(to);
    if (status == Status.OK) {
      remotePort = to.port;
      connected = true;
      ring.clear();
      error = 0;
    }
    return status;
  }

  /** Hears everybody again, and sends where it is told. */
  public void disconnect() {
    connected = false;
  }

  /** Whether it hears one endpoint alone. */
  public boolean connected() {
    return connected;
  }

  /** Octets that wait in it, what belongs to each datagram besides included. */
  public int waitingBytes() {
    return ring.length();
  }

  /** The address that it sends from and the endpoint that it is connected to, if it is. */
  public void ends(Endpoint local, Endpoint remote) {
    path.local(local);
    local.port = port;
    path.remote(remote);
    remote.port = remotePort;
  }

  /** As {@link #receive}, but leaves the datagram where it is. */
  public int peek(byte[] to, int at, int room, Endpoint from) {
    return read(to, at, room, from, false);
  }

  /**
   * Takes the oldest datagram; what does not fit is lost.
   *
   * @param from is filled in; may be null
   * @return octets of data, {@code WOULD_BLOCK}, or what an ICMP error said about a datagram sent
   */
  public int receive(byte[] to, int at, int room, Endpoint from) {
    return read(to, at, room, from, true);
  }

  private int read(byte[] to, int at, int room, Endpoint from, boolean take) {
    if (error != 0) {
      return takeError();
    }
    if (ring.length() == 0) {
      return port == 0 ? Status.CLOSED : Status.WOULD_BLOCK;
    }
    ring.copy(0, header, 0, header.length);
    int length = Bytes.u16(header, 2);
    int taken = Math.min(length, room);
    ring.copy(header.length, to, at, taken);
    if (take) {
      ring.consume(header.length + length);
    }
    if (options != null) {
      options.reads(header, ADDRESS + path.addressBytes(), port);
    }
    if (from != null) {
      path.source(header, ADDRESS, Bytes.u16(header, 0), from);
    }
    return taken;
  }

  /**
   * Sends a datagram.
   *
   * @param to may be null on a connected socket
   * @return 0 or a negative {@code Status}: {@code TOO_LARGE} where it does not fit one packet
   */
  public int send(byte[] from, int at, int length, Endpoint to, long nowNs) {
    if (port == 0 || to == null && !connected) {
      return Status.BAD_STATE;
    }
    if (error != 0) {
      return takeError();
    }
    if (to != null && !connected) {
      int status = path.open(to);
      if (status < 0) {
        return status;
      }
      remotePort = to.port;
    }
    int total = UdpHeader.HEADER + length;
    if (total > path.mostBytes()) {
      return Status.TOO_LARGE;
    }
    if (options != null) {
      int status = options.permits(total);
      if (status < 0) {
        return status;
      }
    }
    Packet packet = udp.datagram(path, from, at, length, port, remotePort);
    if (packet == null) {
      return Status.NO_RESOURCES;
    }
    if (options != null) {
      options.leaves(packet);
    }
    path.output(packet, Ipv4.PROTOCOL_UDP, nowNs);
    return Status.OK;
  }

  /** Gives the socket back; what waits in it is lost. */
  public void close() {
    port = 0;
    connected = false;
    error = 0;
    ring.clear();
    if (options != null) {
      options.reset();
    }
  }

  /** Whether a datagram from its source may come in here. */
  boolean accepts(Packet packet, int sourcePort) {
    return (!connected || sourcePort == remotePort && path.matches(packet))
        && (options == null || options.hears(packet));
  }

  /** Stores a datagram; answers the counter of why it was dropped, or -1. */
  int arrive(Packet packet) {
    int from = packet.head + UdpHeader.HEADER;
    int length = packet.end - from;
    if (ring.free() < header.length + length) {
      return Counter.UDP_RCVBUF_FULL;
    }
    if (options != null) {
      int taken = header.length + length;
      int reason =
          options.arrives(packet, ring.length(), taken, header, ADDRESS + path.addressBytes());
      if (reason >= 0) {
        return reason;
      }
    }
    Bytes.put16(header, 0, UdpHeader.sourcePort(packet.bytes, packet.head));
    Bytes.put16(header, 2, length);
    path.keepSource(packet, header, ADDRESS);
    ring.append(header, 0, header.length);
    ring.append(packet.bytes, from, length);
    return -1;
  }

  /** Takes notice that a datagram of this socket did not arrive. */
  void failed(Packet packet, int toPort, int kind) {
    if (toPort == remotePort && path.matches(packet)) {
      error =
          kind == IcmpError.PORT_UNREACHABLE
              ? Status.REFUSED
              : kind == IcmpError.TOO_BIG ? Status.TOO_LARGE : Status.UNREACHABLE;
    }
  }

  /**
   * Takes notice that a datagram of this socket was too big for a link on the way: what is sent
   * there from now on is refused with {@code TOO_LARGE} at once.
   */
  void tooBig(Packet packet, int mtu, long nowNs) {
    byte[] b = packet.bytes;
    if (UdpHeader.destinationPort(b, packet.head) == remotePort
        && path.matches(packet)
        && path.tooBig(mtu, UdpHeader.length(b, packet.head), nowNs)) {
      error = Status.TOO_LARGE;
    }
  }

  private int takeError() {
    int taken = error;
    error = 0;
    return taken;
  }
}
