// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import javax.net.ServerSocketFactory;

/** Makes server sockets of {@code java.net} over a stack, as {@link TulleSocketFactory} does. */
public final class TulleServerSocketFactory extends ServerSocketFactory {
  private static final int BACKLOG = 50;

  private final Tulle net;

  /** Over the stack of the whole program, which must run on a {@link TulleProvider}. */
  public TulleServerSocketFactory() {
    this(Programs.net());
  }

  TulleServerSocketFactory(Tulle net) {
    this.net = net;
  }

  @Override
  public ServerSocket createServerSocket() throws IOException {
    return net.serverSocketChannel().socket();
  }

  @Override
  public ServerSocket createServerSocket(int port) throws IOException {
    return createServerSocket(port, BACKLOG);
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog) throws IOException {
    return createServerSocket(port, backlog, null);
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
      throws IOException {
    ServerSocket socket = createServerSocket();
    try {
      socket.bind(new InetSocketAddress(address, port), backlog);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return socket;
  }
}
