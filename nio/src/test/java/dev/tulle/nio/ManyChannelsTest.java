// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Very many channels on one selector, and very many threads on one stack. */
@Timeout(120)
class ManyChannelsTest {
  private static final int CHANNELS = 10_000;
  private static final int BATCH = 40;
  private static final int ACTIVE = 100;
  private static final int MOST_BYTES = 4096;
  private static final int THREADS = 64;

  private static long heapBytes() throws InterruptedException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      Thread.sleep(20);
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  @Test
  void tenThousandIdleConnectionsWaitOnOneSelector() throws Exception {
    try (Ground small = Ground.tulle(10)) {
      small.connect(); // all classes are loaded
    }
    long before = heapBytes();
    try (Ground ground = Ground.tulle(CHANNELS + 1);
        Selector selector = ground.right.openSelector();
        ServerSocketChannel server = ground.listen()) {
      List<SocketChannel> clients = new ArrayList<>();
      while (clients.size() < CHANNELS) {
        for (int i = 0; i < BATCH; i++) {
          SocketChannel client = ground.left.openSocketChannel();
          client.configureBlocking(false);
          client.connect(ground.of(server));
          clients.add(client);
        }
        for (int i = 0; i < BATCH; i++) {
          SocketChannel accepted = server.accept();
          accepted.configureBlocking(false);
          accepted.register(selector, SelectionKey.OP_READ);
        }
      }
      for (SocketChannel client : clients) {
        while (!client.finishConnect()) {
          Thread.onSpinWait();
        }
      }
      assertEquals(0, selector.selectNow());
      long each = (heapBytes() - before) / (2 * CHANNELS);
      System.out.println("an idle channel takes " + each + " octets of heap");
      assertTrue(each <= MOST_BYTES, each + " octets of heap");
      for (int i = 0; i < ACTIVE; i++) {
        clients.get(i * CHANNELS / ACTIVE).write(ByteBuffer.allocate(1));
      }
      int[] found = new int[1];
      while (found[0] < ACTIVE) {
        selector.select(
            key -> {
              found[0]++;
              try {
                ((SocketChannel) key.channel()).read(ByteBuffer.allocate(9));
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
      }
      assertEquals(ACTIVE, found[0]);
      assertEquals(0, selector.selectNow());
    }
  }

  @Test
  void threadsDoNotMixTheirOctets() throws Exception {
    try (Ground ground = Ground.tulle();
        ServerSocketChannel server = ground.listen();
        ExecutorService servers = Executors.newVirtualThreadPerTaskExecutor();
        ExecutorService clients = Executors.newFixedThreadPool(THREADS)) {
      InetSocketAddress to = (InetSocketAddress) ground.of(server);
      servers.submit(
          () -> {
            for (int i = 0; i < THREADS; i++) {
              SocketChannel accepted = server.accept();
              servers.submit(() -> echo(accepted));
            }
            return null;
          });
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int seed = i;
        all.add(clients.submit(() -> converse(ground, to, seed)));
      }
      for (Future<?> one : all) {
        one.get(100, TimeUnit.SECONDS);
      }
    }
  }

  private static Void echo(SocketChannel channel) throws IOException {
    try (channel) {
      ByteBuffer b = ByteBuffer.allocateDirect(5000);
      while (channel.read(b.clear()) >= 0) {
        channel.write(b.flip());
      }
    }
    return null;
  }

  private static Void converse(Ground ground, InetSocketAddress to, int seed) throws IOException {
    Random random = new Random(seed);
    try (SocketChannel channel = ground.left.openSocketChannel()) {
      channel.connect(to);
      for (int round = 0; round < 20; round++) {
        byte[] sent = new byte[1 + random.nextInt(20_000)];
        random.nextBytes(sent);
        channel.write(ByteBuffer.wrap(sent));
        ByteBuffer got = ByteBuffer.allocate(sent.length);
        BehaviourTest.readFully(channel, got);
        assertArrayEquals(sent, got.array());
      }
    }
    return null;
  }
}
