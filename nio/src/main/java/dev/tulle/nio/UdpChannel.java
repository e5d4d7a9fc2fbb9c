// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Status;
import dev.tulle.udp.UdpSocket;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** A UDP socket of a stack as a channel. */
final class UdpChannel extends DatagramChannel implements Pollable {
  private final Engine engine;
  private final Ports ports;
  private final Watch watch = new Watch();
  private final ReentrantLock reading = new ReentrantLock();

  // Under the engine's lock.
  private final Endpoint end = new Endpoint();
  private UdpSocket socket;
  private InetSocketAddress local;
  private InetSocketAddress remote;

  /** What it was bound to before it was connected. */
  private InetAddress bound;

  private final DatagramOptions options = new DatagramOptions();
  private ChannelDatagramSocket adaptor;

  UdpChannel(TulleProvider provider) throws IOException {
    super(provider);
    engine = provider.engine();
    ports = provider.ports();
    engine.remember(this);
  }

  @Override
  public Watch watch() {
    return watch;
  }

  @Override
  public int ready() {
    if (!isOpen()) {
      return 0;
    }
    boolean readable = socket != null && socket.readable();
    return readable ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_WRITE;
  }

  private void ensureOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public UdpChannel bind(SocketAddress address) throws IOException {
    engine.lock.lock();
    try {
      ensureOpen();
      if (local != null) {
        throw new AlreadyBoundException();
      }
      InetSocketAddress wanted = ports.ours(address);
      socket = ports.datagrams(wanted.getPort());
      bound = wanted.getAddress();
      local = new InetSocketAddress(wanted.getAddress(), socket.port());
      options.apply(socket);
      engine.poll(this);
    } finally {
      engine.lock.unlock();
    }
    return this;
  }

  @Override
  public UdpChannel connect(SocketAddress address) throws IOException {
    InetSocketAddress to = Addresses.check(address);
    engine.lock.lock();
    try {
      ensureOpen();
      if (remote != null) {
        throw new AlreadyConnectedException();
      }
      if (local == null) {
        bind(null);
      }
      int status = socket.connect(Addresses.endpoint(to));
      if (status < 0) {
        throw Failures.transfer(status);
      }
      remote = to;
      if (to.getAddress() instanceof Inet4Address && local.getAddress().isAnyLocalAddress()) {
        end.set(engine.host.port.address, local.getPort());
        local = Addresses.of(end); // as Linux: who talks to one peer has the address for that
      }
    } finally {
      engine.lock.unlock();
    }
    return this;
  }

  @Override
  public UdpChannel disconnect() {
    engine.lock.lock();
    try {
      if (remote != null && isOpen()) {
        socket.disconnect();
        remote = null;
        local = new InetSocketAddress(bound, local.getPort());
      }
    } finally {
      engine.lock.unlock();
    }
    return this;
  }

  @Override
  public boolean isConnected() {
    return remote() != null;
  }

  @Override
  public SocketAddress receive(ByteBuffer to) throws IOException {
    if (to.isReadOnly()) {
      throw new IllegalArgumentException("Read-only buffer");
    }
    return receive(to, Engine.NEVER, isBlocking());
  }

  /** Receives, waiting until the deadline where it may; null where nothing came. */
  SocketAddress receive(ByteBuffer to, long deadlineNs, boolean blocking) throws IOException {
    InetSocketAddress[] from = new InetSocketAddress[1];
    take(new ByteBuffer[] {to}, 0, 1, from, deadlineNs, blocking);
    return from[0];
  }

  /** Takes a datagram; octets, or -1 where none came. */
  private long take(
      ByteBuffer[] to,
      int at,
      int count,
      InetSocketAddress[] from,
      long deadlineNs,
      boolean blocking)
      throws IOException {
    reading.lock();
    try {
      ensureOpen();
      long n = -1;
      try {
        if (blocking) {
          begin();
        }
        n = await(to, at, count, from, deadlineNs, blocking);
      } finally {
        if (blocking) {
          end(n >= 0);
        } else if (n < 0 && !isOpen()) {
          throw new AsynchronousCloseException();
        }
      }
      return n;
    } finally {
      reading.unlock();
    }
  }

  private long await(
      ByteBuffer[] to,
      int at,
      int count,
      InetSocketAddress[] from,
      long deadlineNs,
      boolean blocking)
      throws IOException {
    engine.lock.lock();
    try {
      if (local == null && isOpen()) {
        bind(null);
      }
      while (socket != null) {
        int n = socket.receive(engine.scratch, 0, engine.scratch.length, end);
        if (n >= 0) {
          from[0] = Addresses.of(end);
          return spread(n, to, at, count);
        }
        if (n != Status.WOULD_BLOCK) {
          if (remote != null) {
            throw Failures.transfer(n);
          }
          continue; // as Linux: errors are told to connected sockets alone
        }
        if (!blocking) {
          return -1;
        }
        if (!engine.before(deadlineNs)) {
          throw new SocketTimeoutException("Receive timed out");
        }
        watch.await(engine, deadlineNs);
      }
      return -1;
    } finally {
      engine.lock.unlock();
    }
  }

