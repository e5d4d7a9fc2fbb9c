// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.nio.channels.ClosedChannelException;
import java.util.Set;

/** What a {@link ServerSocket} that a program makes itself has inside. */
final class ProgramServerSocket extends UnusedSocket {
  private final Tulle net;
  private TcpServerChannel channel;
  private InetSocketAddress wanted;
  private volatile int timeoutMs;

  ProgramServerSocket(Tulle net) {
    this.net = net;
  }

  @Override
  protected void create(boolean stream) throws IOException {
    channel = new TcpServerChannel(net.provider(), false);
    channel.plain();
  }

  @Override
  protected void bind(InetAddress host, int port) throws IOException {
    wanted = new InetSocketAddress(host, port); // a server listens when it is bound
  }

  @Override
  protected void listen(int backlog) throws IOException {
    channel.bind(wanted, backlog);
    address = wanted.getAddress();
    localport = channel.local().getPort();
  }

  @Override
  protected void accept(SocketImpl into) throws IOException {
    if (!(into instanceof ProgramSocket socket)) {
      throw new SocketException("a socket of another kind: " + into);
    }
    try {
      socket.accepted(channel.accept(channel.engine().deadlineMs(timeoutMs), true));
    } catch (ClosedChannelException e) {
      throw Failures.closed(e, channel.isPlain());
    }
  }

  @Override
  protected void close() {
    if (channel != null) {
      Failures.unchecked(channel::close);
    }
  }

  @Override
  public void setOption(int id, Object value) throws SocketException {
    if (id == SO_TIMEOUT) {
      timeoutMs = (Integer) value;
    } else {
      OldOptions.set(channel, id, value);
    }
  }

  @Override
  public Object getOption(int id) throws SocketException {
    return id == SO_TIMEOUT ? timeoutMs : OldOptions.get(channel, id);
  }

  @Override
  protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
    channel.setOption(name, value);
  }

  @Override
  protected <T> T getOption(SocketOption<T> name) throws IOException {
    return channel.getOption(name);
  }

  @Override
  protected Set<SocketOption<?>> supportedOptions() {
    return channel.supportedOptions();
  }
}
