// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What threads that wait are told when a peer, a link or an address is gone: nobody hangs. */
@Timeout(60)
class FaultTest {
  private static final String ALL = "dev.tulle.nio.Ground#all";

  /** The end of a cable that can be pulled out. */
  private static final class Pulled implements WaitingLink {
    private final WaitingLink inner;
    private volatile boolean out;

    Pulled(WaitingLink inner) {
      this.inner = inner;
    }

    void pull() {
      out = true;
      inner.wake();
    }

    @Override
    public int frameBytes() {
      return inner.frameBytes();
    }

    @Override
    public int receive(Packet packet, long nowNs) {
      return out ? Status.LINK_DOWN : inner.receive(packet, nowNs);
    }

    @Override
    public int send(Packet packet, long nowNs) {
      return out ? Status.LINK_DOWN : inner.send(packet, nowNs);
    }

    @Override
    public void await(long ns) {
      inner.await(ns);
    }

    @Override
    public void wake() {
      inner.wake();
    }
  }

  private static BehaviourTest.Call call(java.util.concurrent.Callable<Object> what)
      throws InterruptedException {
    return new BehaviourTest.Call(what, true).blocked();
  }

  private static Object fill(SocketChannel channel) throws IOException {
    ByteBuffer much = ByteBuffer.allocate(1 << 20);
    for (; ; ) {
      channel.write(much.clear());
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void aResetEndsWhoReadsWritesAndSelects(Ground.Named on) throws Exception {
    try (Ground ground = on.kind().open();
        Selector selector = ground.left.openSelector()) {
      Ground.Pair read = ground.connect();
      Ground.Pair written = ground.connect();
      Ground.Pair selected = ground.connect();
      selected.client().configureBlocking(false);
      SelectionKey key = selected.client().register(selector, SelectionKey.OP_READ);
      var reader = call(() -> read.client().read(ByteBuffer.allocate(1)));
      var writer = call(() -> fill(written.client()));
      var selection = call(selector::select);
      for (Ground.Pair pair : List.of(read, written, selected)) {
        pair.server().setOption(StandardSocketOptions.SO_LINGER, 0);
        pair.server().close();
      }
      assertTrue(reader.failure() instanceof SocketException, reader.failure()::toString);
      assertTrue(reader.failure().getMessage().startsWith("Connection reset"));
      assertTrue(writer.failure() instanceof IOException, writer.failure()::toString);
      assertEquals(1, selection.answer());
      assertTrue(key.isReadable());
      assertThrows(SocketException.class, () -> selected.client().read(ByteBuffer.allocate(1)));
      assertTrue(selected.client().isOpen(), "only its user closes it");
    }
  }

  @Test
  void aLinkThatIsGoneEndsAllThatWaitsForIt() throws Exception {
    MemoryCable cable = new MemoryCable();
    Pulled link = new Pulled(cable.left());
    try (Tulle left = Tulle.open(link).ipv4(Ground.LEFT + "/24").nameServers(Ground.RIGHT).start();
        Tulle right = Tulle.open(cable.right()).ipv4(Ground.RIGHT + "/24").start();
        Selector selector = left.selector();
        DatagramChannel silent = right.datagramChannel()) {
      silent.bind(new InetSocketAddress(53)); // a name server that answers nothing
      ServerSocketChannel server = right.serverSocketChannel().bind(new InetSocketAddress(7));
      InetSocketAddress to = new InetSocketAddress(InetAddress.ofLiteral(Ground.RIGHT), 7);
      SocketChannel[] channels = new SocketChannel[3];
      for (int i = 0; i < channels.length; i++) {
        channels[i] = left.socketChannel();
        channels[i].connect(to);
        server.accept();
      }
      channels[2].configureBlocking(false);
      SelectionKey key = channels[2].register(selector, SelectionKey.OP_READ);
      ServerSocketChannel listening = left.serverSocketChannel().bind(new InetSocketAddress(9));
      DatagramChannel datagrams = left.datagramChannel().bind(new InetSocketAddress(9));
      InetSocketAddress nobody = new InetSocketAddress(InetAddress.ofLiteral("10.9.0.77"), 7);
      SocketChannel opening = left.socketChannel();
      var waiting =
          List.of(
              call(() -> channels[0].read(ByteBuffer.allocate(1))),
              call(() -> fill(channels[1])),
              call(listening::accept),
              call(() -> datagrams.receive(ByteBuffer.allocate(1))),
              call(() -> opening.connect(nobody)));
      var selection = call(selector::select);
      var lookup = call(() -> left.resolve("name.test"));
      link.pull();
      for (var one : waiting) {
        assertTrue(one.failure() instanceof SocketException, one.failure()::toString);
      }
      assertEquals(1, selection.answer());
      assertTrue(key.isReadable());
      assertEquals(UnknownHostException.class, lookup.failure().getClass());
      assertFalse(opening.isOpen());
      // Nor does what begins now.
      assertThrows(SocketException.class, () -> left.socketChannel().connect(to));
      assertThrows(SocketException.class, listening::accept);
      assertThrows(UnknownHostException.class, () -> left.resolve("name.test"));
      right.close(Duration.ZERO);
    }
  }

  /** As DHCP does it when a lease is over, and again with the next. */
  @Test
  void anotherAddressEndsWhatTheOldOneHadAndServersGoOn() throws Exception {
    try (Ground ground = Ground.tulle();
        ServerSocketChannel server = ground.right.openServerSocketChannel()) {
      server.bind(new InetSocketAddress(7));
      SocketChannel client = ground.left.openSocketChannel();
      client.connect(new InetSocketAddress(ground.rightAddress, 7));
      SocketChannel accepted = server.accept();
      var reader = call(() -> accepted.read(ByteBuffer.allocate(1)));
      var accepting = call(server::accept);
      Engine engine = ground.rightNet.engine();
      InetAddress next = InetAddress.ofLiteral("10.9.0.3");
      engine.lock.lock();
      try {
        engine.host.tcp.strand();
        engine.host.port.address = Addresses.number((java.net.Inet4Address) next);
        engine.used();
      } finally {
        engine.lock.unlock();
      }
      assertTrue(reader.failure() instanceof SocketException, reader.failure()::toString);
      assertEquals(List.of(next), ground.rightNet.addresses());
      SocketChannel again = ground.left.openSocketChannel();
      again.connect(new InetSocketAddress(next, 7));
      SocketChannel second = (SocketChannel) accepting.answer();
      assertEquals(new InetSocketAddress(next, 7), second.getLocalAddress());
    }
  }
}
