// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.simnet;

import dev.tulle.link.Capture;
import dev.tulle.nio.MemoryCable;
import dev.tulle.nio.Pace;
import dev.tulle.nio.Setup;
import dev.tulle.nio.Tulle;
import dev.tulle.testkit.FixedEntropy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Two hosts on a bad network, in this process and without rights: each has channels, selectors and
 * sockets of its own.
 *
 * <pre>{@code
 * try (var net = SimNetwork.seed(7).link(l -> l.delay(ofMillis(40)).loss(0.02).rate(mbit(10)))) {
 *   var server = net.right().serverSocketChannel().bind(net.rightAddress(80));
 *   SocketChannel client = net.left().socketChannel();
 *   client.connect(net.rightAddress(80));
 *   net.partition();
 *   …
 * }
 * }</pre>
 *
 * <p>With {@link #virtual} time stands still while any thread of the process can run, and jumps
 * when all sleep; timeouts of channels, sockets and selectors are in that time, {@code
 * Thread.sleep} is not. Then the same seed and the same program give the same frames at the same
 * times. It needs Linux.
 */
public final class SimNetwork implements AutoCloseable {
  private static final String LEFT = "10.9.0.1";
  private static final String RIGHT = "10.9.0.2";
  private static final int PREFIX = 24;
  private static final long LEFT_MAC = 0x0200_0000_0001L;
  private static final long RIGHT_MAC = 0x0200_0000_0002L;
  private static final int CONNECTIONS = 1024;

  private final long seed;
  private final MemoryCable cable = new MemoryCable();
  private final SimLink link;
  private final Recording recording = new Recording();
  private int connections = CONNECTIONS;
  private boolean virtual;
  private Tulle left;
  private Tulle right;

  private SimNetwork(long seed) {
    this.seed = seed;
    link = new SimLink(cable.left(), seed);
  }

  /** A network without faults, whose faults to come are drawn from this seed. */
  public static SimNetwork seed(long seed) {
    return new SimNetwork(seed);
  }

  /** The seed, to be told when a test fails. */
  public long seed() {
    return seed;
  }

  /** Sets or changes how the link is, also while it is used. */
  public SimNetwork link(Consumer<LinkQuality> change) {
    link.change(change);
    return this;
  }

  /** Lets time be virtual; before the first host is asked for. */
  public SimNetwork virtual() {
    if (left != null) {
      throw new IllegalStateException("the hosts are there already");
    }
    virtual = true;
    return this;
  }

  /** How many connections each host may have; before the first host is asked for. */
  public SimNetwork connections(int most) {
    connections = most;
    return this;
  }

  private void start() {
    if (left != null) {
      return;
    }
    VirtualTime time = virtual ? new VirtualTime(cable::waiting) : null;
    try {
      left =
          host(Tulle.open(cable.left()), LEFT, LEFT_MAC, 2 * seed, time)
              .around(inner -> new Capture(link, recording, 0))
              .name("left")
              .start();
      right =
          host(Tulle.open(cable.right()), RIGHT, RIGHT_MAC, 2 * seed + 1, time)
              .name("right")
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (time != null) {
      time.start();
    }
  }

  private Setup host(Setup setup, String address, long mac, long keys, Pace time) {
    return setup
        .ipv4(address + "/" + PREFIX)
        .mac(mac)
        .connections(connections)
        .entropy(new FixedEntropy(keys))
        .pace(time);
  }

  /** The left host. */
  public synchronized Tulle left() {
    start();
    return left;
  }

  /** The right host. */
  public synchronized Tulle right() {
    start();
    return right;
  }

  /** The left host's address. */
  public InetAddress leftAddress() {
    return address(LEFT);
  }

  /** The right host's address. */
  public InetAddress rightAddress() {
    return address(RIGHT);
  }

  /** A port of the left host. */
  public InetSocketAddress leftAddress(int port) {
    return new InetSocketAddress(leftAddress(), port);
  }

  /** A port of the right host. */
  public InetSocketAddress rightAddress(int port) {
    return new InetSocketAddress(rightAddress(), port);
  }

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // it is a literal
    }
  }

  /** Lets no frame through any more, in either direction, until {@link #heal}. */
  public SimNetwork partition() {
    link.lose(true, true);
    return this;
  }

  /** Lets nothing through that goes to the right host: it is a black hole. */
  public SimNetwork blackHole() {
    link.lose(true, false);
    return this;
  }

  /** Makes a reset of each segment of each connection, as some middleboxes do. */
  public SimNetwork reset() {
    link.reset(true);
    return this;
  }

  /** Ends what {@link #partition}, {@link #blackHole} and {@link #reset} began. */
  public SimNetwork heal() {
    link.lose(false, false);
    link.reset(false);
    return this;
  }

  /** A line for each frame that the left host sent or received: its time, and what it was. */
  public List<String> trace() {
    return recording.lines();
  }

  /** Writes what the left host sent and received for tcpdump, tshark and Wireshark. */
  public void writeCapture(Path file) throws IOException {
    recording.writeTo(file);
  }

  /** Ends both hosts at once, whatever they have still to say. */
  @Override
  public synchronized void close() {
    heal();
    if (left != null) {
      left.close(Duration.ZERO);
      right.close(Duration.ZERO);
    }
  }
}
