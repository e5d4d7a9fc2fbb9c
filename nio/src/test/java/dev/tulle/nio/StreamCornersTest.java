// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What stream channels and their sockets do with odd arguments, on the JDK's and on ours. */
@Timeout(60)
class StreamCornersTest {
  private static final String ALL = "dev.tulle.nio.Ground#all";
  private static final InetSocketAddress UNRESOLVED =
      InetSocketAddress.createUnresolved("nowhere", 1);
  private static final UnixDomainSocketAddress UNIX = UnixDomainSocketAddress.of("socket");

  private static ByteBuffer room(int octets) {
    return ByteBuffer.allocate(octets);
  }

  /** The class alone: an exception below it is another one. */
  static void fails(Class<? extends Throwable> how, Executable what) {
    assertEquals(how, assertThrows(Throwable.class, what).getClass());
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void buffersThatCannotBeFilledAreRefusedAtOnce(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open()) {
      SocketChannel channel = ground.connect().client();
      ByteBuffer fixed = room(1).asReadOnlyBuffer();
      fails(IllegalArgumentException.class, () -> channel.read(fixed));
      fails(IllegalArgumentException.class, () -> channel.read(new ByteBuffer[] {room(1), fixed}));
      fails(NullPointerException.class, () -> channel.read((ByteBuffer) null));
      fails(NullPointerException.class, () -> channel.write((ByteBuffer) null));
      fails(NullPointerException.class, () -> channel.write(new ByteBuffer[] {null}));
      fails(IndexOutOfBoundsException.class, () -> channel.read(new ByteBuffer[1], 1, 1));
      fails(IndexOutOfBoundsException.class, () -> channel.write(new ByteBuffer[1], -1, 1));
      assertTrue(channel.isOpen());
      SocketChannel unconnected = ground.left.openSocketChannel();
      fails(NullPointerException.class, () -> unconnected.read((ByteBuffer) null));
      fails(NotYetConnectedException.class, () -> unconnected.read(fixed));
      Pipe pipe = ground.left.openPipe();
      fails(IllegalArgumentException.class, () -> pipe.source().read(fixed));
      fails(NullPointerException.class, () -> pipe.source().read((ByteBuffer) null));
      fails(NullPointerException.class, () -> pipe.sink().write((ByteBuffer) null));
      unconnected.close();
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void noRoomIsNoOctetsAndNoWait(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open()) {
      Ground.Pair pair = ground.connect();
      assertEquals(0, pair.client().read(room(0)));
      assertEquals(0, pair.client().read(new ByteBuffer[0]));
      assertEquals(0, pair.client().write(room(0)));
      ByteBuffer window = ByteBuffer.wrap(new byte[] {0, 1, 2, 3}).position(1).slice();
      ByteBuffer direct = ByteBuffer.allocateDirect(2).put(new byte[] {4, 5}).flip();
      assertEquals(
          5, pair.client().write(new ByteBuffer[] {window.asReadOnlyBuffer(), room(0), direct}));
      ByteBuffer got = ByteBuffer.allocateDirect(6).position(1);
      BehaviourTest.readFully(pair.server(), got);
      assertEquals(1, got.get(1));
      assertEquals(5, got.get(5));
      pair.client().shutdownInput();
      assertEquals(-1, pair.client().read(room(0)));
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void addressesThatAreNoneAreRefused(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        SocketChannel channel = ground.left.openSocketChannel();
        ServerSocketChannel server = ground.right.openServerSocketChannel()) {
      fails(NullPointerException.class, () -> channel.connect(null));
      fails(UnsupportedAddressTypeException.class, () -> channel.connect(UNIX));
      fails(UnsupportedAddressTypeException.class, () -> channel.bind(UNIX));
      fails(UnsupportedAddressTypeException.class, () -> server.bind(UNIX));
      InetSocketAddress foreign = new InetSocketAddress("192.0.2.1", 0);
      fails(BindException.class, () -> channel.bind(foreign));
      fails(BindException.class, () -> server.bind(foreign));
      Socket socket = channel.socket();
      fails(IllegalArgumentException.class, () -> socket.connect(null));
      fails(
          IllegalArgumentException.class,
          () -> socket.connect(new InetSocketAddress(ground.rightAddress, 1), -1));
      fails(SocketException.class, () -> socket.bind(UNRESOLVED));
      fails(SocketException.class, () -> server.socket().bind(UNRESOLVED));
      assertTrue(channel.isOpen());
      fails(UnknownHostException.class, () -> socket.connect(UNRESOLVED));
      assertTrue(socket.isClosed(), "as the class Socket says");
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void aChannelForOneFamilyKnowsNoOther(Ground.Named on) throws Exception {
    InetSocketAddress six = new InetSocketAddress("::1", 9);
    try (Ground ground = on.kind().open();
        var channel = ground.left.openSocketChannel(StandardProtocolFamily.INET);
        var server = ground.left.openServerSocketChannel(StandardProtocolFamily.INET);
        var datagrams = ground.left.openDatagramChannel(StandardProtocolFamily.INET)) {
      fails(UnsupportedAddressTypeException.class, () -> channel.bind(six));
      fails(UnsupportedAddressTypeException.class, () -> channel.connect(six));
      fails(UnsupportedAddressTypeException.class, () -> server.bind(six));
      fails(UnsupportedAddressTypeException.class, () -> datagrams.bind(six));
      fails(UnsupportedAddressTypeException.class, () -> datagrams.connect(six));
      fails(UnsupportedAddressTypeException.class, () -> datagrams.send(room(1), six));
      fails(NullPointerException.class, () -> ground.left.openSocketChannel(null));
      fails(
          UnsupportedOperationException.class,
          () -> ground.left.openDatagramChannel(StandardProtocolFamily.UNIX));
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void toConnectToNoAddressIsToConnectToThisHost(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        ServerSocketChannel server = ground.right.openServerSocketChannel();
        SocketChannel channel = ground.right.openSocketChannel()) {
      server.bind(null);
      channel.connect(new InetSocketAddress(Ground.port(server)));
      InetAddress to = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
      assertFalse(to.isAnyLocalAddress());
      try (SocketChannel accepted = server.accept()) {
        assertEquals(accepted.getRemoteAddress(), channel.getLocalAddress());
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void afterAFailureNothingIsPending(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open()) {
      ServerSocketChannel server = ground.listen();
      var gone = ground.of(server);
      server.close();
      SocketChannel channel = ground.left.openSocketChannel();
      channel.configureBlocking(false);
      assertThrows(
          ConnectException.class,
          () -> {
            if (!channel.connect(gone)) {
              while (!channel.finishConnect()) {
                Thread.onSpinWait();
              }
            }
          });
      assertFalse(channel.isOpen() || channel.isConnectionPending() || channel.isConnected());
      fails(ClosedChannelException.class, channel::finishConnect);
      fails(ClosedChannelException.class, () -> channel.connect(gone));
      try (Ground.Silence silence = ground.silence();
          SocketChannel pending = ground.left.openSocketChannel()) {
        pending.configureBlocking(false);
        pending.connect(silence.address());
        fails(ConnectionPendingException.class, () -> pending.bind(null));
        fails(NotYetConnectedException.class, () -> pending.write(room(1)));
        assertTrue(pending.isConnectionPending());
        pending.close();
        assertFalse(pending.isConnectionPending());
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void clientsShareAPortWhereBothSaySo(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        ServerSocketChannel server = ground.listen();
        ServerSocketChannel other = ground.listen();
        SocketChannel first = ground.left.openSocketChannel();
        SocketChannel second = ground.left.openSocketChannel();
        SocketChannel third = ground.left.openSocketChannel()) {
      first.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      first.bind(new InetSocketAddress(ground.leftAddress, 0));
      fails(BindException.class, () -> third.bind(first.getLocalAddress()));
      second.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      second.bind(first.getLocalAddress());
      first.connect(ground.of(server));
      second.connect(ground.of(other));
      assertEquals(first.getLocalAddress(), second.getLocalAddress());
      assertEquals(first.getLocalAddress(), other.accept().getRemoteAddress());
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void optionsHaveBounds(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        SocketChannel channel = ground.left.openSocketChannel()) {
      channel.setOption(StandardSocketOptions.SO_LINGER, 100_000);
      assertEquals(65_535, channel.getOption(StandardSocketOptions.SO_LINGER));
      channel.setOption(StandardSocketOptions.SO_LINGER, -5);
      assertEquals(-1, channel.getOption(StandardSocketOptions.SO_LINGER));
      fails(
          IllegalArgumentException.class,
          () -> channel.setOption(StandardSocketOptions.TCP_NODELAY, null));
      fails(
          IllegalArgumentException.class,
          () -> channel.setOption(StandardSocketOptions.SO_RCVBUF, null));
      @SuppressWarnings({"unchecked", "rawtypes"}) // as a program without generics has it
      Executable wrong =
          () -> channel.setOption((SocketOption) StandardSocketOptions.TCP_NODELAY, "yes");
      fails(IllegalArgumentException.class, wrong);
      fails(NullPointerException.class, () -> channel.getOption(null));
      fails(
          UnsupportedOperationException.class,
          () -> channel.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
      channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 100);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, 5);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      assertEquals(100, channel.getOption(ExtendedSocketOptions.TCP_KEEPIDLE));
      assertEquals(5, channel.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL));
      assertEquals(3, channel.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT));
      assertTrue(channel.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK));
      channel.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
      try (ServerSocketChannel server = ground.listen()) {
        assertTrue(server.getOption(StandardSocketOptions.SO_REUSEADDR));
        channel.connect(ground.of(server));
        channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, 50);
        assertEquals(50, channel.getOption(ExtendedSocketOptions.TCP_KEEPIDLE));
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void socketsOfChannelsTellInterruptsByName(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open()) {
      for (boolean virtual : new boolean[] {false, true}) {
        Socket socket = ground.connect().client().socket();
        socket.setSoTimeout(virtual ? 20_000 : 0);
        InputStream in = socket.getInputStream();
        var read = new BehaviourTest.Call(in::read, virtual).blocked();
        read.thread.interrupt();
        assertEquals(ClosedByInterruptException.class, read.failure().getClass());
        assertTrue(socket.isClosed());
      }
      ServerSocket server = ground.listen().socket();
      var accept = new BehaviourTest.Call(server::accept, true).blocked();
      accept.thread.interrupt();
      assertEquals(ClosedByInterruptException.class, accept.failure().getClass());
      assertTrue(server.isClosed());
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void aClosedSocketsStreamsSaySo(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open()) {
      Ground.Pair pair = ground.connect();
      pair.server().write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
      InputStream in = pair.client().socket().getInputStream();
      assertEquals(1, in.read());
      assertEquals(2, in.available());
      in.close();
      assertTrue(pair.client().socket().isClosed());
      assertThrows(IOException.class, in::read);
      assertThrows(IOException.class, in::available);
      Ground.Pair other = ground.connect();
      Socket socket = other.client().socket();
      InputStream waiting = socket.getInputStream();
      var read = new BehaviourTest.Call(waiting::read, false).blocked();
      socket.close();
      // The class Socket promises a SocketException, that of channels theirs.
      assertInstanceOf(IOException.class, read.failure());
    }
  }
}
