// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the Javadoc of stream channels asks for, on the JDK's and on ours. */
@Timeout(60)
class BehaviourTest {
  private static final String ALL = "dev.tulle.nio.Ground#all";

  /** A call on a thread of its own. */
  static final class Call {
    final CompletableFuture<Object> result = new CompletableFuture<>();
    final Thread thread;

    Call(Callable<Object> what, boolean virtual) {
      Runnable run =
          () -> {
            try {
              result.complete(what.call());
            } catch (Throwable e) {
              result.completeExceptionally(e);
            }
          };
      thread = virtual ? Thread.ofVirtual().start(run) : Thread.ofPlatform().daemon().start(run);
    }

    /** Waits until the thread waits. */
    Call blocked() throws InterruptedException {
      // The JDK's channels block in a system call, where a thread counts as running.
      Thread.sleep(60);
      return this;
    }

    Throwable failure() throws Exception {
      return assertThrows(ExecutionException.class, () -> result.get(20, TimeUnit.SECONDS))
          .getCause();
    }

    Object answer() throws Exception {
      return result.get(20, TimeUnit.SECONDS);
    }
  }

  private static Call call(Callable<Object> what) {
    return new Call(what, false);
  }

  private static ByteBuffer bytes(int... values) {
    ByteBuffer b = ByteBuffer.allocate(values.length);
    for (int value : values) {
      b.put((byte) value);
    }
    return b.flip();
  }

