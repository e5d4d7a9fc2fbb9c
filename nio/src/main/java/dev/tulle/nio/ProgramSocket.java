// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.util.Set;

/** What a {@link Socket} that a program makes itself has inside: a channel of its stack. */
final class ProgramSocket extends UnusedSocket {
  private final Tulle net;
  private TcpChannel channel;
  private Socket socket;

  ProgramSocket(Tulle net) {
    this.net = net;
  }

  @Override
  protected void create(boolean stream) throws IOException {
    own(new TcpChannel(net.provider(), false));
  }

  private void own(TcpChannel mine) {
    channel = mine;
    channel.plain();
    socket = channel.socket();
  }

  /** Takes over a connection that was accepted. */
  void accepted(TcpChannel mine) {
    own(mine);
    placed();
  }

  /** Tells the class above where this is. */
  private void placed() {
    address = socket.getInetAddress();
    port = socket.getPort();
    localport = socket.getLocalPort();
  }

  @Override
  protected void connect(String host, int port) throws IOException {
    connect(net.resolve(host)[0], port);
  }

  @Override
  protected void connect(InetAddress to, int port) throws IOException {
    connect(new InetSocketAddress(to, port), 0);
  }

  @Override
  protected void connect(SocketAddress to, int timeout) throws IOException {
    socket.connect(to, timeout);
    placed();
  }

  @Override
  protected void bind(InetAddress host, int port) throws IOException {
    socket.bind(new InetSocketAddress(host, port));
    localport = socket.getLocalPort();
  }

  @Override
  protected InputStream getInputStream() throws IOException {
    return socket.getInputStream();
  }

  @Override
  protected OutputStream getOutputStream() throws IOException {
    return socket.getOutputStream();
  }

  @Override
  protected int available() throws IOException {
    return socket.getInputStream().available();
  }

  @Override
  protected void shutdownInput() throws IOException {
    socket.shutdownInput();
  }

  @Override
  protected void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  protected void sendUrgentData(int data) throws IOException {
    socket.sendUrgentData(data);
  }

  @Override
  protected void close() throws IOException {
    if (socket != null) {
      socket.close();
    }
  }

  @Override
  public void setOption(int id, Object value) throws SocketException {
    if (id == SO_TIMEOUT) {
      socket.setSoTimeout((Integer) value);
    } else if (id == SO_OOBINLINE) {
      socket.setOOBInline((Boolean) value);
    } else {
      OldOptions.set(channel, id, value);
    }
  }

  @Override
  public Object getOption(int id) throws SocketException {
    return switch (id) {
      case SO_TIMEOUT -> socket.getSoTimeout();
      case SO_OOBINLINE -> socket.getOOBInline();
      case SocketOptions.SO_BINDADDR -> socket.getLocalAddress();
      default -> OldOptions.get(channel, id);
    };
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
    return TcpOptions.SUPPORTED;
  }
}
