// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.Counter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
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
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Sixty-four threads that do all that can be done to channels at the same time, two seconds long,
 * or {@code -Dtulle.stress=SECONDS}: no octet is lost, and nobody is stuck.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class StressTest {
  private static final int THREADS = 64;
  private static final long SECONDS = Long.getLong("tulle.stress", 2);

  private final AtomicLong conversations = new AtomicLong();
  private final AtomicLong octets = new AtomicLong();
  private Ground ground;
  private InetSocketAddress to;

  @Test
  void nothingIsLostAndNobodyIsStuck() throws Exception {
    try (Ground made = Ground.tulle(1024);
        ServerSocketChannel server = made.listen();
        ExecutorService servers = Executors.newVirtualThreadPerTaskExecutor();
        ExecutorService clients = Executors.newFixedThreadPool(THREADS)) {
      ground = made;
      to = (InetSocketAddress) made.of(server);
      server.socket().setReuseAddress(true);
      Future<?> accepting = servers.submit(() -> serve(server, servers));
      long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Random random = new Random(i);
        all.add(clients.submit(() -> untilTheEnd(random, endNs)));
      }
      for (Future<?> one : all) {
        one.get(SECONDS + 120, TimeUnit.SECONDS);
      }
      server.close();
      accepting.get(20, TimeUnit.SECONDS);
      assertTrue(conversations.get() >= THREADS, conversations::toString);
      assertEquals(0, made.leftNet.counter(Counter.STACK_INTERNAL_ERROR));
      assertEquals(0, made.rightNet.counter(Counter.STACK_INTERNAL_ERROR));
      System.out.println(
          "stress: %d conversations, %d octets in %d s"
              .formatted(conversations.get(), octets.get(), SECONDS));
    }
  }

  private static Void serve(ServerSocketChannel server, ExecutorService threads)
      throws IOException {
    try {
      for (; ; ) {
        SocketChannel accepted = server.accept();
        threads.submit(() -> echo(accepted));
      }
    } catch (ClosedChannelException over) {
      return null;
    }
  }

  private static Void echo(SocketChannel channel) {
    ByteBuffer b = ByteBuffer.allocateDirect(5000);
    try (channel) {
      while (channel.read(b.clear()) >= 0) {
        channel.write(b.flip());
      }
    } catch (IOException reset) {
      // Some clients reset their connections, or close them with octets that nobody read.
    }
    return null;
  }

  private Void untilTheEnd(Random random, long endNs) throws Exception {
    while (System.nanoTime() - endNs < 0) {
      switch (random.nextInt(6)) {
        case 0, 1 -> blocking(random);
        case 2 -> selecting(random);
        case 3 -> oldSocket(random);
        case 4 -> closedByAnother(random);
        default -> interrupted();
      }
      conversations.incrementAndGet();
    }
    return null;
  }

  private byte[] some(Random random) {
    byte[] sent = new byte[1 + random.nextInt(60_000)];
    random.nextBytes(sent);
    octets.addAndGet(sent.length);
    return sent;
  }

  private SocketChannel connected() throws IOException {
    SocketChannel channel = ground.left.openSocketChannel();
    channel.connect(to);
    return channel;
  }

  private void blocking(Random random) throws IOException {
    try (SocketChannel channel = connected()) {
      for (int round = random.nextInt(5); round >= 0; round--) {
        byte[] sent = some(random);
        channel.write(ByteBuffer.wrap(sent));
        ByteBuffer got = ByteBuffer.allocate(sent.length);
        BehaviourTest.readFully(channel, got);
        assertArrayEquals(sent, got.array());
      }
      if (random.nextBoolean()) {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    }
  }

  /** Writes and reads at the same time, with a selector of its own. */
  private void selecting(Random random) throws IOException {
    byte[] sent = some(random);
    ByteBuffer out = ByteBuffer.wrap(sent);
    ByteBuffer in = ByteBuffer.allocateDirect(sent.length);
    try (Selector selector = ground.left.openSelector();
        SocketChannel channel = ground.left.openSocketChannel()) {
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
      channel.connect(to);
      while (in.hasRemaining()) {
        selector.select();
        selector.selectedKeys().clear();
        if (key.isConnectable()) {
          channel.finishConnect();
          key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        } else {
          assertTrue(!key.isReadable() || channel.read(in) >= 0, "the stream ended early");
          if (key.isWritable()) {
            channel.write(out);
            key.interestOps(
                out.hasRemaining()
                    ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
                    : SelectionKey.OP_READ);
          }
        }
      }
    }
    byte[] got = new byte[sent.length];
    in.flip().get(got);
    assertArrayEquals(sent, got);
  }

  private void oldSocket(Random random) throws IOException {
    byte[] sent = some(random);
    try (Socket socket = ground.leftNet.socketFactory().createSocket()) {
      socket.connect(to, 60_000);
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(sent);
      socket.shutdownOutput();
      assertArrayEquals(sent, socket.getInputStream().readAllBytes());
    }
  }

  /** A channel that another thread closes, wherever its user is then. */
  private void closedByAnother(Random random) throws Exception {
    SocketChannel channel = connected();
    byte[] sent = some(random);
    Thread closer = Thread.ofVirtual().start(() -> closed(channel));
    try {
      channel.write(ByteBuffer.wrap(sent));
      BehaviourTest.readFully(channel, ByteBuffer.allocate(sent.length));
      channel.read(ByteBuffer.allocate(1));
      throw new AssertionError("it was not closed");
    } catch (ClosedChannelException expected) {
      assertTrue(!channel.isOpen());
    }
    closer.join();
  }

  private static void closed(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void interrupted() throws Exception {
    SocketChannel channel = connected();
    Thread reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    channel.read(ByteBuffer.allocate(1));
                  } catch (IOException expected) {
                    // It was interrupted: the channel is closed.
                  }
                });
    reader.interrupt();
    reader.join();
    assertTrue(!channel.isOpen());
  }
}
