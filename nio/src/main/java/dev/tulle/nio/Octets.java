// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpSocket;
import java.nio.ByteBuffer;

/** Octets between a socket of the stack and buffers on the heap or off it. */
final class Octets {
  private Octets() {}

  static long remaining(ByteBuffer[] buffers, int at, int count) {
    long sum = 0;
    for (int i = at; i < at + count; i++) {
      sum += buffers[i].remaining();
    }
    return sum;
  }

  /** As {@link #remaining}, of buffers to be filled. */
  static long room(ByteBuffer[] buffers, int at, int count) {
    for (int i = at; i < at + count; i++) {
      if (buffers[i].isReadOnly()) {
        throw new IllegalArgumentException("Read-only buffer");
      }
    }
    return remaining(buffers, at, count);
  }

  /** Fills buffers in their order; octets read, or a negative {@link Status} where none were. */
  static long read(TcpSocket from, ByteBuffer[] to, int at, int count, byte[] scratch) {
    long sum = 0;
    for (int i = at; i < at + count; i++) {
      ByteBuffer buffer = to[i];
      while (buffer.hasRemaining()) {
        int n;
        if (buffer.hasArray()) {
          int position = buffer.position();
          n = from.read(buffer.array(), buffer.arrayOffset() + position, buffer.remaining());
          buffer.position(position + Math.max(0, n));
        } else {
          n = from.read(scratch, 0, Math.min(scratch.length, buffer.remaining()));
          buffer.put(scratch, 0, Math.max(0, n));
        }
        if (n <= 0) {
          return sum > 0 ? sum : n;
        }
        sum += n;
      }
    }
    return sum;
  }

  /** Writes from buffers in their order; octets taken, or a negative {@link Status}. */
  static long write(TcpSocket to, ByteBuffer[] from, int at, int count, byte[] scratch) {
    long sum = 0;
    for (int i = at; i < at + count; i++) {
      ByteBuffer buffer = from[i];
      while (buffer.hasRemaining()) {
        int position = buffer.position();
        int n;
        if (buffer.hasArray()) {
          n = to.write(buffer.array(), buffer.arrayOffset() + position, buffer.remaining());
        } else {
          int piece = Math.min(scratch.length, buffer.remaining());
          buffer.get(position, scratch, 0, piece);
          n = to.write(scratch, 0, piece);
        }
        if (n <= 0) {
          return sum > 0 ? sum : n;
        }
        buffer.position(position + n);
        sum += n;
      }
    }
    return sum;
  }
}
