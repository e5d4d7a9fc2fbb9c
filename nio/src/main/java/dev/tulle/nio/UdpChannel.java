// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** A UDP socket of a stack as a channel: who may call what when, and who waits. */
final class UdpChannel extends DatagramChannel implements Pollable {
  private final Engine engine;
  private final UdpEnd end;
  private final ReentrantLock reading = new ReentrantLock();
  private ChannelDatagramSocket adaptor;

  /** Of a socket that the program made itself. */
  private boolean plain;

  UdpChannel(TulleProvider provider, boolean four) throws IOException {
    super(provider);
    engine = provider.engine();
    end = new UdpEnd(this, engine, provider.ports(), four);
    engine.remember(this);
  }

  Engine engine() {
    return engine;
  }

  /** As {@link TcpChannel#plain}. */
  void plain() {
    plain = true;
  }

  /** Whether an interrupt closes it: sockets are left alone by those of platform threads. */
  private boolean guarded() {
    return !plain || Thread.currentThread().isVirtual();
  }

  UdpEnd end() {
    return end;
  }

  @Override
  public Watch watch() {
    return end.watch;
  }

  @Override
  public int ready() {
    if (!isOpen()) {
      return 0;
    }
    boolean readable = end.readable() || engine.down();
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
      end.bind(address);
    } finally {
      engine.lock.unlock();
    }
    return this;
  }

  @Override
  public UdpChannel connect(SocketAddress address) throws IOException {
    engine.lock.lock();
    try {
      ensureOpen();
      end.connect(address);
    } finally {
      engine.lock.unlock();
    }
    return this;
  }

  @Override
  public UdpChannel disconnect() {
    engine.lock.lock();
    try {
      end.disconnect();
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
      boolean guarded = blocking && guarded();
      try {
        if (guarded) {
          begin();
        }
        engine.lock.lock();
        try {
          n = end.take(to, at, count, from, deadlineNs, blocking);
        } finally {
          engine.lock.unlock();
        }
      } finally {
        if (guarded) {
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

  @Override
  public int read(ByteBuffer to) throws IOException {
    return (int) read(new ByteBuffer[] {Objects.requireNonNull(to)}, 0, 1);
  }

  @Override
  public long read(ByteBuffer[] to, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, to.length);
    ensureConnected();
    if (Octets.room(to, offset, length) == 0) {
      return 0; // what waits is for a call with room for it
    }
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
    Objects.requireNonNull(from);
    return (int) sending(() -> end.send(from, address));
  }

  /** Sends, which an interrupt ends although it does not wait. */
  private long sending(Sending what) throws IOException {
    ensureOpen();
    boolean guarded = isBlocking() && guarded();
    boolean done = false;
    try {
      if (guarded) {
        begin();
      }
      engine.lock.lock();
      try {
        ensureOpen();
        long n = what.send();
        done = true;
        return n;
      } finally {
        engine.lock.unlock();
      }
    } finally {
      if (guarded) {
        end(done || isOpen());
      }
    }
  }

  private interface Sending {
    long send() throws IOException;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    return (int) write(new ByteBuffer[] {Objects.requireNonNull(from)}, 0, 1);
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, from.length);
    ensureConnected();
    return sending(() -> end.put(from, offset, length, null));
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
    return engine.locked(() -> end.remote);
  }

  /** The address, also of a closed channel. */
  InetSocketAddress local() {
    return engine.locked(() -> end.local);
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
      end.options.set(name, value);
      end.changed();
    } finally {
      engine.lock.unlock();
    }
    return this;
  }

  @Override
  @SuppressWarnings("unchecked") // the value is of the option's type
  public <T> T getOption(SocketOption<T> name) throws IOException {
    TcpOptions.check(DatagramOptions.SUPPORTED, name);
    engine.lock.lock();
    try {
      ensureOpen();
      return (T) end.options.get(name);
    } finally {
      engine.lock.unlock();
    }
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return DatagramOptions.SUPPORTED;
  }

  @Override
  public MembershipKey join(InetAddress group, NetworkInterface through) throws IOException {
    return member(group, through, null);
  }

  @Override
  public MembershipKey join(InetAddress group, NetworkInterface through, InetAddress source)
      throws IOException {
    GroupKey.check(group, source);
    return member(group, through, source);
  }

  private GroupKey member(InetAddress group, NetworkInterface through, InetAddress source)
      throws IOException {
    Objects.requireNonNull(through);
    if (!group.isMulticastAddress() || end.four && !(group instanceof Inet4Address)) {
      throw new IllegalArgumentException("no group's address: " + group);
    }
    engine.lock.lock();
    try {
      ensureOpen();
      return end.memberships.join(group, through, source);
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
    return "Tulle's datagram channel " + local();
  }
}
