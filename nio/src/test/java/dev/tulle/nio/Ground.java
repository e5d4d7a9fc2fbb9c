// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two hosts that can talk to each other: the JDK's own channels over loopback, or two stacks of
 * Tulle on a cable. What holds on the one has to hold on the other.
 */
final class Ground implements AutoCloseable {
  static final String LEFT = "10.9.0.1";
  static final String RIGHT = "10.9.0.2";

  /** How a ground is made, so that each test has one of its own. */
  interface Kind {
    Ground open() throws IOException;
  }

  /** A kind with the name that a report shows. */
  record Named(String name, Kind kind) {
    @Override
    public String toString() {
      return name;
    }
  }

  final SelectorProvider left;
  final SelectorProvider right;
  final InetAddress leftAddress;
  final InetAddress rightAddress;
  final Tulle leftNet;
  final Tulle rightNet;

  private Ground(
      SelectorProvider left,
      SelectorProvider right,
      InetAddress leftAddress,
      InetAddress rightAddress,
      Tulle leftNet,
      Tulle rightNet) {
    this.left = left;
    this.right = right;
    this.leftAddress = leftAddress;
    this.rightAddress = rightAddress;
    this.leftNet = leftNet;
    this.rightNet = rightNet;
  }

  static Stream<Named> all() {
    return Stream.concat(both(), Stream.of(new Named("tulle with itself", Ground::alone)));
  }

  /** Those that have a link between them. */
  static Stream<Named> both() {
    return Stream.of(new Named("jdk", Ground::jdk), new Named("tulle", Ground::tulle));
  }

  /** One stack, whose channels talk to each other by 127.0.0.1. */
  static Ground alone() throws IOException {
    Tulle net = Tulle.open(new MemoryCable().left()).ipv4(LEFT + "/24").connections(256).start();
    InetAddress here = InetAddress.getLoopbackAddress();
    return new Ground(net.provider(), net.provider(), here, here, net, net);
  }

  static Ground jdk() {
    SelectorProvider provider = SelectorProvider.provider();
    InetAddress here = InetAddress.getLoopbackAddress();
    return new Ground(provider, provider, here, here, null, null);
  }

  static Ground tulle() throws IOException {
    return tulle(256);
  }

  static Ground tulle(int connections) throws IOException {
    MemoryCable cable = new MemoryCable();
    Tulle left =
        Tulle.open(cable.left()).ipv4(LEFT + "/24").connections(connections).name("left").start();
    Tulle right =
        Tulle.open(cable.right())
            .ipv4(RIGHT + "/24")
            .connections(connections)
            .name("right")
            .start();
    return new Ground(
        left.provider(),
        right.provider(),
        InetAddress.getByName(LEFT),
        InetAddress.getByName(RIGHT),
        left,
        right);
  }

  /** A server on the right host. */
  ServerSocketChannel listen() throws IOException {
    return right.openServerSocketChannel().bind(new InetSocketAddress(rightAddress, 0));
  }

  /** An address that answers no SYN, for as long as this is open. */
  record Silence(SocketAddress address, List<AutoCloseable> behind) implements AutoCloseable {
    @Override
    public void close() throws Exception {
      for (AutoCloseable one : behind) {
        one.close();
      }
    }
  }

  /** Nobody has the address; among the JDK's, where all are there, a server has no room. */
  Silence silence() throws IOException {
    if (leftNet != null) {
      return new Silence(new InetSocketAddress("10.9.0.77", 80), List.of());
    }
    ServerSocketChannel full = right.openServerSocketChannel();
    full.bind(new InetSocketAddress(rightAddress, 0), 1);
    List<AutoCloseable> open = new ArrayList<>(List.of(full));
    boolean connected = true;
    while (connected) {
      SocketChannel one = left.openSocketChannel();
      open.add(one);
      try {
        one.socket().connect(of(full), 100);
      } catch (SocketTimeoutException e) {
        connected = false;
      }
    }
    return new Silence(of(full), open);
  }

  static int port(ServerSocketChannel server) throws IOException {
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  SocketAddress of(ServerSocketChannel server) throws IOException {
    return new InetSocketAddress(rightAddress, port(server));
  }

  /** A connection in blocking mode: the end that connected, and the one that was accepted. */
  Pair connect() throws IOException {
    try (ServerSocketChannel server = listen()) {
      SocketChannel client = left.openSocketChannel();
      client.connect(of(server));
      return new Pair(client, server.accept());
    }
  }

  /** Both ends of a connection. */
  record Pair(SocketChannel client, SocketChannel server) {}

  @Override
  public void close() {
    if (leftNet != null) {
      leftNet.close(Duration.ZERO);
      rightNet.close(Duration.ZERO);
    }
  }
}
