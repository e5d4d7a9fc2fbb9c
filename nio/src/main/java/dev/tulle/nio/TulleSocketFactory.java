// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Makes sockets of {@code java.net} over a stack: {@link Tulle#socketFactory}'s over its own; one
 * made by its public constructor, as database drivers do by name, over the whole program's.
 */
public final class TulleSocketFactory extends SocketFactory {
  private final Tulle net;

  /** Over the stack of the whole program, which must run on a {@link TulleProvider}. */
  public TulleSocketFactory() {
    this(Programs.net());
  }

  TulleSocketFactory(Tulle net) {
    this.net = net;
  }

  @Override
  public Socket createSocket() throws IOException {
    return net.socketChannel().socket();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return createSocket(net.resolve(host)[0], port);
  }

  @Override
  public Socket createSocket(InetAddress address, int port) throws IOException {
    return createSocket(address, port, null, 0);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    return createSocket(net.resolve(host)[0], port, local, localPort);
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort)
      throws IOException {
    Socket socket = createSocket();
    try {
      if (local != null || localPort != 0) {
        socket.bind(new InetSocketAddress(local, localPort));
      }
      socket.connect(new InetSocketAddress(address, port));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return socket;
  }
}
