// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.buffer.ByteRing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/** A pipe in memory, whose ends the selectors of a stack know. */
final class MemoryPipe extends Pipe {
  /** As Linux's pipes: pipe(7). */
  private static final int BYTES = 64 * 1024;

  private final Engine engine;
  private final ByteRing ring = new ByteRing(BYTES);
  private final Source source;
  private final Sink sink;

  MemoryPipe(TulleProvider provider) throws IOException {
    engine = provider.engine();
    source = new Source(provider);
    sink = new Sink(provider);
    engine.remember(source);
    engine.remember(sink);
  }

  @Override
  public SourceChannel source() {
    return source;
  }

  @Override
  public SinkChannel sink() {
    return sink;
  }

  private void changed() {
    source.watch.fire();
    sink.watch.fire();
  }

  private static void ensureOpen(boolean open) throws ClosedChannelException {
    if (!open) {
      throw new ClosedChannelException();
    }
  }

  private final class Source extends SourceChannel implements Pollable {
    private final Watch watch = new Watch();
    private final ReentrantLock reading = new ReentrantLock();

    Source(TulleProvider provider) {
      super(provider);
    }

    @Override
    public Watch watch() {
      return watch;
    }

    @Override
    public int ready() {
      return isOpen() && (ring.length() > 0 || !sink.isOpen()) ? SelectionKey.OP_READ : 0;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
      return (int) read(new ByteBuffer[] {Objects.requireNonNull(to)}, 0, 1);
    }

    @Override
    public long read(ByteBuffer[] to) throws IOException {
      return read(to, 0, to.length);
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, to.length);
      reading.lock();
      try {
        ensureOpen(isOpen());
        boolean blocking = isBlocking();
        long n = 0;
        try {
          if (blocking) {
            begin();
          }
          n = take(to, offset, length, blocking);
        } finally {
          if (blocking) {
            end(n != 0 || isOpen());
          } else if (n == 0 && !isOpen()) {
            throw new AsynchronousCloseException();
          }
        }
        return n;
      } finally {
        reading.unlock();
      }
    }

    private long take(ByteBuffer[] to, int at, int count, boolean blocking) {
      engine.lock.lock();
      try {
        long room = Octets.room(to, at, count);
        while (blocking && room > 0 && ring.length() == 0 && isOpen() && sink.isOpen()) {
          watch.await(engine, Engine.NEVER);
        }
        if (!isOpen() || room == 0) {
          return 0;
        }
        if (ring.length() == 0) {
          return sink.isOpen() ? 0 : -1;
        }
        long sum = 0;
        for (int i = at; i < at + count; i++) {
          int piece = Math.min(ring.length(), to[i].remaining());
          ring.copy(0, engine.scratch, 0, piece);
          to[i].put(engine.scratch, 0, piece);
          ring.consume(piece);
          sum += piece;
        }
        changed();
        return sum;
      } finally {
        engine.lock.unlock();
      }
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
      // Each call looks at the mode when it begins.
    }

    @Override
    protected void implCloseSelectableChannel() {
      closed(this);
    }
  }

  private void closed(AutoCloseable end) {
    engine.forget(end);
    engine.lock.lock();
    try {
      changed();
    } finally {
      engine.lock.unlock();
    }
  }

  private final class Sink extends SinkChannel implements Pollable {
    private final Watch watch = new Watch();
    private final ReentrantLock writing = new ReentrantLock();

    Sink(TulleProvider provider) {
      super(provider);
    }

    @Override
    public Watch watch() {
      return watch;
    }

    @Override
    public int ready() {
      return isOpen() && (ring.free() > 0 || !source.isOpen()) ? SelectionKey.OP_WRITE : 0;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      return (int) write(new ByteBuffer[] {Objects.requireNonNull(from)}, 0, 1);
    }

    @Override
    public long write(ByteBuffer[] from) throws IOException {
      return write(from, 0, from.length);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, from.length);
      writing.lock();
      try {
        ensureOpen(isOpen());
        boolean blocking = isBlocking();
        long n = 0;
        try {
          if (blocking) {
            begin();
          }
          n = put(from, offset, length, blocking);
        } finally {
          if (blocking) {
            end(n != 0 || isOpen());
          } else if (n == 0 && !isOpen()) {
            throw new AsynchronousCloseException();
          }
        }
        return n;
      } finally {
        writing.unlock();
      }
    }

    private long put(ByteBuffer[] from, int at, int count, boolean blocking) throws IOException {
      engine.lock.lock();
      try {
        long sum = 0;
        for (int i = at; i < at + count && isOpen(); ) {
          if (!source.isOpen()) {
            throw new IOException("Broken pipe");
          }
          if (!from[i].hasRemaining()) {
            i++;
            continue;
          }
          int piece = Math.min(ring.free(), from[i].remaining());
          if (piece > 0) {
            from[i].get(engine.scratch, 0, piece);
            ring.append(engine.scratch, 0, piece);
            sum += piece;
            changed();
          } else if (blocking) {
            watch.await(engine, Engine.NEVER);
          } else {
            break;
          }
        }
        return sum;
      } finally {
        engine.lock.unlock();
      }
    }

    @Override
    protected void implConfigureBlocking(boolean block) {
      // Each call looks at the mode when it begins.
    }

    @Override
    protected void implCloseSelectableChannel() {
      closed(this);
    }
  }
}
