// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.util.Set;

/** A datagram channel as a {@link DatagramSocket}, for programs that know no channels. */
final class ChannelDatagramSocket extends DatagramSocket {
  private final UdpChannel channel;
  private final AdaptedOptions options;
  private volatile int timeoutMs;
  private volatile Received received;

  ChannelDatagramSocket(UdpChannel channel) {
    super(new UnusedDatagramSocket()); // every method that would ask it is overridden
    this.channel = channel;
    options = new AdaptedOptions(channel);
  }

  private void ensureOpen() throws SocketException {
    if (isClosed()) {
      throw new SocketException("Socket is closed");
    }
  }

  @Override
  public void bind(SocketAddress local) throws SocketException {
    ensureOpen();
    if (isBound()) {
      throw new SocketException("already bound");
    }
    Failures.ifUnresolved(local);
    try {
      channel.bind(local);
    } catch (SocketException e) {
      throw e;
    } catch (IOException e) {
      throw new SocketException(e.getMessage());
    }
  }

  @Override
  public void connect(SocketAddress remote) throws SocketException {
    if (remote == null) {
      throw new IllegalArgumentException("Address can't be null");
    }
    Failures.ifUnresolved(remote);
    try {
      channel.disconnect();
      channel.connect(remote);
    } catch (ClosedChannelException e) {
      // as the JDK's: nothing happens
    } catch (SocketException e) {
      throw e;
    } catch (IOException e) {
      throw new SocketException(e.getMessage());
    }
  }

  @Override
  public void connect(InetAddress address, int port) {
    try {
      connect(address == null ? null : new InetSocketAddress(address, port));
    } catch (SocketException e) {
      throw new java.io.UncheckedIOException("connect failed", e);
    }
  }

  @Override
  public void disconnect() {
    channel.disconnect();
  }

  @Override
  public boolean isBound() {
    return channel.local() != null;
  }

  @Override
  public boolean isConnected() {
    return channel.isConnected();
  }

  @Override
  public InetAddress getInetAddress() {
    InetSocketAddress remote = channel.remote();
    return remote == null ? null : remote.getAddress();
  }

  @Override
  public int getPort() {
    InetSocketAddress remote = channel.remote();
    return remote == null ? -1 : remote.getPort();
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return channel.remote();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return isClosed() ? null : channel.local();
  }

  @Override
  public InetAddress getLocalAddress() {
    InetSocketAddress local = channel.local();
    return isClosed() ? null : local == null ? Addresses.any(0).getAddress() : local.getAddress();
  }

  @Override
  public int getLocalPort() {
    InetSocketAddress local = channel.local();
    return isClosed() ? -1 : local == null ? 0 : local.getPort();
  }

  private void ensureBlocking() {
    if (!channel.isBlocking()) {
      throw new IllegalBlockingModeException();
    }
  }

  @Override
  public void send(DatagramPacket packet) throws IOException {
    ensureBlocking();
    ByteBuffer data = ByteBuffer.wrap(packet.getData(), packet.getOffset(), packet.getLength());
    SocketAddress to = channel.remote();
    boolean unset = packet.getAddress() == null;
    if (unset && to == null) {
      throw new IllegalArgumentException("Address not set");
    }
    if (unset) {
      packet.setSocketAddress(to);
    }
    try {
      channel.send(data, packet.getSocketAddress());
    } catch (AlreadyConnectedException e) {
      throw new IllegalArgumentException("Connected and packet address differ");
    } catch (ClosedChannelException e) {
      throw Failures.closed(e, false);
    }
  }

  /**
   * What the last packet held, and could hold: who receives into it again means the latter. The JDK
   * keeps both in the packet, where it alone can write one without the other.
   */
  private record Received(WeakReference<DatagramPacket> packet, int length, int room) {
    /** Whether a packet is still as it was left. */
    boolean left(DatagramPacket now) {
      boolean fits = now.getData().length - now.getOffset() >= room;
      return packet.refersTo(now) && now.getLength() == length && fits;
    }
  }

  @Override
  public void receive(DatagramPacket packet) throws IOException {
    ensureBlocking();
    Received before = received;
    int most = before != null && before.left(packet) ? before.room : packet.getLength();
    ByteBuffer room = ByteBuffer.wrap(packet.getData(), packet.getOffset(), most);
    try {
      SocketAddress from = channel.receive(room, channel.engine().deadlineMs(timeoutMs), true);
      packet.setLength(room.position() - packet.getOffset());
      packet.setSocketAddress(from);
      received = new Received(new WeakReference<>(packet), packet.getLength(), most);
    } catch (ClosedChannelException e) {
      throw Failures.closed(e, false);
    }
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
  public int getSoTimeout() throws SocketException {
    ensureOpen();
    return timeoutMs;
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
  public void setReuseAddress(boolean on) throws SocketException {
    options.set(StandardSocketOptions.SO_REUSEADDR, on);
  }

  @Override
  public boolean getReuseAddress() throws SocketException {
    return options.get(StandardSocketOptions.SO_REUSEADDR);
  }

  @Override
  public void setBroadcast(boolean on) throws SocketException {
    options.set(StandardSocketOptions.SO_BROADCAST, on);
  }

  @Override
  public boolean getBroadcast() throws SocketException {
    return options.get(StandardSocketOptions.SO_BROADCAST);
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
  public void close() {
    Failures.unchecked(channel::close);
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public DatagramChannel getChannel() {
    return channel;
  }

  @Override
  public <T> DatagramSocket setOption(SocketOption<T> name, T value) throws IOException {
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
  public void joinGroup(SocketAddress group, NetworkInterface through) throws IOException {
    InetAddress wanted = group(group);
    if (member(wanted, through) != null) {
      throw new SocketException("Already a member of group");
    }
    channel.join(wanted, through != null ? through : Memberships.any());
  }

  @Override
  public void leaveGroup(SocketAddress group, NetworkInterface through) throws IOException {
    GroupKey key = member(group(group), through);
    if (key == null) {
      throw new SocketException("Not a member of group");
    }
    key.drop();
  }

  private GroupKey member(InetAddress group, NetworkInterface through) {
    return channel.engine().locked(() -> channel.end().memberships.find(group, through));
  }

  private InetAddress group(SocketAddress group) throws SocketException {
    if (!(group instanceof InetSocketAddress internet)) {
      throw new IllegalArgumentException("Unsupported address type");
    }
    if (internet.isUnresolved()) {
      throw new IllegalArgumentException("Unresolved address");
    }
    ensureOpen();
    if (!internet.getAddress().isMulticastAddress()) {
      throw new SocketException("Not a multicast address");
    }
    return internet.getAddress();
  }
}
