// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tulle.stack.Counter;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stack that ends the flows of others, whichever address and port they were for. */
@Timeout(60)
class AnyAddressTest {
  private static final InetSocketAddress[] FAR = {
    new InetSocketAddress("203.0.113.9", 443),
    new InetSocketAddress("2001:db8::9", 8443),
    new InetSocketAddress("198.51.100.1", 443)
  };

  private Tulle client;
  private Tulle end;

  @BeforeEach
  void open() throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    int port = LinksTest.freePort(here);
    UdpLink left = new UdpLink(new InetSocketAddress(here, port), 0);
    UdpLink right = new UdpLink(new InetSocketAddress(here, left.localPort()), port);
    client = Tulle.open(left).ipv4("10.9.0.1/24").ipv6("fd09::1/64").start();
    end = Tulle.open(right).anyAddress().ipv4("10.9.0.2/24").connections(8).start();
  }

  @AfterEach
  void close() {
    client.close(Duration.ZERO);
    end.close(Duration.ZERO);
  }

  @Test
  void connectionsToEveryAddressAreAcceptedWithTheAddressThatWasMeant() throws Exception {
    ServerSocketChannel server = end.anyServer(8);
    ServerSocketChannel own = end.serverSocketChannel().bind(new InetSocketAddress(80));
    for (InetSocketAddress far : FAR) {
      try (SocketChannel one = client.socketChannel()) {
        one.connect(far);
        SocketChannel other = server.accept();
        assertEquals(far, other.getLocalAddress());
        assertEquals(one.getLocalAddress(), other.getRemoteAddress());
        other.write(ByteBuffer.wrap("from afar".getBytes(UTF_8)));
        other.close();
        assertArrayEquals(
            "from afar".getBytes(UTF_8), one.socket().getInputStream().readAllBytes());
      }
    }
    // Who listens on a port itself has it before the rest.
    SocketChannel near = client.socketChannel();
    near.connect(new InetSocketAddress("10.9.0.2", 80));
    assertEquals(new InetSocketAddress("10.9.0.2", 80), own.accept().getLocalAddress());
    assertThrows(BindException.class, () -> end.anyServer(8));
    server.close();
    SocketChannel refused = client.socketChannel();
    assertThrows(IOException.class, () -> refused.connect(FAR[0]));
  }

  @Test
  void datagramsForEveryAddressAreTakenAndAnsweredInItsName() throws Exception {
    try (DatagramFlows flows = end.anyDatagrams();
        DatagramChannel asks = client.datagramChannel()) {
      for (InetSocketAddress far : FAR) {
        asks.send(ByteBuffer.wrap("who?".getBytes(UTF_8)), far);
        DatagramFlows.Datagram came = flows.receive();
        assertEquals(far, came.to());
        assertArrayEquals("who?".getBytes(UTF_8), came.data());
        flows.send(came.answer("me".getBytes(UTF_8)));
        ByteBuffer answer = ByteBuffer.allocate(9);
        assertEquals(far, asks.receive(answer));
        assertEquals(2, answer.position());
      }
      assertEquals(FAR.length, end.counter(Counter.ANY_DATAGRAM));
    }
  }

  @Test
  void whatIsClosedWakesWhoWaits() throws Exception {
    DatagramFlows flows = end.anyDatagrams();
    CompletableFuture<Boolean> ended =
        CompletableFuture.supplyAsync(
            () -> {
              assertThrows(IOException.class, flows::receive);
              return true;
            });
    flows.close();
    assertEquals(true, ended.get());
    assertThrows(IllegalStateException.class, () -> client.anyServer(1));
    assertThrows(
        IllegalArgumentException.class, () -> Tulle.open(new MemoryCable().left()).anyAddress());
  }

  /** Eight connections are all there are: the ninth has to wait until one of them is given back. */
  @Test
  void flowsAreLimitedAndWhatIsRefusedIsCounted() throws Exception {
    ServerSocketChannel server = end.anyServer(8);
    SocketChannel[] all = new SocketChannel[8];
    for (int i = 0; i < all.length; i++) {
      client.socketChannel().connect(new InetSocketAddress("203.0.113.9", 1 + i));
      all[i] = server.accept();
    }
    SocketChannel late = client.socketChannel();
    late.configureBlocking(false);
    late.connect(FAR[0]);
    while (end.counter(Counter.TCP_TABLE_FULL) == 0) {
      Thread.sleep(1);
    }
    assertEquals(false, late.finishConnect());
    for (SocketChannel one : all) {
      one.setOption(java.net.StandardSocketOptions.SO_LINGER, 0);
      one.close();
    }
    while (!late.finishConnect()) {
      Thread.sleep(1);
    }
    assertEquals(FAR[0], server.accept().getLocalAddress());
  }
}
