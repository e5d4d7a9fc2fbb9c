// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.simnet;

import static dev.tulle.simnet.LinkQuality.mbit;
import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The network that a test of a Java program stands on. */
@Timeout(60)
class SimNetworkTest {
  private static final int PORT = 7;

  /** A connection in both hosts' hands. */
  private record Pair(SocketChannel client, SocketChannel server) {}

  private static Pair connect(SimNetwork net) throws IOException {
    InetSocketAddress to = new InetSocketAddress(net.rightAddress(), PORT);
    try (var server = net.right().serverSocketChannel().bind(to)) {
      SocketChannel client = net.left().socketChannel();
      client.connect(to);
      return new Pair(client, server.accept());
    }
  }

  /** Sends 200,000 octets to the right over a bad link in virtual time; answers all frames. */
  private static List<String> transfer(long seed) throws Exception {
    try (SimNetwork net = SimNetwork.seed(seed).virtual()) {
      net.link(l -> l.delay(ofMillis(40)).loss(0.03).rate(mbit(10)));
      Pair pair = connect(net);
      byte[] sent = new byte[200_000];
      new Random(seed).nextBytes(sent);
      CompletableFuture<byte[]> received =
          CompletableFuture.supplyAsync(
              () -> {
                try (InputStream in = pair.server().socket().getInputStream()) {
                  return in.readAllBytes();
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      pair.client().write(ByteBuffer.wrap(sent));
      pair.client().close();
      assertArrayEquals(sent, received.get(50, TimeUnit.SECONDS));
      return net.trace();
    }
  }

  @Test
  void aSeedGivesTheSameFramesAtTheSameTimesOfVirtualTime() throws Exception {
    List<String> first = transfer(7);
    assertTrue(first.size() > 200, "frames: " + first.size());
    assertEquals(String.join("\n", first), String.join("\n", transfer(7)));
    assertNotEquals(first, transfer(8));
  }

  @Test
  void minutesOfVirtualTimeTakeSeconds() throws Exception {
    try (SimNetwork net = SimNetwork.seed(1).virtual()) {
      Pair pair = connect(net);
      Socket socket = pair.client().socket();
      socket.setSoTimeout(600_000);
      long began = System.nanoTime();
      assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
      assertTrue(System.nanoTime() - began < 30_000_000_000L);
      net.partition();
      SocketChannel lost = net.left().socketChannel();
      IOException late =
          assertThrows(
              IOException.class,
              () -> lost.connect(new InetSocketAddress(net.rightAddress(), PORT)));
      assertEquals("Connection timed out", late.getMessage());
    }
  }

  @Test
  @ExtendWith(SimNetworkExtension.class)
  void aPartitionHoldsEverythingUntilItHeals(SimNetwork net) throws Exception {
    Pair pair = connect(net);
    net.partition();
    pair.client().write(ByteBuffer.wrap(new byte[] {1}));
    Socket server = pair.server().socket();
    server.setSoTimeout(100);
    assertThrows(SocketTimeoutException.class, () -> server.getInputStream().read());
    net.heal();
    server.setSoTimeout(20_000);
    assertEquals(1, server.getInputStream().read());
  }

  @Test
  @ExtendWith(SimNetworkExtension.class)
  void resetsAreSeenByBothSides(SimNetwork net) throws Exception {
    Pair pair = connect(net);
    net.reset();
    pair.client().write(ByteBuffer.wrap(new byte[] {1}));
    IOException reset =
        assertThrows(IOException.class, () -> pair.server().read(ByteBuffer.allocate(9)));
    assertEquals("Connection reset", reset.getMessage());
  }

  @Test
  @ExtendWith(SimNetworkExtension.class)
  void aDelayIsFeltByRoundTrips(SimNetwork net) throws Exception {
    net.link(l -> l.delay(ofMillis(60)));
    long began = System.nanoTime();
    Pair pair = connect(net);
    assertTrue(System.nanoTime() - began >= 120_000_000L);
    pair.client().close();
    assertEquals(-1, pair.server().read(ByteBuffer.allocate(1)));
  }
}
