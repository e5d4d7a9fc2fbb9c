// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/**
 * The channels of one stack, as {@code java.nio} asks for them.
 *
 * <p>{@link Tulle#provider} has that of a stack of one's own. To put a whole program on a stack:
 *
 * <pre>{@code
 * java -Djava.nio.channels.spi.SelectorProvider=dev.tulle.nio.TulleProvider \
 *   -Dtulle.link=tap:tap0 -Dtulle.address=dhcp …
 * }</pre>
 *
 * <p>{@link Settings} says what can be set. A wrong value ends the program at its first channel,
 * with one sentence. Sockets that the program makes itself are the machine's, unless {@link
 * WholeProgram} is there too.
 */
public final class TulleProvider extends SelectorProvider {
  private final Tulle net;

  /** The provider of a whole program, from its system properties. */
  public TulleProvider() {
    try {
      net = Settings.start(System.getProperties(), this);
    } catch (IllegalArgumentException | IllegalStateException e) {
      // The JDK wraps this in an error without a message, and some programs print that alone.
      System.err.println("tulle: " + e.getMessage());
      throw e;
    }
  }

  TulleProvider(Tulle net) {
    this.net = net;
  }

  /** The stack behind it. */
  public Tulle net() {
    return net;
  }

  Engine engine() {
    return net.engine();
  }

  Ports ports() {
    return net.ports();
  }

  @Override
  public SocketChannel openSocketChannel() throws IOException {
    return new TcpChannel(this, false);
  }

  @Override
  public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
    return new TcpChannel(this, four(family));
  }

  @Override
  public ServerSocketChannel openServerSocketChannel() throws IOException {
    return new TcpServerChannel(this, false);
  }

  @Override
  public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
    return new TcpServerChannel(this, four(family));
  }

  @Override
  public DatagramChannel openDatagramChannel() throws IOException {
    return new UdpChannel(this, false);
  }

  @Override
  public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
    return new UdpChannel(this, four(family));
  }

  /** Whether a channel is for IPv4 alone; one for IPv6 has both families, as the JDK's. */
  private static boolean four(ProtocolFamily family) {
    if (family != StandardProtocolFamily.INET6 && family != StandardProtocolFamily.INET) {
      throw new UnsupportedOperationException("Tulle has no protocol family " + family.name());
    }
    return family == StandardProtocolFamily.INET;
  }

  @Override
  public Pipe openPipe() throws IOException {
    return new MemoryPipe(this);
  }

  @Override
  public AbstractSelector openSelector() throws IOException {
    EventSelector selector = new EventSelector(this, engine());
    engine().remember(selector);
    return selector;
  }
}
