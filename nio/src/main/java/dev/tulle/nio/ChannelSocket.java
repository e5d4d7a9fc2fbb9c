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
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Set;

/** A TCP channel as a {@link Socket}, for programs that know no channels. */
final class ChannelSocket extends Socket {
  private final TcpChannel channel;
  private final AdaptedOptions options;
  private volatile int timeoutMs;
  private volatile boolean bound;

  private ChannelSocket(TcpChannel channel) throws SocketException {
    super((SocketImpl) null); // every method that would ask it is overridden
    this.channel = channel;
    options = new AdaptedOptions(channel);
  }

  static ChannelSocket of(TcpChannel channel) {
    try {
      return new ChannelSocket(channel);
    } catch (SocketException e) {
      throw new IllegalStateException(e);
    }
  }

  private void ensureBlocking() {
    if (!channel.isBlocking()) {
      throw new IllegalBlockingModeException();
    }
  }

  private void ensureOpen() throws SocketException {
    if (isClosed()) {
      throw new SocketException("Socket is closed");
    }
  }

  @Override
  public void connect(SocketAddress to) throws IOException {
    connect(to, 0);
  }

  @Override
  public void connect(SocketAddress to, int timeout) throws IOException {
    if (to == null || timeout < 0) {
      throw new IllegalArgumentException("connect to " + to + " within " + timeout + " ms");
    }
    ensureOpen();
    ensureBlocking();
    if (!(to instanceof InetSocketAddress internet)) {
      throw new IllegalArgumentException("Unsupported address type");
    }
    if (internet.isUnresolved()) {
      close();
      throw new java.net.UnknownHostException(internet.getHostName());
    }
    try {
      channel.connect(to, channel.engine().deadlineMs(timeout), true);
    } catch (AlreadyConnectedException e) {
      throw new SocketException("already connected");
    } catch (ClosedChannelException e) {
      throw Failures.closed(e, channel.isPlain());
    }
  }

  @Override
  public void bind(SocketAddress local) throws IOException {
    ensureOpen();
    if (isBound()) {
      throw new SocketException("Already bound");
    }
    Failures.ifUnresolved(local);
    channel.bind(local);
    bound = true;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    ensureOpen();
    if (!isConnected()) {
      throw new SocketException("Socket is not connected");
    }
    if (isInputShutdown()) {
      throw new SocketException("Socket input is shutdown");
    }
    return new Input();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    ensureOpen();
    if (!isConnected()) {
      throw new SocketException("Socket is not connected");
    }
    if (isOutputShutdown()) {
      throw new SocketException("Socket output is shutdown");
    }
    return new Output();
  }

