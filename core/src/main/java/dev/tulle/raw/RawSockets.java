// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.raw;

import dev.tulle.buffer.Packet;
import dev.tulle.ip.Ipv4Path;
import dev.tulle.ip.Path;
import dev.tulle.ip.RawInput;
import dev.tulle.ip.Transport;
import dev.tulle.stack.Counters;

/**
 * Raw sockets: each hears the packets of one protocol number, in either family, beside the
 * transport that may be there for it.
 *
 * <p>The number of sockets is fixed at assembly.
 */
public final class RawSockets implements RawInput {
  final Counters counters;

  /** Where packets go that bring their IPv4 header along. */
  final Ipv4Path whole;

  private final RawSocket[] sockets;

  /**
   * @param paths as many as there shall be sockets
   * @param whole a path over IPv4 besides
   * @param receiveBytes what a socket holds for its reader: packets, and where each came from
   */
  public RawSockets(Path[] paths, Ipv4Path whole, Counters counters, int receiveBytes) {
    this.counters = counters;
    this.whole = whole;
    sockets = new RawSocket[paths.length];
    for (int i = 0; i < paths.length; i++) {
      sockets[i] = new RawSocket(this, paths[i], receiveBytes);
    }
  }

  /**
   * Opens a socket.
   *
   * @param protocol 1 to 255; several sockets may have the same
   * @return null where no socket is left
   */
  public RawSocket bind(int protocol) {
    for (int i = 0; i < sockets.length; i++) {
      if (sockets[i].protocol == 0) {
        sockets[i].begin(protocol);
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
  public RawSocket at(int index) {
    return sockets[index].protocol == 0 ? null : sockets[index];
  }

  /**
   * The transports of a host and behind them the sockets, so that these hear what ICMP says about
   * packets of protocols that have no transport.
   */
  public Transport[] behind(Transport... transports) {
    Transport[] all = new Transport[transports.length + sockets.length];
    System.arraycopy(transports, 0, all, 0, transports.length);
    System.arraycopy(sockets, 0, all, transports.length, sockets.length);
    return all;
  }

  /** An error is about a packet of a protocol: those who may have sent it are told. */
  void failed(Packet packet, int protocol, int kind) {
    for (int i = 0; i < sockets.length; i++) {
      if (sockets[i].protocol == protocol) {
        sockets[i].failed(packet, kind);
      }
    }
  }

  @Override
  public boolean arrived(Packet packet, int protocol) {
    boolean heard = false;
    for (int i = 0; i < sockets.length; i++) {
      if (sockets[i].protocol == protocol) {
        heard = true;
        int reason = sockets[i].arrive(packet);
        if (reason >= 0) {
          counters.add(reason);
        }
      }
    }
    return heard;
  }
}
