// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Groups that datagram channels join, on the JDK's channels and on ours. */
@Timeout(60)
class GroupTest {
  private static final String BOTH = "dev.tulle.nio.Ground#both";
  private static final int GROUP_TURN = 1;
  private static final int HOST_TURN = 2;

  /** A sender, a receiver, and the group that they are about. */
  private static final class Party implements AutoCloseable {
    final Ground ground;
    final DatagramChannel left;
    final DatagramChannel right;
    final NetworkInterface through;
    final InetAddress group = InetAddress.ofLiteral("239.9.8.7");
    final int port;

    Party(Ground.Named on) throws IOException {
      ground = on.kind().open();
      through = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
      left = ground.left.openDatagramChannel(StandardProtocolFamily.INET);
      left.setOption(StandardSocketOptions.IP_MULTICAST_IF, through);
      left.bind(new InetSocketAddress(ground.leftAddress, 0));
      right = ground.right.openDatagramChannel(StandardProtocolFamily.INET);
      right.bind(new InetSocketAddress(0));
      port = ((InetSocketAddress) right.getLocalAddress()).getPort();
    }

    /** Sends one to the group and one to the host; whether the one to the group came. */
    boolean heard() throws IOException {
      left.send(bytes(GROUP_TURN), new InetSocketAddress(group, port));
      left.send(bytes(HOST_TURN), new InetSocketAddress(ground.rightAddress, port));
      boolean heard = false;
      ByteBuffer got = ByteBuffer.allocate(1);
      do {
        right.receive(got.clear());
        heard |= got.get(0) == GROUP_TURN;
      } while (got.get(0) != HOST_TURN);
      return heard;
    }

    private static ByteBuffer bytes(int value) {
      return ByteBuffer.wrap(new byte[] {(byte) value});
    }

    @Override
    public void close() throws IOException {
      left.close();
      right.close();
      ground.close();
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void aGroupIsHeardFromJoiningUntilLeaving(Ground.Named on) throws Exception {
    try (Party party = new Party(on)) {
      assertFalse(party.heard());
      MembershipKey key = party.right.join(party.group, party.through);
      assertTrue(key.isValid());
      assertSame(party.right, key.channel());
      assertEquals(party.group, key.group());
      assertEquals(party.through, key.networkInterface());
      assertSame(key, party.right.join(party.group, party.through));
      assertTrue(party.heard());
      key.block(party.ground.leftAddress);
      assertFalse(party.heard());
      key.unblock(party.ground.leftAddress);
      assertThrows(IllegalStateException.class, () -> key.unblock(party.ground.leftAddress));
      assertTrue(party.heard());
      key.drop();
      assertFalse(key.isValid());
      assertFalse(party.heard());
      assertThrows(IllegalStateException.class, () -> key.block(party.ground.leftAddress));
      key.drop();
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void oneSourceIsHeardAlone(Ground.Named on) throws Exception {
    try (Party party = new Party(on)) {
      InetAddress stranger = InetAddress.ofLiteral("10.9.0.99");
      MembershipKey other = party.right.join(party.group, party.through, stranger);
      assertEquals(stranger, other.sourceAddress());
      assertFalse(party.heard());
      MembershipKey key = party.right.join(party.group, party.through, party.ground.leftAddress);
      assertTrue(party.heard());
      assertThrows(IllegalStateException.class, () -> key.block(stranger));
      assertThrows(IllegalStateException.class, () -> party.right.join(party.group, party.through));
      key.drop();
      assertFalse(party.heard());
      other.drop();
      MembershipKey all = party.right.join(party.group, party.through);
      assertThrows(
          IllegalStateException.class,
          () -> party.right.join(party.group, party.through, stranger));
      assertTrue(party.heard());
      party.right.close();
      assertFalse(all.isValid());
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void whatIsNoGroupAndNoSourceIsRefused(Ground.Named on) throws Exception {
    try (Party party = new Party(on)) {
      InetAddress host = party.ground.leftAddress;
      InetAddress any = InetAddress.ofLiteral("0.0.0.0");
      assertThrows(IllegalArgumentException.class, () -> party.right.join(host, party.through));
      for (InetAddress source :
          new InetAddress[] {any, party.group, InetAddress.ofLiteral("::1")}) {
        assertThrows(
            IllegalArgumentException.class,
            () -> party.right.join(party.group, party.through, source));
      }
      assertThrows(NullPointerException.class, () -> party.right.join(party.group, null));
      MembershipKey key = party.right.join(party.group, party.through);
      assertThrows(IllegalArgumentException.class, () -> key.block(party.group));
      assertThrows(
          IllegalArgumentException.class,
          () -> party.left.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 256));
      party.right.close();
      assertThrows(
          ClosedChannelException.class, () -> party.right.join(party.group, party.through));
    }
  }

  @ParameterizedTest
  @MethodSource(BOTH)
  void aGroupMayBeJoinedBeforeBindingAndBySocketsOfJavaNet(Ground.Named on) throws Exception {
    try (Party party = new Party(on);
        DatagramChannel later =
            party.ground.right.openDatagramChannel(StandardProtocolFamily.INET)) {
      later.join(party.group, party.through);
      later.bind(new InetSocketAddress(0));
      int port = ((InetSocketAddress) later.getLocalAddress()).getPort();
      assertEquals(1, party.left.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
      party.left.send(ByteBuffer.allocate(4), new InetSocketAddress(party.group, port));
      later.receive(ByteBuffer.allocate(9));
      DatagramSocket socket = party.right.socket();
      InetSocketAddress group = new InetSocketAddress(party.group, 0);
      assertThrows(SocketException.class, () -> socket.leaveGroup(group, party.through));
      socket.joinGroup(group, party.through);
      assertThrows(SocketException.class, () -> socket.joinGroup(group, party.through));
      assertTrue(party.heard());
      socket.leaveGroup(group, party.through);
      assertFalse(party.heard());
    }
  }
}
