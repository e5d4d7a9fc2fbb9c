// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the Javadoc of selectors, keys and pipes asks for, on the JDK's and on ours. */
@Timeout(60)
class SelectorTest {
  private static final String ALL = "dev.tulle.nio.Ground#all";
  private static final long LONG_MS = 20_000;

  private static BehaviourTest.Call select(Selector selector) {
    return new BehaviourTest.Call(selector::select, false);
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void wakeupEndsTheSelectionThatIsOrTheNext(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        Selector selector = ground.left.openSelector()) {
      selector.wakeup();
      selector.wakeup();
      assertEquals(0, selector.select(LONG_MS));
      BehaviourTest.Call call = select(selector).blocked();
      assertFalse(call.result.isDone(), "two wake-ups are one");
      selector.wakeup();
      assertEquals(0, call.answer());
      selector.wakeup();
      assertEquals(0, selector.selectNow(), "and this one is taken by selectNow");
      long began = System.nanoTime();
      assertEquals(0, selector.select(50));
      assertTrue(System.nanoTime() - began > 30_000_000L);
      assertThrows(IllegalArgumentException.class, () -> selector.select(-1));
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void interruptAndCloseEndASelection(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        Selector selector = ground.left.openSelector()) {
      BehaviourTest.Call call =
          new BehaviourTest.Call(
                  () -> {
                    selector.select();
                    return Thread.interrupted();
                  },
                  false)
              .blocked();
      call.thread.interrupt();
      assertEquals(true, call.answer());
      assertTrue(selector.isOpen());
      BehaviourTest.Call closed = select(selector).blocked();
      selector.close();
      try {
        assertEquals(0, closed.answer()); // the Javadoc says no more than that it returns
      } catch (java.util.concurrent.ExecutionException e) {
        assertTrue(e.getCause() instanceof ClosedSelectorException, e::toString);
      }
      assertThrows(ClosedSelectorException.class, selector::select);
      assertThrows(ClosedSelectorException.class, selector::keys);
      assertThrows(ClosedSelectorException.class, selector::selectedKeys);
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void readinessLastsUntilItIsUsed(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        Selector selector = ground.right.openSelector()) {
      Ground.Pair pair = ground.connect();
      pair.server().configureBlocking(false);
      SelectionKey key = pair.server().register(selector, SelectionKey.OP_READ, "mine");
      assertEquals(0, selector.selectNow());
      pair.client().write(ByteBuffer.allocate(3));
      assertEquals(1, selector.select());
      assertTrue(key.isReadable());
      assertEquals("mine", key.attachment());
      assertEquals(0, selector.select(LONG_MS), "a selected key without news does not count");
      assertTrue(selector.selectedKeys().contains(key));
      assertTrue(selector.selectedKeys().remove(key));
      assertEquals(1, selector.select(), "but it is still ready");
      selector.selectedKeys().clear();
      pair.server().read(ByteBuffer.allocate(3));
      assertEquals(0, selector.selectNow());
      key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
      assertEquals(1, selector.select());
      assertEquals(SelectionKey.OP_WRITE, key.readyOps());
      pair.client().write(ByteBuffer.allocate(3));
      while (!key.isReadable()) {
        selector.select(); // it does not wait: the channel is writable all the time
      }
      assertEquals(SelectionKey.OP_READ | SelectionKey.OP_WRITE, key.readyOps());
      assertThrows(IllegalArgumentException.class, () -> key.interestOps(SelectionKey.OP_ACCEPT));
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void interestSetDuringASelectionCounts(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        Selector selector = ground.right.openSelector()) {
      Ground.Pair pair = ground.connect();
      pair.server().configureBlocking(false);
      SelectionKey key = pair.server().register(selector, 0);
      pair.client().write(ByteBuffer.allocate(1));
      BehaviourTest.Call call = select(selector).blocked();
      assertFalse(call.result.isDone());
      key.interestOps(SelectionKey.OP_READ);
      selector.wakeup();
      call.answer();
      selector.select(LONG_MS);
      assertTrue(key.isReadable());
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void cancelledKeysAreForgottenBySelections(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        Selector selector = ground.right.openSelector()) {
      Ground.Pair pair = ground.connect();
      SocketChannel channel = pair.server();
      assertThrows(
          IllegalBlockingModeException.class,
          () -> channel.register(selector, SelectionKey.OP_READ));
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      assertThrows(IllegalBlockingModeException.class, () -> channel.configureBlocking(true));
      pair.client().write(ByteBuffer.allocate(1));
      assertEquals(1, selector.select());
      key.cancel();
      assertFalse(key.isValid());
      assertThrows(CancelledKeyException.class, key::interestOps);
      assertThrows(CancelledKeyException.class, key::readyOps);
      assertTrue(selector.keys().contains(key));
      assertThrows(
          CancelledKeyException.class, () -> channel.register(selector, SelectionKey.OP_READ));
      assertEquals(0, selector.selectNow());
      assertTrue(selector.keys().isEmpty() && selector.selectedKeys().isEmpty());
      assertNull(channel.keyFor(selector));
      assertFalse(channel.isRegistered());
      SelectionKey again = channel.register(selector, SelectionKey.OP_READ);
      assertSame(again, channel.register(selector, SelectionKey.OP_READ, "new"));
      channel.close();
      assertFalse(again.isValid());
      selector.selectNow();
      assertTrue(selector.keys().isEmpty());
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void keySetsCannotGrow(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        Selector selector = ground.right.openSelector();
        ServerSocketChannel server = ground.listen()) {
      server.configureBlocking(false);
      SelectionKey key = server.register(selector, SelectionKey.OP_ACCEPT);
      assertThrows(UnsupportedOperationException.class, () -> selector.keys().remove(key));
      assertThrows(UnsupportedOperationException.class, () -> selector.selectedKeys().add(key));
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void actionsGetEachReadyKey(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        Selector selector = ground.right.openSelector();
        ServerSocketChannel server = ground.listen()) {
      server.configureBlocking(false);
      server.register(selector, SelectionKey.OP_ACCEPT);
      SocketChannel client = ground.left.openSocketChannel();
      client.connect(ground.of(server));
      AtomicInteger accepted = new AtomicInteger();
      selector.select(
          key -> {
            assertTrue(key.isAcceptable());
            accepted.incrementAndGet();
          },
          LONG_MS);
      assertEquals(1, accepted.get());
      SocketChannel got = server.accept();
      assertTrue(got.isBlocking(), "an accepted channel blocks, whatever the server does");
      assertNull(server.accept());
      got.close();
      client.close();
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void pipesAreSelectedToo(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        Selector selector = ground.left.openSelector()) {
      Pipe pipe = ground.left.openPipe();
      pipe.source().configureBlocking(false);
      SelectionKey key = pipe.source().register(selector, SelectionKey.OP_READ);
      assertEquals(0, pipe.source().read(ByteBuffer.allocate(1)));
      BehaviourTest.Call call = select(selector).blocked();
      pipe.sink().write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
      assertEquals(1, call.answer());
      assertTrue(key.isReadable());
      ByteBuffer got = ByteBuffer.allocate(9);
      assertEquals(3, pipe.source().read(got));
      assertEquals(3, got.get(2));
      pipe.sink().close();
      selector.selectedKeys().clear();
      assertEquals(1, selector.select());
      assertEquals(-1, pipe.source().read(got));
      pipe.source().close();
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void actionsThatSelectThemselvesAreRefused(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        Selector selector = ground.left.openSelector()) {
      SocketChannel channel = ground.connect().client();
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_WRITE);
      int[] calls = new int[1];
      selector.select(
          key -> {
            calls[0]++;
            assertThrows(IllegalStateException.class, selector::selectNow);
            assertThrows(IllegalStateException.class, () -> selector.select(other -> {}, 1));
          });
      assertEquals(1, calls[0]);
      assertThrows(NullPointerException.class, () -> selector.selectNow(null));
      assertThrows(IllegalArgumentException.class, () -> selector.select(key -> {}, -1));
      assertThrows(
          UnsupportedOperationException.class,
          () ->
              selector.selectNow(
                  key -> {
                    throw new UnsupportedOperationException();
                  }));
      assertEquals(1, selector.select(), "an action that fails leaves the selector as it was");
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void othersMayRegisterCancelAndCloseDuringASelection(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        Selector selector = ground.left.openSelector()) {
      Ground.Pair pair = ground.connect();
      BehaviourTest.Call call = select(selector).blocked();
      pair.client().configureBlocking(false);
      SelectionKey key = pair.client().register(selector, SelectionKey.OP_READ);
      key.cancel();
      assertTrue(selector.keys().contains(key), "until the next selection");
      selector.wakeup();
      call.answer();
      assertTrue(selector.keys().isEmpty());
      pair.client().register(selector, SelectionKey.OP_READ);
      BehaviourTest.Call other = select(selector).blocked();
      pair.client().close();
      selector.wakeup();
      other.answer();
      assertTrue(selector.keys().isEmpty());
      assertEquals(-1, pair.server().read(ByteBuffer.allocate(1)), "the peer hears of it");
    }
  }
}
