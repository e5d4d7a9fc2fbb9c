// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
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
}
