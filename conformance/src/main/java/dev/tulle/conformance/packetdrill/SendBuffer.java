// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.tcp.TcpInfo;
import dev.tulle.tcp.TcpSocket;

/**
 * How much a socket with SO_SNDBUF takes, as Linux counts: in pieces as large as the network card
 * may be given, or half of the largest window that the peer has offered. A piece is begun while
 * there is room, and then filled; a call that waits goes on when a third of all is free.
 */
final class SendBuffer {
  /** What a network card takes at once, headers apart. */
  private static final int LARGEST_PIECE = 65_215;

  /** What Linux needs for itself beside the octets of a piece. */
  private static final int PIECE_OVERHEAD = 1024;

  private final SocketOptions options;
  private final TcpInfo info = new TcpInfo();
  private int maxWindow;

  /** What still fits into the last piece, until that is sent. */
  private int tail;

  private int piece;

  SendBuffer(SocketOptions options) {
    this.options = options;
  }

  private boolean limited() {
    return options.value("SO_SNDBUF") > 0;
  }

  private void look(TcpSocket socket) {
    socket.info(info);
    maxWindow = Math.max(maxWindow, info.sndWindow);
    int most = Math.min(LARGEST_PIECE, maxWindow / 2);
    piece = Math.max(1, most / info.sndMss) * info.sndMss;
    if (info.unsent == 0) {
      tail = 0;
    }
  }

  private long used(long octets) {
    return octets + PIECE_OVERHEAD * ((octets + piece - 1) / piece);
  }

  /** Octets that may be written now. */
  int room(TcpSocket socket) {
    if (!limited()) {
      return Integer.MAX_VALUE;
    }
    look(socket);
    int room = tail;
    while (used(socket.unacknowledged() + room) < bytes()) {
      room += piece;
    }
    return room;
  }

  /** So many were written. */
  void wrote(int octets) {
    if (limited()) {
      int beyond = octets - tail;
      tail = beyond <= 0 ? -beyond : (piece - beyond % piece) % piece;
    }
  }

  /** Whether so much is free that whoever waits may go on. */
  boolean writable(TcpSocket socket) {
    if (!limited()) {
      return true;
    }
    look(socket);
    long used = used(socket.unacknowledged());
    return bytes() - used >= used / 2;
  }

  private long bytes() {
    return OptionRules.told("SO_SNDBUF", options.value("SO_SNDBUF"));
  }
}
