// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.udp;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.ip.EphemeralPorts;
import dev.tulle.ip.IcmpError;
import dev.tulle.ip.Path;
import dev.tulle.ip.Transport;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.UdpHeader;

/**
 * UDP: checks datagrams and finds the socket for each.
 *
 * <p>The number of sockets is fixed at assembly. Source: RFC 768, RFC 1122 4.1.
 */
public final class Udp implements Transport, EphemeralPorts.Taken {
  final PacketPool pool;
  final Counters counters;

  private final EphemeralPorts ports;
  private final UdpSocket[] sockets;

  /**
   * @param paths of the network layer, as many as there shall be sockets
   * @param receiveBytes what a socket holds for its reader: data, and where each datagram came from
   */
  public Udp(
      Path[] paths, PacketPool pool, Counters counters, EphemeralPorts ports, int receiveBytes) {
    this.pool = pool;
    this.counters = counters;
    this.ports = ports;
    sockets = new UdpSocket[paths.length];
    for (int i = 0; i < paths.length; i++) {
      sockets[i] = new UdpSocket(this, paths[i], receiveBytes);
    }
  }

  /** Adds options to the sockets, one to each; once, at assembly. */
  public void attach(UdpOptions[] options) {
    for (int i = 0; i < sockets.length; i++) {
      sockets[i].attach(options[i]);
    }
  }

  /**
   * Opens a socket.
   *
   * @param port to receive on, or 0 for one that nobody can guess
   * @return null where the port is taken or no socket is left
   */
  public UdpSocket bind(int port) {
    int chosen = port == 0 ? ports.choose(null, 0, this) : port;
    if (chosen < 0 || chosen > 0xFFFF || taken(chosen, null, 0)) {
      return null;
    }
    for (int i = 0; i < sockets.length; i++) {
      if (sockets[i].port == 0) {
        sockets[i].port = chosen;
        return sockets[i];
      }
    }
    return null;
  }

  /** How many sockets there are, open or not. */
  public int size() {
    return sockets.length;
  }

  /** The socket at a place, from 0 up; null where none is open there. */
  public UdpSocket at(int index) {
    return sockets[index].port == 0 ? null : sockets[index];
  }

  @Override
  public boolean taken(int port, Path path, int remotePort) {
    return find(port) != null;
  }

  private UdpSocket find(int port) {
    for (int i = 0; i < sockets.length; i++) {
      if (sockets[i].port == port && port != 0) {
        return sockets[i];
      }
    }
    return null;
  }

  /** A datagram that is ready to go out over a path; null, counted, where no packet is left. */
  Packet datagram(Path path, byte[] from, int at, int length, int port, int remotePort) {
    int total = UdpHeader.HEADER + length;
    Packet packet = path.take(total);
    if (packet == null) {
      counters.add(Counter.POOL_EMPTY);
      return null;
    }
    int head = packet.head;
    packet.end = head + total;
    System.arraycopy(from, at, packet.bytes, head + UdpHeader.HEADER, length);
    int sum = path.pseudoHeaderSum(Ipv4.PROTOCOL_UDP, total);
    UdpHeader.put(packet.bytes, head, port, remotePort, total, sum);
    return packet;
  }

  @Override
  public int protocol() {
    return Ipv4.PROTOCOL_UDP;
  }

  @Override
  public boolean input(Packet packet, int sum, long nowNs) {
    int reason = arrive(packet, sum);
    if (reason >= 0) {
      counters.add(reason);
    }
    return reason != Counter.UDP_NO_PORT;
  }

  /** Checks a datagram and trims the packet to it; answers why it must be dropped, or -1. */
  static int check(Packet packet, int sum) {
    byte[] b = packet.bytes;
    int at = packet.head;
    int available = packet.length();
    if (available < UdpHeader.HEADER) {
      return Counter.UDP_SHORT;
    }
    int length = UdpHeader.length(b, at);
    if (length < UdpHeader.HEADER || length > available) {
      return Counter.UDP_BADLEN;
    }
    packet.end = at + length; // what follows is not the datagram's
    if (UdpHeader.checksum(b, at) != 0
        && Checksum.finish(sum - available + length + Bytes.sum(b, at, length)) != 0) {
      return Counter.UDP_BADSUM; // RFC 1122 4.1.3.4
    }
    return UdpHeader.destinationPort(b, at) == 0 ? Counter.UDP_BADPORT : -1;
  }

  /** Processes a datagram; answers the counter of why it was dropped, or -1. */
  private int arrive(Packet packet, int sum) {
    int reason = check(packet, sum);
    if (reason >= 0) {
      return reason;
    }
    byte[] b = packet.bytes;
    int at = packet.head;
    int port = UdpHeader.destinationPort(b, at);
    UdpSocket socket = find(port);
    if (socket == null || !socket.accepts(packet, UdpHeader.sourcePort(b, at))) {
      return Counter.UDP_NO_PORT;
    }
    return socket.arrive(packet);
  }

  @Override
  public void error(Packet packet, int kind, int mtu, long nowNs) {
    // RFC 1122 4.1.3.3: the quoted source port is ours.
    UdpSocket socket = find(UdpHeader.sourcePort(packet.bytes, packet.head));
    if (socket != null) {
      if (socket.options != null) {
        socket.options.failed(packet, kind, mtu);
      }
      socket.failed(packet, UdpHeader.destinationPort(packet.bytes, packet.head), kind);
    }
  }

  @Override
  public void tooBig(Packet packet, int mtu, long nowNs) {
    UdpSocket socket = find(UdpHeader.sourcePort(packet.bytes, packet.head));
    if (socket != null) {
      if (socket.options != null) {
        socket.options.failed(packet, IcmpError.TOO_BIG, mtu);
      }
      socket.tooBig(packet, mtu, nowNs);
    }
  }
}
