// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.ip.Endpoint;
import dev.tulle.link.Link;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/**
 * A TCP/IP stack in this process, and the channels and sockets over it; several may run beside each
 * other.
 *
 * <pre>{@code
 * try (Tulle net = Tulle.open(link).ipv4("10.9.0.2/24", "10.9.0.1").start()) {
 *   SocketChannel channel = net.socketChannel();
 *   channel.connect(new InetSocketAddress("10.9.0.1", 80));
 * }
 * }</pre>
 *
 * <p>Any thread may use it, virtual ones too. Its own thread is a daemon: it ends with the program.
 */
public final class Tulle implements AutoCloseable {
  /** How long what was written may take to be delivered when a stack is closed. */
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final Engine engine;
  private final Ports ports;
  private final TulleProvider provider;

  Tulle(Engine engine, int bufferBytes, long seed, TulleProvider own) {
    this.engine = engine;
    ports = new Ports(engine, bufferBytes, seed);
    provider = own != null ? own : new TulleProvider(this);
  }

  /** Begins to set up a stack on a link, which the stack closes with itself if it can be closed. */
  public static Setup open(Link link) {
    return new Setup(Objects.requireNonNull(link, "a stack needs a link"));
  }

  Engine engine() {
    return engine;
  }

  Ports ports() {
    return ports;
  }

  /** What opens channels and selectors; those of two stacks do not mix. */
  public TulleProvider provider() {
    return provider;
  }

  public SocketChannel socketChannel() throws IOException {
    return provider.openSocketChannel();
  }

  public ServerSocketChannel serverSocketChannel() throws IOException {
    return provider.openServerSocketChannel();
  }

  /**
   * Accepts connections to every address and port that nobody else listens on, where {@link
   * Setup#anyAddress} was asked for: the local address of each channel is the one that its peer
   * wanted. There is one such channel.
   *
   * @param backlog how many connections may wait to be accepted
   */
  public ServerSocketChannel anyServer(int backlog) throws IOException {
    takesAll();
    return new TcpServerChannel(provider, false).bindRest(backlog);
  }

  /** Datagrams for every address and port, where {@link Setup#anyAddress} was asked for. */
  public DatagramFlows anyDatagrams() throws IOException {
    takesAll();
    return new DatagramFlows(engine, engine.host.anyDatagrams);
  }

  private void takesAll() {
    if (engine.host.anyDatagrams == null) {
      throw new IllegalStateException("this stack takes what is for its own address alone");
    }
  }

  public DatagramChannel datagramChannel() throws IOException {
    return provider.openDatagramChannel();
  }

  public Pipe pipe() throws IOException {
    return provider.openPipe();
  }

  public Selector selector() throws IOException {
    return provider.openSelector();
  }

  /** Sockets of {@code java.net} over this stack. */
  public SocketFactory socketFactory() {
    return new TulleSocketFactory(this);
  }

  /** Server sockets of {@code java.net} over this stack. */
  public ServerSocketFactory serverSocketFactory() {
    return new TulleServerSocketFactory(this);
  }

  /** The addresses of a host, by the name servers of this stack. */
  public InetAddress[] resolve(String host) throws UnknownHostException {
    return Names.resolve(engine, host, true, true);
  }

  /** The IPv4 address that the stack has now; 0.0.0.0 while it has none. */
  public InetAddress address() {
    engine.lock.lock();
    try {
      return Addresses.address(new Endpoint(engine.host.port.address, 0));
    } finally {
      engine.lock.unlock();
    }
  }

  /** The addresses that the stack has now, that of IPv4 first. */
  public List<InetAddress> addresses() {
    engine.lock.lock();
    try {
      List<InetAddress> all = new ArrayList<>();
      if (engine.host.port.address != 0) {
        all.add(Addresses.address(new Endpoint(engine.host.port.address, 0)));
      }
      dev.tulle.nd.Addresses six = engine.host.ipv6Port.addresses;
      for (int i = 0; six.at(i) != null; i++) {
        if (six.at(i).assigned()) {
          Endpoint end = new Endpoint();
          end.set(six.at(i).high, six.at(i).low, 0);
          all.add(Addresses.address(end));
        }
      }
      return all;
    } finally {
      engine.lock.unlock();
    }
  }

  /** What a counter of the stack stands at: one of {@link dev.tulle.stack.Counter}. */
  public long counter(int counter) {
    engine.lock.lock();
    try {
      return engine.host.counters.value(counter);
    } finally {
      engine.lock.unlock();
    }
  }

  /**
   * Closes all channels, waits up to five seconds for what they wrote to be delivered, gives an
   * address by DHCP back, and ends the stack's thread.
   */
  @Override
  public void close() {
    close(DRAIN);
  }

  /** As {@link #close()}, with another limit; with none nothing is waited for. */
  public void close(Duration drain) {
    engine.close(drain.toNanos());
  }
}
