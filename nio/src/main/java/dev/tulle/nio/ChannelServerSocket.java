// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.ServerSocketChannel;
import java.util.Set;

/** A listening channel as a {@link ServerSocket}, for programs that know no channels. */
final class ChannelServerSocket extends ServerSocket {
  private static final int BACKLOG = 50;

  private final TcpServerChannel channel;
  private final AdaptedOptions options;
  private volatile int timeoutMs;

  ChannelServerSocket(TcpServerChannel channel) {
    super(new UnusedSocket()); // every method that would ask it is overridden
    this.channel = channel;
    options = new AdaptedOptions(channel);
  }

  private void ensureOpen() throws SocketException {
    if (isClosed()) {
      throw new SocketException("Socket is closed");
    }
  }

  @Override
  public void bind(SocketAddress local) throws IOException {
    bind(local, BACKLOG);
  }

  @Override
  public void bind(SocketAddress local, int backlog) throws IOException {
    ensureOpen();
    if (isBound()) {
      throw new SocketException("Already bound");
    }
    Failures.ifUnresolved(local);
    channel.bind(local, backlog);
  }

  @Override
  public InetAddress getInetAddress() {
    InetSocketAddress local = channel.local();
    return local == null ? null : local.getAddress();
  }

  @Override
  public int getLocalPort() {
    InetSocketAddress local = channel.local();
    return local == null ? -1 : local.getPort();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return channel.local();
  }

  @Override
  public Socket accept() throws IOException {
    ensureOpen();
    if (!isBound()) {
      throw new SocketException("Socket is not bound yet");
    }
    if (!channel.isBlocking()) {
      throw new IllegalBlockingModeException();
    }
    try {
      return channel.accept(channel.engine().deadlineMs(timeoutMs), true).socket();
    } catch (ClosedChannelException e) {
      throw Failures.closed(e, channel.isPlain());
    } catch (NotYetBoundException e) {
      throw new SocketException("Socket is not bound yet");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public ServerSocketChannel getChannel() {
    return channel;
  }

  @Override
  public boolean isBound() {
    return channel.local() != null;
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public void setSoTimeout(int timeout) throws SocketException {
    ensureOpen();
    if (timeout < 0) {
      throw new IllegalArgumentException("timeout < 0");
    }
    timeoutMs = timeout;
  }

  @Override
  public int getSoTimeout() {
    return timeoutMs;
  }

  @Override
  public void setReuseAddress(boolean on) throws SocketException {
    options.set(StandardSocketOptions.SO_REUSEADDR, on);
  }

  @Override
  public boolean getReuseAddress() throws SocketException {
    return options.get(StandardSocketOptions.SO_REUSEADDR);
  }

  @Override
  public void setReceiveBufferSize(int size) throws SocketException {
    options.size(StandardSocketOptions.SO_RCVBUF, size);
  }

  @Override
  public int getReceiveBufferSize() throws SocketException {
    return options.get(StandardSocketOptions.SO_RCVBUF);
  }

  @Override
  public <T> ServerSocket setOption(SocketOption<T> name, T value) throws IOException {
    channel.setOption(name, value);
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> name) throws IOException {
    return channel.getOption(name);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return channel.supportedOptions();
  }

  @Override
  public String toString() {
    return "ServerSocket of " + channel;
  }
}
