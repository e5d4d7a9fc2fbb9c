// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;

/** As {@link UnusedSocket}, of datagram sockets. */
class UnusedDatagramSocket extends DatagramSocketImpl {
  private static SocketException unused() {
    return new SocketException("not of this socket");
  }

  @Override
  protected void create() throws SocketException {
    throw unused();
  }

  @Override
  protected void bind(int port, InetAddress local) throws SocketException {
    throw unused();
  }

  @Override
  protected void send(DatagramPacket packet) throws IOException {
    throw unused();
  }

  @Override
  protected int peek(InetAddress from) throws IOException {
    throw unused();
  }

  @Override
  protected int peekData(DatagramPacket packet) throws IOException {
    throw unused();
  }

  @Override
  protected void receive(DatagramPacket packet) throws IOException {
    throw unused();
  }

  @Override
  @SuppressWarnings("deprecation") // abstract above
  protected void setTTL(byte ttl) throws IOException {
    throw unused();
  }

  @Override
  @SuppressWarnings("deprecation") // abstract above
  protected byte getTTL() throws IOException {
    throw unused();
  }

  @Override
  protected void setTimeToLive(int ttl) throws IOException {
    throw unused();
  }

  @Override
  protected int getTimeToLive() throws IOException {
    throw unused();
  }

  @Override
  protected void join(InetAddress group) throws IOException {
    throw unused();
  }

  @Override
  protected void leave(InetAddress group) throws IOException {
    throw unused();
  }

  @Override
  protected void joinGroup(SocketAddress group, NetworkInterface through) throws IOException {
    throw unused();
  }

  @Override
  protected void leaveGroup(SocketAddress group, NetworkInterface through) throws IOException {
    throw unused();
  }

  @Override
  protected void close() {}

  @Override
  public void setOption(int id, Object value) throws SocketException {
    throw unused();
  }

  @Override
  public Object getOption(int id) throws SocketException {
    throw unused();
  }
}
