// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers and clients in one program: by localhost and by the stack's own address. */
@Timeout(60)
class LocalhostTest {
  private static final List<String> NAMES = List.of("127.0.0.1", "::1", "localhost", Ground.LEFT);

  @Test
  void socketsOfJavaNetTalkByEachOfTheNames() throws Exception {
    try (Ground ground = Ground.alone()) {
      byte[] sent = new byte[300_000];
      new java.util.Random(1).nextBytes(sent);
      ServerSocket server = ground.leftNet.serverSocketFactory().createServerSocket(0);
      for (String name : NAMES) {
        int port = server.getLocalPort();
        Socket client = ground.leftNet.socketFactory().createSocket(name, port);
        Socket accepted = server.accept();
        assertEquals(client.getLocalPort(), accepted.getPort());
        assertEquals(client.getInetAddress(), accepted.getInetAddress(), "it is the same host");
        Thread writer =
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        client.getOutputStream().write(sent);
                        client.shutdownOutput();
                      } catch (IOException e) {
                        throw new IllegalStateException(e);
                      }
                    });
        assertArrayEquals(sent, accepted.getInputStream().readAllBytes());
        writer.join();
        client.close();
        accepted.close();
      }
    }
  }

  @Test
  void whatIsBoundToLocalhostIsNotForTheNetwork() throws Exception {
    try (Ground ground = Ground.tulle()) {
      InetAddress here = InetAddress.getLoopbackAddress();
      ServerSocketChannel server = ground.right.openServerSocketChannel();
      server.bind(new InetSocketAddress(here, 80));
      SocketChannel far = ground.left.openSocketChannel();
      InetSocketAddress to = new InetSocketAddress(ground.rightAddress, 80);
      SocketChannel near = ground.right.openSocketChannel();
      far.connect(to);
      near.connect(new InetSocketAddress(here, 80));
      assertEquals(near.getLocalAddress(), server.accept().getRemoteAddress());
      assertThrows(IOException.class, () -> far.read(ByteBuffer.allocate(1)));
      DatagramChannel datagrams = ground.right.openDatagramChannel();
      datagrams.bind(new InetSocketAddress(here, 9));
      DatagramChannel stranger = ground.left.openDatagramChannel();
      stranger.send(ByteBuffer.allocate(1), new InetSocketAddress(ground.rightAddress, 9));
      stranger.connect(new InetSocketAddress(ground.rightAddress, 80)); // the first has arrived
      DatagramChannel friend = ground.right.openDatagramChannel();
      friend.send(ByteBuffer.allocate(2), new InetSocketAddress(here, 9));
      ByteBuffer got = ByteBuffer.allocate(9);
      datagrams.receive(got);
      assertEquals(2, got.position());
    }
  }

  @Test
  void aStackWithoutALinkOrAddressHasLocalhostAllTheSame() throws Exception {
    try (Tulle net = Tulle.open(new MemoryCable().left()).start();
        ServerSocketChannel server = net.serverSocketChannel();
        SocketChannel client = net.socketChannel()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      client.connect(server.getLocalAddress());
      assertEquals(client.getLocalAddress(), server.accept().getRemoteAddress());
    }
  }
}
