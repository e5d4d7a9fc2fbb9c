// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.tcp.TcpSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP connection of a stack as a channel: who may call what when, and who waits.
 *
 * <p>Locks are taken in the order reading, writing, engine; the first two are held by whoever is in
 * such a call, also while he waits, so that two threads' octets do not mix. Closing takes the
 * engine's alone, and wakes them.
 */
final class TcpChannel extends SocketChannel implements Pollable {
  private final Engine engine;
  private final TcpEnd end;
  private final ReentrantLock reading = new ReentrantLock();
  private final ReentrantLock writing = new ReentrantLock();
  private ChannelSocket adaptor;

  /** Of a socket that the program made itself. */
  private boolean plain;

  TcpChannel(TulleProvider provider, boolean four) throws IOException {
    super(provider);
    engine = provider.engine();
    end = new TcpEnd(this, engine, provider.ports(), four);
    engine.remember(this);
  }

  /** A connection that was accepted; under the lock. */
  TcpChannel(TulleProvider provider, TcpSocket socket) throws IOException {
    this(provider, false);
    end.accepted(socket);
  }

  Engine engine() {
    return engine;
  }

  /** Is from now on what a socket stands on that the program made itself. */
  void plain() {
    plain = true;
  }

  boolean isPlain() {
    return plain;
  }

  /** Whether an interrupt closes it: sockets are left alone by those of platform threads. */
  private boolean guarded() {
    return !plain || Thread.currentThread().isVirtual();
  }

  @Override
  public Watch watch() {
    return end.watch;
  }

  @Override
  public int ready() {
    return end.ready();
  }

  // Opening.

  @Override
  public TcpChannel bind(SocketAddress address) throws IOException {
    reading.lock();
    writing.lock();
    engine.lock.lock();
    try {
      ensureOpen();
      end.bind(address);
    } finally {
      engine.lock.unlock();
      writing.unlock();
      reading.unlock();
    }
    return this;
  }

  @Override
  public boolean connect(SocketAddress address) throws IOException {
    return connect(address, Engine.NEVER, isBlocking());
  }

  /** Connects; where that fails, or the deadline passes, the channel is closed as the JDK's is. */
  boolean connect(SocketAddress address, long deadlineNs, boolean blocking) throws IOException {
    reading.lock();
    writing.lock();
    try {
      ensureOpen();
      if (!blocking) {
        opening(address);
        return false;
      }
      boolean done = false;
      boolean guarded = guarded();
      try {
        if (guarded) {
          begin();
        }
        opening(address);
        done = awaitOpen(deadlineNs);
      } finally {
        over(guarded, done || isOpen());
      }
      return true;
    } catch (IOException e) {
      if (engine.locked(end::begun)) {
        close();
      }
      throw e;
    } finally {
      writing.unlock();
      reading.unlock();
    }
  }

  private void opening(SocketAddress to) throws IOException {
    engine.lock.lock();
    try {
      ensureOpen();
      end.open(to);
    } finally {
      engine.lock.unlock();
    }
  }

  private boolean awaitOpen(long deadlineNs) throws IOException {
    engine.lock.lock();
    try {
      return end.awaitOpen(deadlineNs);
    } finally {
      engine.lock.unlock();
    }
  }

  @Override
  public boolean finishConnect() throws IOException {
    reading.lock();
    writing.lock();
    try {
      ensureOpen();
      if (isConnected()) {
        return true;
      }
      if (!isConnectionPending()) {
        throw new NoConnectionPendingException();
      }
      boolean blocking = isBlocking();
      boolean done = false;
      try {
        if (blocking) {
          begin();
        }
        done = blocking ? awaitOpen(Engine.NEVER) : opened();
      } finally {
        if (blocking) {
          end(done);
        }
      }
      return done;
    } catch (IOException e) {
      close();
      throw e;
    } finally {
      writing.unlock();
      reading.unlock();
    }
  }

  private boolean opened() throws IOException {
    engine.lock.lock();
    try {
      return end.opened();
    } finally {
      engine.lock.unlock();
    }
  }

  @Override
  public boolean isConnected() {
    return engine.locked(end::connected);
  }

  @Override
  public boolean isConnectionPending() {
    return engine.locked(end::pending);
  }

  // Reading and writing.

  @Override
  public int read(ByteBuffer to) throws IOException {
    return (int) read(new ByteBuffer[] {Objects.requireNonNull(to)}, 0, 1);
  }

