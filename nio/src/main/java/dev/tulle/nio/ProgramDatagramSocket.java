// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Set;

/** What a {@link DatagramSocket} that a program makes itself has inside; of groups as well. */
final class ProgramDatagramSocket extends UnusedDatagramSocket {
  private final Tulle net;
  private UdpChannel channel;
  private DatagramSocket socket;

  ProgramDatagramSocket(Tulle net) {
    this.net = net;
  }

  @Override
  protected void create() throws SocketException {
    try {
      channel = new UdpChannel(net.provider(), false);
    } catch (IOException e) {
      throw new SocketException(e.getMessage());
    }
    channel.plain();
    socket = channel.socket();
  }

  @Override
  protected void bind(int port, InetAddress local) throws SocketException {
    socket.bind(new InetSocketAddress(local, port));
    localPort = socket.getLocalPort();
  }

  @Override
  protected void connect(InetAddress to, int port) throws SocketException {
    socket.connect(new InetSocketAddress(to, port));
  }

  @Override
  protected void disconnect() {
    socket.disconnect();
  }

  @Override
  protected void send(DatagramPacket packet) throws IOException {
    socket.send(packet);
  }

  @Override
  protected void receive(DatagramPacket packet) throws IOException {
    socket.receive(packet);
  }

  @Override
  protected void setTimeToLive(int hops) throws IOException {
    channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, hops);
  }

  @Override
  protected int getTimeToLive() throws IOException {
    return channel.getOption(StandardSocketOptions.IP_MULTICAST_TTL);
  }

  @Override
  @SuppressWarnings("deprecation") // abstract above
  protected void setTTL(byte hops) throws IOException {
    setTimeToLive(hops & 0xFF);
  }

  @Override
  @SuppressWarnings("deprecation") // abstract above
  protected byte getTTL() throws IOException {
    return (byte) getTimeToLive();
  }

  @Override
  protected void join(InetAddress group) throws IOException {
    joinGroup(new InetSocketAddress(group, 0), null);
  }

  @Override
  protected void leave(InetAddress group) throws IOException {
    leaveGroup(new InetSocketAddress(group, 0), null);
  }

  @Override
  protected void joinGroup(SocketAddress group, NetworkInterface through) throws IOException {
    socket.joinGroup(group, through);
  }

  @Override
  protected void leaveGroup(SocketAddress group, NetworkInterface through) throws IOException {
    socket.leaveGroup(group, through);
  }

  @Override
  protected void close() {
    if (socket != null) {
      socket.close();
    }
  }

  @Override
  public void setOption(int id, Object value) throws SocketException {
    if (id == SO_TIMEOUT) {
      socket.setSoTimeout((Integer) value);
    } else {
      OldOptions.set(channel, id, value);
    }
  }

  @Override
  public Object getOption(int id) throws SocketException {
    return switch (id) {
      case SO_TIMEOUT -> socket.getSoTimeout();
      case SO_BINDADDR -> socket.getLocalAddress();
      case IP_MULTICAST_IF -> Addresses.any(0).getAddress();
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
    return channel.supportedOptions();
  }
}
