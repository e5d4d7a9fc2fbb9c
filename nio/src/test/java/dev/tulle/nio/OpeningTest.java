// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How connections come about and how they do not, on the JDK's channels and on ours. */
@Timeout(60)
class OpeningTest {
  private static final String ALL = "dev.tulle.nio.Ground#all";

  @ParameterizedTest
  @MethodSource(ALL)
  void aBoundChannelConnectsFromItsPort(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        ServerSocketChannel server = ground.listen();
        ServerSocketChannel other = ground.listen();
        SocketChannel channel = ground.left.openSocketChannel()) {
      channel.bind(new InetSocketAddress(ground.leftAddress, 0));
      InetSocketAddress bound = (InetSocketAddress) channel.getLocalAddress();
      assertTrue(bound.getPort() > 0);
      channel.connect(ground.of(server));
      assertEquals(bound, channel.getLocalAddress());
      try (SocketChannel accepted = server.accept()) {
        assertEquals(bound, accepted.getRemoteAddress());
      }
      SocketChannel second = ground.left.openSocketChannel();
      assertThrows(BindException.class, () -> second.bind(bound));
      Socket socket = ground.left.openSocketChannel().socket();
      socket.bind(new InetSocketAddress(ground.leftAddress, 0));
      int port = socket.getLocalPort();
      socket.connect(ground.of(other));
      assertEquals(port, socket.getLocalPort());
      assertEquals(port, ((InetSocketAddress) other.accept().getRemoteAddress()).getPort());
      socket.close();
      second.close();
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void whereNoConnectionCanLeadTheNetworkIsUnreachable(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open()) {
      for (String group : new String[] {"224.0.0.1", "255.255.255.255"}) {
        InetSocketAddress to = new InetSocketAddress(InetAddress.getByName(group), 80);
        SocketChannel blocking = ground.left.openSocketChannel();
        var unreachable = assertThrows(SocketException.class, () -> blocking.connect(to));
        assertEquals(SocketException.class, unreachable.getClass());
        assertTrue(
            unreachable.getMessage().startsWith("Network is unreachable"), unreachable::toString);
        assertFalse(blocking.isOpen());
        SocketChannel polled = ground.left.openSocketChannel();
        polled.configureBlocking(false);
        assertThrows(
            SocketException.class,
            () -> {
              polled.connect(to);
              polled.finishConnect();
            });
        assertFalse(polled.isOpen());
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void whoDoesNotAnswerIsWaitedForAsLongAsWasSaid(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        Ground.Silence silence = ground.silence()) {
      Socket socket = ground.left.openSocketChannel().socket();
      var late =
          assertThrows(SocketTimeoutException.class, () -> socket.connect(silence.address(), 50));
      assertEquals("Connect timed out", late.getMessage());
      assertTrue(socket.isClosed());
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void waitingForAConnectionEndsWithTheChannelOrTheThread(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        Ground.Silence silence = ground.silence()) {
      SocketChannel closed = ground.left.openSocketChannel();
      var connect =
          new BehaviourTest.Call(() -> closed.connect(silence.address()), false).blocked();
      assertTrue(closed.isConnectionPending());
      closed.close();
      assertEquals(AsynchronousCloseException.class, connect.failure().getClass());
      SocketChannel channel = ground.left.openSocketChannel();
      var other = new BehaviourTest.Call(() -> channel.connect(silence.address()), true).blocked();
      other.thread.interrupt();
      assertEquals(ClosedByInterruptException.class, other.failure().getClass());
      assertFalse(channel.isOpen());
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void aPendingConnectionIsNotReadyAndMayBeGivenUp(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        Ground.Silence silence = ground.silence();
        Selector selector = ground.left.openSelector()) {
      SocketChannel channel = ground.left.openSocketChannel();
      channel.configureBlocking(false);
      assertFalse(channel.connect(silence.address()));
      SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
      assertEquals(0, selector.select(30));
      assertFalse(channel.finishConnect());
      assertTrue(channel.isConnectionPending());
      channel.close();
      assertFalse(key.isValid());
      assertEquals(0, selector.selectNow());
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void theTypeOfServiceIsKept(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        ServerSocketChannel server = ground.listen();
        SocketChannel channel = ground.left.openSocketChannel()) {
      assertEquals(0, channel.getOption(StandardSocketOptions.IP_TOS));
      channel.setOption(StandardSocketOptions.IP_TOS, 0x88);
      assertEquals(0x88, channel.getOption(StandardSocketOptions.IP_TOS));
      channel.connect(ground.of(server));
      assertEquals(0x88, channel.getOption(StandardSocketOptions.IP_TOS));
      channel.socket().setTrafficClass(0x20);
      assertEquals(0x20, channel.socket().getTrafficClass());
      assertThrows(
          IllegalArgumentException.class,
          () -> channel.setOption(StandardSocketOptions.IP_TOS, 256));
    }
  }
}
