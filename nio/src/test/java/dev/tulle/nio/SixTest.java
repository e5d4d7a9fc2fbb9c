// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stacks with addresses of IPv6, which are asked for before they are used. */
@Timeout(60)
class SixTest {
  private static final String LEFT = "fd09::1";
  private static final String RIGHT = "fd09::2";

  @Test
  void streamsAndDatagramsGoOverBothFamilies() throws Exception {
    MemoryCable cable = new MemoryCable();
    try (Tulle left =
            Tulle.open(cable.left()).ipv4(Ground.LEFT + "/24").ipv6(LEFT + "/64").start();
        Tulle right =
            Tulle.open(cable.right()).ipv4(Ground.RIGHT + "/24").ipv6(RIGHT + "/64").start()) {
      List<InetAddress> all = right.addresses();
      assertTrue(all.contains(InetAddress.getByName(RIGHT)), all::toString);
      assertEquals(InetAddress.getByName(Ground.RIGHT), all.getFirst());
      ServerSocketChannel server = right.serverSocketChannel().bind(new InetSocketAddress(7));
      for (String[] pair : new String[][] {{Ground.LEFT, Ground.RIGHT}, {LEFT, RIGHT}}) {
        SocketChannel client = left.socketChannel();
        client.connect(new InetSocketAddress(pair[1], 7));
        SocketChannel accepted = server.accept();
        InetSocketAddress from = (InetSocketAddress) accepted.getRemoteAddress();
        assertEquals(InetAddress.getByName(pair[0]), from.getAddress());
        assertEquals(client.getLocalAddress(), from);
        client.close();
        accepted.close();
      }
      DatagramChannel to = right.datagramChannel().bind(new InetSocketAddress(RIGHT, 9));
      DatagramChannel from = left.datagramChannel();
      from.send(ByteBuffer.allocate(3), new InetSocketAddress(RIGHT, 9));
      InetSocketAddress seen = (InetSocketAddress) to.receive(ByteBuffer.allocate(9));
      assertEquals(InetAddress.getByName(LEFT), seen.getAddress());
    }
  }

  @Test
  void anAddressThatAnotherHostHasIsRefused() throws Exception {
    MemoryCable cable = new MemoryCable();
    Tulle left = Tulle.open(cable.left()).ipv6(LEFT + "/64").start();
    Setup same = Tulle.open(cable.right()).ipv6(LEFT + "/64");
    String why = assertThrows(IOException.class, same::start).getMessage();
    assertEquals("fd09::1/64 cannot be used: another host has it, or no host may", why);
    left.close();
  }
}
