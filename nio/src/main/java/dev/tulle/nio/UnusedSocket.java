// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;

/**
 * What sockets of the JDK have inside, doing nothing: for those that never ask it, and to be
 * extended by what is asked.
 */
class UnusedSocket extends SocketImpl {
  private static SocketException unused() {
    return new SocketException("not of this socket");
  }

  @Override
  protected void create(boolean stream) throws IOException {
    throw unused();
  }

  @Override
  protected void connect(String host, int port) throws IOException {
    throw unused();
  }

  @Override
  protected void connect(InetAddress address, int port) throws IOException {
    throw unused();
  }

  @Override
  protected void connect(SocketAddress address, int timeout) throws IOException {
    throw unused();
  }

  @Override
  protected void bind(InetAddress host, int port) throws IOException {
    throw unused();
  }

  @Override
  protected void listen(int backlog) throws IOException {
    throw unused();
  }

  @Override
  protected void accept(SocketImpl s) throws IOException {
    throw unused();
  }

  @Override
  protected InputStream getInputStream() throws IOException {
    throw unused();
  }

  @Override
  protected OutputStream getOutputStream() throws IOException {
    throw unused();
  }

  @Override
  protected int available() throws IOException {
    throw unused();
  }

  @Override
  protected void close() throws IOException {}

  @Override
  protected void sendUrgentData(int data) throws IOException {
    throw unused();
  }

  @Override
  public void setOption(int id, Object value) throws SocketException {
    throw unused();
  }

  @Override
  public Object getOption(int id) throws SocketException {
    throw unused();
  }
}