  @Override
  public long read(ByteBuffer[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    return read(to, offset, length, Engine.NEVER, isBlocking());
  }

  /**
   * Reads, waiting until the deadline where it may.
   *
   * @throws SocketTimeoutException where it has passed
   */
  long read(ByteBuffer[] to, int at, int count, long deadlineNs, boolean blocking)
      throws IOException {
    reading.lock();
    try {
      ensureConnected();
      long n = 0;
      boolean guarded = blocking && guarded();
      try {
        if (guarded) {
          begin();
        }
        engine.lock.lock();
        try {
          n = end.take(to, at, count, deadlineNs, blocking);
        } finally {
          engine.lock.unlock();
        }
      } finally {
        over(guarded, n != 0 || isOpen());
      }
      return n;
    } finally {
      reading.unlock();
    }
  }

  /** Ends what may have been interrupted. */
  private void over(boolean guarded, boolean done) throws AsynchronousCloseException {
    if (guarded) {
      end(done);
    } else if (!done) {
      throw new AsynchronousCloseException();
    }
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    return (int) write(new ByteBuffer[] {Objects.requireNonNull(from)}, 0, 1);
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, from.length);
    return write(from, offset, length, isBlocking());
  }

  long write(ByteBuffer[] from, int at, int count, boolean blocking) throws IOException {
    writing.lock();
    try {
      ensureConnected();
      if (outputShut()) {
        throw new ClosedChannelException();
      }
      long n = 0;
      boolean shut = false;
      boolean guarded = blocking && guarded();
      try {
        if (guarded) {
          begin();
        }
        engine.lock.lock();
        try {
          n = end.put(from, at, count, blocking);
          shut = end.outputShut;
        } finally {
          engine.lock.unlock();
        }
      } finally {
        over(guarded, n > 0 || isOpen());
      }
      if (n == 0 && shut) {
        throw new AsynchronousCloseException(); // shut while it waited
      }
      return n;
    } finally {
      writing.unlock();
    }
  }

  @Override
  public TcpChannel shutdownInput() throws IOException {
    return shut(true);
  }

  @Override
  public TcpChannel shutdownOutput() throws IOException {
    return shut(false);
  }

  private TcpChannel shut(boolean input) throws IOException {
    engine.lock.lock();
    try {
      ensureConnected();
      end.shut(input);
    } finally {
      engine.lock.unlock();
    }
    return this;
  }

  // What there is to know.

  private void ensureOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  private void ensureConnected() throws ClosedChannelException {
    ensureOpen();
    if (!isConnected()) {
      throw new NotYetConnectedException();
    }
    if (engine.locked(() -> end.socket == null)) {
      throw new ClosedChannelException();
    }
  }

  boolean inputShut() {
    return engine.locked(() -> end.inputShut);
  }

  boolean outputShut() {
    return engine.locked(() -> end.outputShut);
  }

  /** Octets that can be read at once. */
  int available() {
    return engine.locked(() -> end.socket == null ? 0 : end.socket.readable());
  }

  @Override
  public SocketAddress getRemoteAddress() throws IOException {
    ensureOpen();
    return remote();
  }

  @Override
  public SocketAddress getLocalAddress() throws IOException {
    ensureOpen();
    return local();
  }

  /** The address, also of a closed channel. */
  InetSocketAddress remote() {
    return engine.locked(end::remote);
  }

  InetSocketAddress local() {
    return engine.locked(() -> end.local);
  }

  @Override
  public Socket socket() {
    engine.lock.lock();
    try {
      if (adaptor == null) {
        adaptor = ChannelSocket.of(this);
      }
      return adaptor;
    } finally {
      engine.lock.unlock();
    }
  }

  @Override
  public <T> TcpChannel setOption(SocketOption<T> name, T value) throws IOException {
    TcpOptions.check(TcpOptions.SUPPORTED, name, value);
    engine.lock.lock();
    try {
      ensureOpen();
      end.options().set(name, value, end.socket);
      engine.used();
    } finally {
      engine.lock.unlock();
    }
    return this;
  }

  @Override
  @SuppressWarnings("unchecked") // the value is of the option's type
  public <T> T getOption(SocketOption<T> name) throws IOException {
    TcpOptions.check(TcpOptions.SUPPORTED, name);
    engine.lock.lock();
    try {
      ensureOpen();
      return (T) end.options().get(name, end.socket);
    } finally {
      engine.lock.unlock();
    }
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return TcpOptions.SUPPORTED;
  }

  // Closing.

  @Override
  protected void implConfigureBlocking(boolean block) {
    // Each call looks at the mode when it begins.
  }

  @Override
  protected void implCloseSelectableChannel() {
    engine.forget(this);
    engine.lock.lock();
    try {
      end.close();
    } finally {
      engine.lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "Tulle's TCP channel " + local() + " to " + remote();
  }
}