  /** Copies what fits into the buffers; the rest is lost, as datagrams have it. */
  private long spread(int length, ByteBuffer[] to, int at, int count) {
    int done = 0;
    for (int i = at; i < at + count && done < length; i++) {
      int piece = Math.min(length - done, to[i].remaining());
      to[i].put(engine.scratch, done, piece);
      done += piece;
    }
    return done;
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    return (int) read(new ByteBuffer[] {to}, 0, 1);
  }

  @Override
  public long read(ByteBuffer[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    ensureConnected();
    return Math.max(
        0, take(to, offset, length, new InetSocketAddress[1], Engine.NEVER, isBlocking()));
  }

  private void ensureConnected() throws ClosedChannelException {
    ensureOpen();
    if (!isConnected()) {
      throw new NotYetConnectedException();
    }
  }

  @Override
  public int send(ByteBuffer from, SocketAddress address) throws IOException {
    InetSocketAddress to = Addresses.check(address);
    engine.lock.lock();
    try {
      ensureOpen();
      if (remote != null && !remote.equals(to)) {
        throw new AlreadyConnectedException();
      }
      if (to.getPort() == 0) {
        throw new java.net.SocketException("Invalid argument: port 0");
      }
      if (local == null) {
        bind(null);
      }
      return (int) put(new ByteBuffer[] {from}, 0, 1, remote != null ? null : to);
    } finally {
      engine.lock.unlock();
    }
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    return (int) write(new ByteBuffer[] {from}, 0, 1);
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, from.length);
    engine.lock.lock();
    try {
      ensureConnected();
      return put(from, offset, length, null);
    } finally {
      engine.lock.unlock();
    }
  }

  /** Sends one datagram made of all buffers; never waits, since the stack keeps none back. */
  private long put(ByteBuffer[] from, int at, int count, InetSocketAddress to) throws IOException {
    long total = Octets.remaining(from, at, count);
    if (total > engine.scratch.length) {
      throw Failures.transfer(Status.TOO_LARGE);
    }
    int length = 0;
    for (int i = at; i < at + count; i++) {
      int piece = from[i].remaining();
      from[i].get(from[i].position(), engine.scratch, length, piece);
      length += piece;
    }
    if (to != null) {
      end.set(Addresses.endpoint(to));
    }
    int status = socket.send(engine.scratch, 0, length, to == null ? null : end, engine.nowNs());
    if (status < 0 && to != null && status != Status.TOO_LARGE && status != Status.UNREACHABLE) {
      // What an earlier datagram met is told first, once; it is connected sockets' to hear.
      status = socket.send(engine.scratch, 0, length, end, engine.nowNs());
    }
    engine.used();
    if (status == Status.BAD_STATE) {
      throw new java.net.SocketException("Permission denied (SO_BROADCAST is not set)");
    }
    if (status < 0 && status != Status.NO_RESOURCES) {
      throw Failures.transfer(status);
    }
    for (int i = at; i < at + count; i++) {
      from[i].position(from[i].limit());
    }
    return length; // without room for it, the datagram is lost as on the way
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

  InetSocketAddress remote() {
    engine.lock.lock();
    try {
      return remote;
    } finally {
      engine.lock.unlock();
    }
  }

  InetSocketAddress local() {
    engine.lock.lock();
    try {
      return local;
    } finally {
      engine.lock.unlock();
    }
  }

  /** The time in so many milliseconds, 0 for never: a deadline of the engine's. */
  long deadline(int ms) {
    return ms == 0 ? Engine.NEVER : engine.deadline(ms * 1_000_000L);
  }

  @Override
  public DatagramSocket socket() {
    engine.lock.lock();
    try {
      if (adaptor == null) {
        adaptor = new ChannelDatagramSocket(this);
      }
      return adaptor;
    } finally {
      engine.lock.unlock();
    }
  }

  @Override
  public <T> UdpChannel setOption(SocketOption<T> name, T value) throws IOException {
    TcpOptions.check(DatagramOptions.SUPPORTED, name, value);
    engine.lock.lock();
    try {
      ensureOpen();
      options.set(name, value);
      options.apply(socket);
    } finally {
      engine.lock.unlock();
    }
    return this;
  }

  @Override
  @SuppressWarnings("unchecked") // the value is of the option's type
  public <T> T getOption(SocketOption<T> name) throws IOException {
    TcpOptions.check(DatagramOptions.SUPPORTED, name, 0);
    engine.lock.lock();
    try {
      ensureOpen();
      return (T) options.get(name);
    } finally {
      engine.lock.unlock();
    }
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return DatagramOptions.SUPPORTED;
  }

  /** Groups are the interface's of a stack, which is none of this machine's interfaces. */
  @Override
  public MembershipKey join(InetAddress group, NetworkInterface through) {
    throw new UnsupportedOperationException("Tulle's channels join no groups yet");
  }

  @Override
  public MembershipKey join(InetAddress group, NetworkInterface through, InetAddress source) {
    return join(group, through);
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
      if (socket != null) {
        socket.close();
        socket = null;
        engine.pollNoMore(this);
      }
      watch.fire();
    } finally {
      engine.lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "Tulle's datagram channel " + local();
  }
}
