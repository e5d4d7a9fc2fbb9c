// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.raw;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.wire.Ethernet;

/**
 * A link that hands copies of the frames that it receives to packet sockets, and sends theirs.
 *
 * <p>The stack above receives each frame as well. What the stack itself sends is not heard. Whoever
 * wants packet sockets puts this between the link and the profile.
 */
public final class PacketSockets implements Link {
  private final Link link;
  private final PacketSocket[] sockets;

  /** What sockets send is put together here. */
  final Packet outgoing;

  /**
   * @param receiveBytes what a socket holds for its reader: frames, and two octets for each
   */
  public PacketSockets(Link link, int sockets, int receiveBytes) {
    this.link = link;
    this.sockets = new PacketSocket[sockets];
    for (int i = 0; i < sockets; i++) {
      this.sockets[i] = new PacketSocket(this, receiveBytes);
    }
    outgoing = new Packet(link.frameBytes());
  }

  /**
   * Opens a socket.
   *
   * @param etherType of frames to hear; {@link PacketSocket#ALL} for every frame
   * @return null where no socket is left
   */
  public PacketSocket bind(int etherType) {
    for (int i = 0; i < sockets.length; i++) {
      if (sockets[i].etherType == PacketSocket.CLOSED) {
        sockets[i].etherType = etherType;
        return sockets[i];
      }
    }
    return null;
  }

  @Override
  public int frameBytes() {
    return link.frameBytes();
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    int received = link.receive(packet, nowNs);
    if (received >= Ethernet.HEADER) {
      int type = Ethernet.type(packet.bytes, packet.head);
      for (int i = 0; i < sockets.length; i++) {
        sockets[i].arrive(packet, type);
      }
    }
    return received;
  }

  @Override
  public int send(Packet packet, long nowNs) {
    return link.send(packet, nowNs);
  }

  @Override
  public long deadlineNs() {
    return link.deadlineNs();
  }
}