  private final class Input extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] to, int at, int length) throws IOException {
      Objects.checkFromIndexSize(at, length, to.length);
      if (length == 0) {
        return 0;
      }
      ensureBlocking();
      ByteBuffer[] buffer = {ByteBuffer.wrap(to, at, length)};
      try {
        return (int) channel.read(buffer, 0, 1, channel.engine().deadlineMs(timeoutMs), true);
      } catch (ClosedChannelException e) {
        throw Failures.closed(e, channel.isPlain());
      }
    }

    @Override
    public int available() throws IOException {
      ensureOpen();
      return channel.available();
    }

    @Override
    public void close() throws IOException {
      ChannelSocket.this.close();
    }
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] from, int at, int length) throws IOException {
      Objects.checkFromIndexSize(at, length, from.length);
      ensureBlocking();
      ByteBuffer buffer = ByteBuffer.wrap(from, at, length);
      try {
        while (buffer.hasRemaining()) {
          channel.write(new ByteBuffer[] {buffer}, 0, 1, true);
        }
      } catch (ClosedChannelException e) {
        throw Failures.closed(e, channel.isPlain());
      }
    }

    @Override
    public void close() throws IOException {
      ChannelSocket.this.close();
    }
  }

  @Override
  public InetAddress getInetAddress() {
    InetSocketAddress remote = channel.remote();
    return remote == null ? null : remote.getAddress();
  }

  @Override
  public int getPort() {
    InetSocketAddress remote = channel.remote();
    return remote == null ? 0 : remote.getPort();
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return channel.remote();
  }

  @Override
  public InetAddress getLocalAddress() {
    InetSocketAddress local = isClosed() ? null : channel.local();
    return local == null ? Addresses.any(0).getAddress() : local.getAddress();
  }

  @Override
  public int getLocalPort() {
    InetSocketAddress local = channel.local();
    return local == null ? -1 : local.getPort();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    InetSocketAddress local = channel.local();
    return local == null || !isClosed() ? local : Addresses.any(local.getPort());
  }

  @Override
  public SocketChannel getChannel() {
    return channel;
  }

  @Override
  public void setSoTimeout(int timeout) throws SocketException {
    ensureOpen();
    if (timeout < 0) {
      throw new IllegalArgumentException("timeout can't be negative");
    }
    timeoutMs = timeout;
  }

  @Override
  public int getSoTimeout() throws SocketException {
    ensureOpen();
    return timeoutMs;
  }

  @Override
  public void setTcpNoDelay(boolean on) throws SocketException {
    options.set(StandardSocketOptions.TCP_NODELAY, on);
  }

  @Override
  public boolean getTcpNoDelay() throws SocketException {
    return options.get(StandardSocketOptions.TCP_NODELAY);
  }

  @Override
  public void setSoLinger(boolean on, int linger) throws SocketException {
    if (on && linger < 0) {
      throw new IllegalArgumentException("invalid value for SO_LINGER");
    }
    options.set(StandardSocketOptions.SO_LINGER, on ? linger : -1);
  }

  @Override
  public int getSoLinger() throws SocketException {
    return options.get(StandardSocketOptions.SO_LINGER);
  }

  @Override
  public void sendUrgentData(int data) throws IOException {
    throw new SocketException("Urgent data not supported");
  }

  @Override
  public void setOOBInline(boolean on) throws SocketException {
    ensureOpen(); // it always is in line: RFC 6093 6
  }

  @Override
  public boolean getOOBInline() throws SocketException {
    ensureOpen();
    return true;
  }

  @Override
  public void setSendBufferSize(int size) throws SocketException {
    options.size(StandardSocketOptions.SO_SNDBUF, size);
  }

  @Override
  public int getSendBufferSize() throws SocketException {
    return options.get(StandardSocketOptions.SO_SNDBUF);
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
  public void setKeepAlive(boolean on) throws SocketException {
    options.set(StandardSocketOptions.SO_KEEPALIVE, on);
  }

  @Override
  public boolean getKeepAlive() throws SocketException {
    return options.get(StandardSocketOptions.SO_KEEPALIVE);
  }

  @Override
  public void setTrafficClass(int tc) throws SocketException {
    options.set(StandardSocketOptions.IP_TOS, tc);
  }

  @Override
  public int getTrafficClass() throws SocketException {
    return options.get(StandardSocketOptions.IP_TOS);
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
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public void shutdownInput() throws IOException {
    shutdown(true);
  }

  @Override
  public void shutdownOutput() throws IOException {
    shutdown(false);
  }

  private void shutdown(boolean input) throws IOException {
    ensureOpen();
    try {
      if (input) {
        channel.shutdownInput();
      } else {
        channel.shutdownOutput();
      }
    } catch (NotYetConnectedException e) {
      throw new SocketException("Socket is not connected");
    }
  }

  @Override
  public boolean isConnected() {
    return channel.remote() != null;
  }

  @Override
  public boolean isBound() {
    return bound || channel.local() != null;
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public boolean isInputShutdown() {
    return channel.inputShut();
  }

  @Override
  public boolean isOutputShutdown() {
    return channel.outputShut();
  }

  @Override
  public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
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
    return "Socket of " + channel;
  }
}
