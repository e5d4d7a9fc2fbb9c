// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the Javadoc of datagram channels asks for, on the JDK's and on ours. */
@Timeout(60)
class DatagramTest {
  private static final String ALL = "dev.tulle.nio.Ground#all";

  private static InetSocketAddress to(Ground ground, DatagramChannel channel) throws Exception {
    int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
    return new InetSocketAddress(ground.rightAddress, port);
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void datagramsArriveWithTheirSource(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        DatagramChannel left = ground.left.openDatagramChannel();
        DatagramChannel right = ground.right.openDatagramChannel()) {
      assertNull(left.getLocalAddress());
      right.bind(new InetSocketAddress(ground.rightAddress, 0));
      assertEquals(5, left.send(ByteBuffer.wrap("hello".getBytes("US-ASCII")), to(ground, right)));
      ByteBuffer got = ByteBuffer.allocate(3);
      InetSocketAddress from = (InetSocketAddress) right.receive(got);
      assertEquals(ground.leftAddress, from.getAddress());
      assertEquals(3, got.position(), "what does not fit is lost");
      assertEquals(0, left.send(ByteBuffer.allocate(0), to(ground, right)));
      assertEquals(from, right.receive(got.clear()));
      assertEquals(0, got.position(), "an empty datagram is one");
      right.configureBlocking(false);
      assertNull(right.receive(got));
      byte[] large = new byte[8000];
      assertEquals(8000, left.send(ByteBuffer.wrap(large), to(ground, right)));
      right.configureBlocking(true);
      ByteBuffer direct = ByteBuffer.allocateDirect(9000);
      right.receive(direct);
      assertEquals(8000, direct.position(), "larger than a packet, so in fragments");
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void connectedChannelsHearOnePeerAndItsErrors(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        DatagramChannel left = ground.left.openDatagramChannel()) {
      assertThrows(NotYetConnectedException.class, () -> left.read(ByteBuffer.allocate(1)));
      assertThrows(NotYetConnectedException.class, () -> left.write(ByteBuffer.allocate(1)));
      DatagramChannel right = ground.right.openDatagramChannel();
      right.bind(new InetSocketAddress(ground.rightAddress, 0));
      InetSocketAddress to = to(ground, right);
      left.connect(to);
      assertTrue(left.isConnected());
      assertThrows(AlreadyConnectedException.class, () -> left.connect(to));
      assertEquals(
          2, left.write(new ByteBuffer[] {ByteBuffer.allocate(1), ByteBuffer.allocate(1)}));
      assertEquals(left.getLocalAddress(), right.receive(ByteBuffer.allocate(9)));
      right.close();
      left.write(ByteBuffer.allocate(1));
      assertThrows(PortUnreachableException.class, () -> left.read(ByteBuffer.allocate(1)));
      left.disconnect();
      assertNull(left.getRemoteAddress());
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void datagramsAreSelectedAndClosingEndsAReceive(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        DatagramChannel left = ground.left.openDatagramChannel();
        DatagramChannel right = ground.right.openDatagramChannel();
        Selector selector = ground.right.openSelector()) {
      right.bind(new InetSocketAddress(ground.rightAddress, 0));
      right.configureBlocking(false);
      SelectionKey key = right.register(selector, SelectionKey.OP_READ);
      BehaviourTest.Call select = new BehaviourTest.Call(selector::select, true).blocked();
      left.send(ByteBuffer.allocate(4), to(ground, right));
      assertEquals(1, select.answer());
      assertTrue(key.isReadable());
      BehaviourTest.Call receive =
          new BehaviourTest.Call(() -> left.receive(ByteBuffer.allocate(1)), true).blocked();
      left.close();
      assertEquals(AsynchronousCloseException.class, receive.failure().getClass());
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void socketsOfJavaNetSendAndReceive(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        DatagramChannel left = ground.left.openDatagramChannel();
        DatagramChannel right = ground.right.openDatagramChannel()) {
      right.socket().bind(new InetSocketAddress(ground.rightAddress, 0));
      DatagramPacket packet = new DatagramPacket(new byte[] {1, 2}, 2, to(ground, right));
      left.socket().send(packet);
      DatagramPacket got = new DatagramPacket(new byte[9], 9);
      right.socket().setSoTimeout(20_000);
      right.socket().receive(got);
      assertEquals(2, got.getLength());
      assertEquals(left.socket().getLocalPort(), got.getPort());
      right.socket().setSoTimeout(30);
      assertThrows(SocketTimeoutException.class, () -> right.socket().receive(got));
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void whatCannotBeFilledOrSentToIsRefused(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        DatagramChannel left = ground.left.openDatagramChannel();
        DatagramChannel right = ground.right.openDatagramChannel()) {
      right.bind(new InetSocketAddress(ground.rightAddress, 0));
      left.bind(new InetSocketAddress(ground.leftAddress, 0));
      InetSocketAddress here = to(ground, right);
      ByteBuffer fixed = ByteBuffer.allocate(9).asReadOnlyBuffer();
      ByteBuffer one = ByteBuffer.allocate(1);
      StreamCornersTest.fails(IllegalArgumentException.class, () -> right.receive(fixed));
      StreamCornersTest.fails(NullPointerException.class, () -> left.send(null, here));
      StreamCornersTest.fails(NullPointerException.class, () -> left.send(one, null));
      InetSocketAddress nowhere = new InetSocketAddress(ground.rightAddress, 0);
      StreamCornersTest.fails(SocketException.class, () -> left.send(one, nowhere));
      StreamCornersTest.fails(SocketException.class, () -> left.connect(nowhere));
      StreamCornersTest.fails(
          SocketException.class, () -> left.send(ByteBuffer.allocate(65_508), here));
      right.connect(left.getLocalAddress());
      StreamCornersTest.fails(IllegalArgumentException.class, () -> right.read(fixed));
      left.send(ByteBuffer.allocate(5), here);
      left.send(ByteBuffer.allocate(6), here);
      ByteBuffer[] small = {ByteBuffer.allocate(2), ByteBuffer.allocate(0), ByteBuffer.allocate(2)};
      assertEquals(4, right.read(small), "what does not fit is lost");
      assertEquals(0, right.read(ByteBuffer.allocate(0)), "but nothing is taken without room");
      assertEquals(6, right.read(ByteBuffer.allocate(9)));
      left.close();
      StreamCornersTest.fails(ClosedChannelException.class, () -> left.send(one, here));
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void anInterruptClosesAChannelThatSends(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        DatagramChannel left = ground.left.openDatagramChannel();
        DatagramChannel right = ground.right.openDatagramChannel()) {
      right.bind(new InetSocketAddress(ground.rightAddress, 0));
      InetSocketAddress here = to(ground, right);
      var send =
          new BehaviourTest.Call(
              () -> {
                Thread.currentThread().interrupt();
                return left.send(ByteBuffer.allocate(1), here);
              },
              true);
      assertEquals(ClosedByInterruptException.class, send.failure().getClass());
      var receive =
          new BehaviourTest.Call(
                  () -> {
                    right.socket().receive(new DatagramPacket(new byte[1], 1));
                    return null;
                  },
                  true)
              .blocked();
      receive.thread.interrupt();
      assertEquals(ClosedByInterruptException.class, receive.failure().getClass());
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void aPacketIsReceivedIntoAgainWithAllItsRoom(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        DatagramChannel left = ground.left.openDatagramChannel();
        DatagramChannel right = ground.right.openDatagramChannel()) {
      right.bind(new InetSocketAddress(ground.rightAddress, 0));
      DatagramPacket packet = new DatagramPacket(new byte[10], 1, 8);
      for (int octets : new int[] {2, 7, 1, 9}) {
        left.send(ByteBuffer.allocate(octets), to(ground, right));
        right.socket().receive(packet);
        assertEquals(Math.min(8, octets), packet.getLength());
        assertEquals(1, packet.getOffset());
      }
      packet.setLength(3);
      left.send(ByteBuffer.allocate(5), to(ground, right));
      right.socket().receive(packet);
      assertEquals(3, packet.getLength(), "as the program has said");
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void socketsOfJavaNetRefuseWhatIsNoAddress(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        DatagramChannel channel = ground.left.openDatagramChannel()) {
      DatagramSocket socket = channel.socket();
      InetSocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere", 1);
      StreamCornersTest.fails(SocketException.class, () -> socket.bind(unresolved));
      StreamCornersTest.fails(SocketException.class, () -> socket.connect(unresolved));
      StreamCornersTest.fails(
          IllegalArgumentException.class, () -> socket.connect((InetAddress) null, 1));
      StreamCornersTest.fails(
          IllegalArgumentException.class, () -> socket.joinGroup(unresolved, null));
      assertThrows(
          IllegalArgumentException.class, () -> socket.send(new DatagramPacket(new byte[1], 1)));
      assertTrue(!socket.isBound() && !socket.isConnected());
      channel.setOption(ExtendedSocketOptions.IP_DONTFRAGMENT, true);
      assertTrue(channel.getOption(ExtendedSocketOptions.IP_DONTFRAGMENT));
    }
  }
}
