// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Status;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** A listening port of a stack as a channel. */
final class TcpServerChannel extends ServerSocketChannel implements Pollable {
  private static final Set<SocketOption<?>> SUPPORTED =
      Set.of(StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.SO_REUSEADDR);

  private final boolean four;

  /** As the JDK's. */
  private static final int BACKLOG = 50;

  private final TulleProvider provider;
  private final Engine engine;
  private final Watch watch = new Watch();
  private final ReentrantLock accepting = new ReentrantLock();

  // Under the engine's lock.
  private final TcpOptions options;
  private Listener listener;
  private InetSocketAddress local;
  private ChannelServerSocket adaptor;

  /** Of a socket that the program made itself. */
  private boolean plain;

  /**
   * @param four whether it is bound to addresses of IPv4 alone
   */
  TcpServerChannel(TulleProvider provider, boolean four) throws IOException {
    super(provider);
    this.four = four;
    this.provider = provider;
    engine = provider.engine();
    options = new TcpOptions(provider.ports().bufferBytes());
    options.set(StandardSocketOptions.SO_REUSEADDR, true, null); // connections keep no port
    engine.remember(this);
  }

  Engine engine() {
    return engine;
  }

  /** As {@link TcpChannel#plain}. */
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
    return watch;
  }

  @Override
  public int ready() {
    return listener != null && listener.waiting() ? SelectionKey.OP_ACCEPT : 0;
  }

  @Override
  public TcpServerChannel bind(SocketAddress address, int backlog) throws IOException {
    engine.lock.lock();
    try {
      ensureOpen();
      if (local != null) {
        throw new AlreadyBoundException();
      }
      InetSocketAddress wanted = provider.ports().ours(address, four);
      listener = provider.ports().listen(wanted.getPort(), backlog < 1 ? BACKLOG : backlog);
      receiveBuffer();
      local = new InetSocketAddress(wanted.getAddress(), listener.port());
      engine.poll(this);
    } finally {
      engine.lock.unlock();
    }
    return this;
  }

  /** Listens on all ports that no other channel listens on. */
  TcpServerChannel bindRest(int backlog) throws IOException {
    engine.lock.lock();
    try {
      listener = Listener.toRest(engine.host.tcp, backlog);
      if (listener == null) {
        throw new BindException("Address already in use");
      }
      local = Addresses.any(0);
      engine.poll(this);
    } finally {
      engine.lock.unlock();
    }
    return this;
  }

  private void ensureOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public SocketChannel accept() throws IOException {
    return accept(Engine.NEVER, isBlocking());
  }

  /** Accepts, waiting until the deadline where it may. */
  TcpChannel accept(long deadlineNs, boolean blocking) throws IOException {
    accepting.lock();
    try {
      ensureOpen();
      TcpChannel channel = null;
      boolean done = false;
      boolean guarded = blocking && guarded();
      try {
        if (guarded) {
          begin();
        }
        channel = take(deadlineNs, blocking);
        done = channel != null;
      } finally {
        if (guarded) {
          end(done);
        } else if (blocking && !done && !isOpen()) {
          throw new AsynchronousCloseException();
        }
      }
      return channel;
    } finally {
      accepting.unlock();
    }
  }

  private TcpChannel take(long deadlineNs, boolean blocking) throws IOException {
    engine.lock.lock();
    try {
      if (local == null) {
        throw new NotYetBoundException();
      }
      while (listener != null) {
        TcpSocket socket = listener.accept();
        if (socket != null && socket.status() != Status.OK && socket.readable() == 0) {
          socket.close(); // reset before anybody came for it
          continue;
        }
        if (socket != null && !wanted(socket)) {
          socket.abort();
          socket.close();
          engine.used();
          continue;
        }
        if (socket != null) {
          return new TcpChannel(provider, socket);
        }
        if (!blocking) {
          return null;
        }
        if (engine.down()) {
          throw new SocketException("Network is down");
        }
        if (!engine.before(deadlineNs)) {
          throw new SocketTimeoutException("Accept timed out");
        }
        watch.await(engine, deadlineNs);
      }
      return null;
    } finally {
      engine.lock.unlock();
    }
  }

  /** Whether a connection is to the address that this is bound to: the stack listens on all. */
  private boolean wanted(TcpSocket socket) {
    Endpoint end = new Endpoint();
    socket.local(end);
    InetAddress to = local.getAddress();
    return to.isAnyLocalAddress() || to.equals(Addresses.address(end));
  }

  @Override
  public SocketAddress getLocalAddress() throws IOException {
    ensureOpen();
    return local();
  }

  /** The address, also of a closed channel. */
  InetSocketAddress local() {
    return engine.locked(() -> local);
  }

  @Override
  public ServerSocket socket() {
    engine.lock.lock();
    try {
      if (adaptor == null) {
        adaptor = new ChannelServerSocket(this);
      }
      return adaptor;
    } finally {
      engine.lock.unlock();
    }
  }

  @Override
  public <T> TcpServerChannel setOption(SocketOption<T> name, T value) throws IOException {
    TcpOptions.check(SUPPORTED, name, value);
    engine.lock.lock();
    try {
      ensureOpen();
      options.set(name, value, null);
      if (listener != null) {
        receiveBuffer();
      }
    } finally {
      engine.lock.unlock();
    }
    return this;
  }

  /** The window of connections to come, where somebody has chosen it. */
  private void receiveBuffer() {
    int bytes = (Integer) options.get(StandardSocketOptions.SO_RCVBUF, null);
    if (bytes != provider.ports().bufferBytes()) {
      listener.receiveBuffer(bytes);
    }
  }

  @Override
  @SuppressWarnings("unchecked") // the value is of the option's type
  public <T> T getOption(SocketOption<T> name) throws IOException {
    TcpOptions.check(SUPPORTED, name);
    ensureOpen();
    engine.lock.lock();
    try {
      return (T) options.get(name, null);
    } finally {
      engine.lock.unlock();
    }
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return SUPPORTED;
  }

  @Override
  protected void implConfigureBlocking(boolean block) {
    // Each call looks at the mode when it begins.
  }

  @Override
  protected void implCloseSelectableChannel() {
    engine.forget(this);
    engine.lock.lock();
    try {
      if (listener != null) {
        listener.close();
        provider.ports().release(listener.port());
        listener = null;
        engine.pollNoMore(this);
      }
      watch.fire();
      engine.used();
    } finally {
      engine.lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "Tulle's listening channel " + local();
  }
}