  static void readFully(SocketChannel from, ByteBuffer to) throws IOException {
    while (to.hasRemaining()) {
      assertTrue(from.read(to) >= 0, "the stream ended early");
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void octetsArriveOnHeapAndOffIt(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open()) {
      Ground.Pair pair = ground.connect();
      byte[] sent = new byte[300_000];
      new Random(1).nextBytes(sent);
      Call writer =
          call(
              () -> {
                ByteBuffer direct = ByteBuffer.allocateDirect(sent.length).put(sent).flip();
                int n = pair.client().write(direct);
                pair.client().shutdownOutput();
                return n;
              });
      ByteBuffer got = ByteBuffer.allocateDirect(sent.length + 1);
      while (pair.server().read(got) >= 0) {}
      byte[] received = new byte[got.flip().remaining()];
      got.get(received);
      assertArrayEquals(sent, received);
      assertEquals(sent.length, writer.answer(), "a blocking write writes all");
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void gatheringAndScatteringKeepTheOrder(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open()) {
      Ground.Pair pair = ground.connect();
      ByteBuffer[] out = {bytes(9), bytes(1, 2), bytes(), bytes(3, 4, 5), bytes(9)};
      assertEquals(5, pair.client().write(out, 1, 3));
      assertEquals(1, out[0].remaining());
      ByteBuffer[] in = {ByteBuffer.allocate(1), ByteBuffer.allocate(2), ByteBuffer.allocate(9)};
      long n = 0;
      while (n < 5) {
        n += pair.server().read(in);
      }
      assertEquals(1, in[0].get(0));
      assertEquals(3, in[1].get(1));
      assertEquals(5, in[2].get(1));
      assertThrows(IndexOutOfBoundsException.class, () -> pair.client().write(out, 4, 2));
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void closingEndsABlockedRead(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open()) {
      Ground.Pair pair = ground.connect();
      Call read = call(() -> pair.client().read(ByteBuffer.allocate(1))).blocked();
      pair.client().close();
      assertEquals(AsynchronousCloseException.class, read.failure().getClass());
      assertThrows(ClosedChannelException.class, () -> pair.client().read(ByteBuffer.allocate(1)));
      assertThrows(ClosedChannelException.class, () -> pair.client().write(bytes(1)));
      assertEquals(-1, pair.server().read(ByteBuffer.allocate(1)));
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void closingEndsABlockedWriteAndAccept(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open()) {
      Ground.Pair pair = ground.connect();
      Call write =
          call(
              () -> {
                for (; ; ) {
                  pair.client().write(ByteBuffer.allocate(1 << 20));
                }
              });
      write.blocked();
      pair.client().close();
      assertTrue(write.failure() instanceof ClosedChannelException, write.failure()::toString);
      ServerSocketChannel server = ground.listen();
      Call accept = call(server::accept).blocked();
      server.close();
      assertEquals(AsynchronousCloseException.class, accept.failure().getClass());
      assertThrows(ClosedChannelException.class, server::accept);
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void interruptClosesTheChannelOfPlatformAndVirtualThreads(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open()) {
      for (boolean virtual : new boolean[] {false, true}) {
        Ground.Pair pair = ground.connect();
        boolean[] flag = new boolean[1];
        Call read =
            new Call(
                    () -> {
                      try {
                        return pair.client().read(ByteBuffer.allocate(1));
                      } finally {
                        flag[0] = Thread.currentThread().isInterrupted();
                      }
                    },
                    virtual)
                .blocked();
        read.thread.interrupt();
        assertEquals(ClosedByInterruptException.class, read.failure().getClass());
        assertTrue(flag[0], "the interrupt status stays set");
        assertFalse(pair.client().isOpen());
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void interruptBeforeTheCallClosesToo(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open()) {
      Ground.Pair pair = ground.connect();
      Call read =
          call(
              () -> {
                Thread.currentThread().interrupt();
                return pair.client().read(ByteBuffer.allocate(1));
              });
      assertEquals(ClosedByInterruptException.class, read.failure().getClass());
      ServerSocketChannel server = ground.listen();
      Call accept = call(server::accept).blocked();
      accept.thread.interrupt();
      assertEquals(ClosedByInterruptException.class, accept.failure().getClass());
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void statesHaveTheirExceptions(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        ServerSocketChannel server = ground.listen()) {
      SocketChannel channel = ground.left.openSocketChannel();
      assertFalse(channel.isConnected());
      assertNull(channel.getLocalAddress());
      assertNull(channel.getRemoteAddress());
      assertThrows(NotYetConnectedException.class, () -> channel.read(ByteBuffer.allocate(1)));
      assertThrows(NotYetConnectedException.class, () -> channel.write(bytes(1)));
      assertThrows(NotYetConnectedException.class, channel::shutdownInput);
      assertThrows(NotYetConnectedException.class, channel::shutdownOutput);
      assertThrows(NoConnectionPendingException.class, channel::finishConnect);
      assertThrows(
          UnresolvedAddressException.class,
          () -> channel.connect(InetSocketAddress.createUnresolved("nowhere", 1)));
      assertTrue(channel.connect(ground.of(server)));
      assertThrows(AlreadyConnectedException.class, () -> channel.connect(ground.of(server)));
      assertTrue(channel.finishConnect());
      assertThrows(AlreadyBoundException.class, () -> channel.bind(null));
      assertEquals(ground.of(server), channel.getRemoteAddress());
      SocketChannel accepted = server.accept();
      assertEquals(channel.getLocalAddress(), accepted.getRemoteAddress());
      assertEquals(ground.of(server), accepted.getLocalAddress());
      channel.close();
      assertThrows(ClosedChannelException.class, () -> channel.connect(ground.of(server)));
      assertThrows(ClosedChannelException.class, channel::getRemoteAddress);
      assertThrows(ClosedChannelException.class, channel::shutdownInput);
      assertThrows(
          ClosedChannelException.class,
          () -> channel.setOption(StandardSocketOptions.TCP_NODELAY, true));
      ServerSocketChannel unbound = ground.right.openServerSocketChannel();
      assertThrows(NotYetBoundException.class, unbound::accept);
      assertThrows(AlreadyBoundException.class, () -> server.bind(null));
      unbound.close();
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void connectingWithoutWaitingIsFinishedLater(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        ServerSocketChannel server = ground.listen();
        Selector selector = ground.left.openSelector()) {
      SocketChannel channel = ground.left.openSocketChannel();
      channel.configureBlocking(false);
      if (!channel.connect(ground.of(server))) {
        assertTrue(channel.isConnectionPending());
        assertThrows(ConnectionPendingException.class, () -> channel.connect(ground.of(server)));
        assertThrows(NotYetConnectedException.class, () -> channel.read(ByteBuffer.allocate(1)));
        SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
        assertEquals(1, selector.select());
        assertTrue(key.isConnectable());
        assertTrue(channel.finishConnect());
        key.interestOps(0);
      }
      assertTrue(channel.isConnected());
      assertFalse(channel.isConnectionPending());
      assertEquals(0, channel.read(ByteBuffer.allocate(1)));
      channel.close();
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void refusalIsAConnectException(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        Selector selector = ground.left.openSelector()) {
      ServerSocketChannel server = ground.listen();
      var gone = ground.of(server);
      server.close();
      SocketChannel blocking = ground.left.openSocketChannel();
      var refused = assertThrows(ConnectException.class, () -> blocking.connect(gone));
      assertEquals("Connection refused", refused.getMessage());
      assertFalse(blocking.isOpen());
      SocketChannel channel = ground.left.openSocketChannel();
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_CONNECT);
      assertThrows(
          ConnectException.class,
          () -> {
            if (!channel.connect(gone)) {
              selector.select();
              channel.finishConnect();
            }
          });
      assertFalse(channel.isOpen());
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void eachSideIsClosedByItself(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open()) {
      Ground.Pair pair = ground.connect();
      pair.client().write(bytes(1, 2));
      pair.client().shutdownOutput();
      pair.client().shutdownOutput();
      assertThrows(ClosedChannelException.class, () -> pair.client().write(bytes(3)));
      readFully(pair.server(), ByteBuffer.allocate(2));
      assertEquals(-1, pair.server().read(ByteBuffer.allocate(1)));
      assertEquals(-1, pair.server().read(ByteBuffer.allocate(1)), "the end stays");
      pair.server().write(bytes(7));
      ByteBuffer got = ByteBuffer.allocate(1);
      readFully(pair.client(), got);
      assertEquals(7, got.get(0));
      Call read = call(() -> pair.client().read(ByteBuffer.allocate(1))).blocked();
      pair.client().shutdownInput();
      assertEquals(-1, read.answer());
      assertEquals(-1, pair.client().read(ByteBuffer.allocate(1)));
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void aConnectionThatLosesDataIsReset(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open()) {
      Ground.Pair pair = ground.connect();
      pair.client().write(bytes(1));
      Selector selector = ground.right.openSelector();
      pair.server().configureBlocking(false);
      pair.server().register(selector, SelectionKey.OP_READ);
      selector.select();
      selector.close();
      pair.server().close(); // with an octet that nobody read
      IOException reset =
          assertThrows(IOException.class, () -> pair.client().read(ByteBuffer.allocate(1)));
      assertTrue(reset.getMessage().startsWith("Connection reset"), reset::toString);
      assertThrows(IOException.class, () -> pair.client().write(bytes(1)));
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void writesWithoutWaitingAreInPartAndGoOnWhenThereIsRoom(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        Selector selector = ground.left.openSelector()) {
      Ground.Pair pair = ground.connect();
      pair.client().configureBlocking(false);
      ByteBuffer much = ByteBuffer.allocate(1 << 20);
      long written = 0;
      for (int quiet = 0; quiet < 20; ) {
        int n = pair.client().write(much.clear());
        written += n;
        quiet = n == 0 ? quiet + 1 : 0;
        if (n == 0) {
          Thread.sleep(5);
        }
      }
      SelectionKey key = pair.client().register(selector, SelectionKey.OP_WRITE);
      assertEquals(0, selector.selectNow(), "there is no room");
      long total = written;
      Call drain =
          call(
              () -> {
                ByteBuffer b = ByteBuffer.allocate(1 << 16);
                for (long n = 0; n < total; n += b.position()) {
                  pair.server().read(b.clear());
                }
                return null;
              });
      assertEquals(1, selector.select());
      assertTrue(key.isWritable());
      drain.answer();
      assertTrue(pair.client().write(much.clear()) > 0);
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void socketsOfJavaNetHaveTimeouts(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open()) {
      Ground.Pair pair = ground.connect();
      var socket = pair.client().socket();
      assertTrue(socket.isConnected() && socket.isBound() && !socket.isClosed());
      assertEquals(ground.rightAddress, socket.getInetAddress());
      socket.setSoTimeout(30);
      var in = socket.getInputStream();
      assertThrows(java.net.SocketTimeoutException.class, in::read);
      pair.server().write(bytes(200, 1));
      assertEquals(200, in.read());
      socket.getOutputStream().write(new byte[] {4, 5});
      ByteBuffer got = ByteBuffer.allocate(2);
      readFully(pair.server(), got);
      socket.shutdownOutput();
      assertTrue(socket.isOutputShutdown());
      assertThrows(IOException.class, socket::getOutputStream);
      assertEquals(-1, pair.server().read(ByteBuffer.allocate(1)));
      socket.close();
      assertTrue(socket.isClosed());
      assertFalse(pair.client().isOpen());
      try (ServerSocketChannel server = ground.listen()) {
        server.socket().setSoTimeout(30);
        assertThrows(java.net.SocketTimeoutException.class, () -> server.socket().accept());
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void optionsAreKept(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open()) {
      SocketChannel channel = ground.left.openSocketChannel();
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      channel.setOption(StandardSocketOptions.SO_LINGER, 3);
      assertTrue(channel.getOption(StandardSocketOptions.TCP_NODELAY));
      assertTrue(channel.getOption(StandardSocketOptions.SO_KEEPALIVE));
      assertEquals(3, channel.getOption(StandardSocketOptions.SO_LINGER));
      assertTrue(channel.getOption(StandardSocketOptions.SO_SNDBUF) > 0);
      assertThrows(
          UnsupportedOperationException.class,
          () -> channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true));
      assertThrows(
          IllegalArgumentException.class,
          () -> channel.setOption(StandardSocketOptions.SO_RCVBUF, -1));
      assertThrows(NullPointerException.class, () -> channel.setOption(null, 1));
      try (ServerSocketChannel server = ground.listen()) {
        channel.connect(ground.of(server));
        assertTrue(channel.getOption(StandardSocketOptions.TCP_NODELAY));
      }
      channel.close();
    }
  }
}
