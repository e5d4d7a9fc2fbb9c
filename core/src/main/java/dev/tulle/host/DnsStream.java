// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Status;
import dev.tulle.tcp.Tcp;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dns;

/**
 * A question over TCP, for an answer that no datagram holds: one at a time, with one buffer.
 *
 * <p>Each message has its length in front. Source: RFC 7766.
 */
final class DnsStream {
  static final int LENGTH = 2;

  /** A message, behind its length. */
  final byte[] buffer;

  private final Tcp tcp;
  private TcpSocket socket;
  private int filled;

  /**
   * @param most octets of an answer that can be read
   */
  DnsStream(Tcp tcp, int most) {
    this.tcp = tcp;
    buffer = new byte[LENGTH + most];
  }

  /** Whether a question can be asked. */
  boolean free() {
    return socket == null;
  }

  /** Asks what is in the buffer behind the room for the length; whether that works out. */
  boolean open(Endpoint server, int octets) {
    socket = tcp.connect(server);
    if (socket == null) {
      return false;
    }
    filled = 0;
    Bytes.put16(buffer, 0, octets);
    // RFC 7766 8 (SHOULD): length and message together.
    if (socket.write(buffer, 0, LENGTH + octets) == LENGTH + octets) {
      return true;
    }
    close();
    return false;
  }

  /** Octets of the answer, moved to the buffer's start; {@code WOULD_BLOCK}; or why none comes. */
  int poll() {
    while (true) {
      int wanted = LENGTH;
      if (filled >= LENGTH) {
        int length = Bytes.u16(buffer, 0);
        if (length < Dns.HEADER || length > buffer.length - LENGTH) {
          return Status.TOO_LARGE;
        }
        wanted += length;
        if (filled == wanted) {
          System.arraycopy(buffer, LENGTH, buffer, 0, length);
          return length;
        }
      }
      int n = socket.read(buffer, filled, wanted - filled);
      if (n <= 0) {
        return n == 0 ? Status.CLOSED : n;
      }
      filled += n;
    }
  }

  void close() {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
