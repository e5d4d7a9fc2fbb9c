// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.tcp.TcpInfo;
import dev.tulle.tcp.TcpSocket;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What was written behind MSG_EOR: a segment ends there, so the rest waits until all before it has
 * been sent. As in Linux, a stream has no records besides.
 */
final class Records {
  /** Octets that wait, and whether a record ends behind them. */
  private record Piece(int octets, boolean end) {}

  private final Deque<Piece> waiting = new ArrayDeque<>();
  private final TcpInfo info = new TcpInfo();
  private boolean ended;

  /** Whether what is written now has to wait. */
  boolean hold(TcpSocket socket) {
    ended &= unsent(socket) > 0;
    return ended || !waiting.isEmpty();
  }

  void add(int octets, boolean end) {
    waiting.add(new Piece(octets, end));
  }

  /** A record ends behind what was written last. */
  void end() {
    ended = true;
  }

  int octets() {
    return waiting.stream().mapToInt(Piece::octets).sum();
  }

  /**
   * Writes what may go now.
   *
   * @param all whether ends of records do not count any more: the stream ends
   * @return whether there was something
   */
  boolean release(TcpSocket socket, byte[] buffer, boolean all) {
    boolean some = false;
    while (!waiting.isEmpty() && (all || !ended || unsent(socket) == 0)) {
      Piece piece = waiting.poll();
      int taken = Math.max(0, socket.write(buffer, 0, piece.octets));
      if (taken < piece.octets) {
        waiting.push(new Piece(piece.octets - taken, piece.end));
        return some || taken > 0;
      }
      some = true;
      ended = piece.end;
    }
    return some;
  }

  private int unsent(TcpSocket socket) {
    socket.info(info);
    return info.unsent;
  }
}
