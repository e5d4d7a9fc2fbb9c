// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.link.Link;
import dev.tulle.profile.Client;
import dev.tulle.profile.Host;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** What happens inside the namespace of {@link AllocationTest}. */
final class AllocationScenarios {
  private static final int PORT = 5001;

  private AllocationScenarios() {}

  /** The kernel sends, we receive and acknowledge, all of it in the loop that programs have. */
  static void tcpOverTapAllocatesNothing() throws Exception {
    try (JvmPlatform platform = new JvmPlatform(JvmArguments.of())) {
      Link link = platform.openTap("t0".getBytes(US_ASCII));
      Namespace.ip("address add 10.9.0.1/24 dev t0");
      Namespace.ip("link set t0 up");
      Host host = Client.host(link, 0x020000000002L, platform.entropy());
      host.address(0x0A090002, 0xFFFFFF00, 0);
      Listener listener = host.tcp.listen(PORT, 1);
      Thread peer = new Thread(AllocationScenarios::kernelSends);
      peer.setDaemon(true);
      peer.start();
      TcpSocket sink = null;
      while (sink == null) {
        platform.await(host.stack.poll(platform.nowNs()));
        sink = listener.accept();
      }
      Sink work = new Sink(platform, host, sink);
      Allocation.assertNone("TCP from the kernel over TAP", work::turn);
      assertEquals(Status.OK, sink.status());
      assertEquals(0, host.counters.value(Counter.STACK_INTERNAL_ERROR));
    }
  }

  private static void kernelSends() {
    byte[] block = new byte[65536];
    try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {10, 9, 0, 2}), PORT)) {
      for (; ; ) {
        socket.getOutputStream().write(block);
      }
    } catch (IOException e) {
      // The other end is done.
    }
  }

  /** Reads whatever arrives; one turn of the event loop at a time. */
  private static final class Sink {
    private final JvmPlatform platform;
    private final Host host;
    private final TcpSocket socket;
    private final byte[] block = new byte[65536];

    Sink(JvmPlatform platform, Host host, TcpSocket socket) {
      this.platform = platform;
      this.host = host;
      this.socket = socket;
    }

    long turn() {
      long nowNs = platform.nowNs();
      host.stack.input(nowNs);
      while (socket.read(block, 0, block.length) > 0) {}
      while (host.tcp.nextReady() != null) {}
      long deadlineNs = host.stack.output(nowNs);
      if (deadlineNs - nowNs > 0) {
        platform.await(deadlineNs);
      }
      return host.counters.value(Counter.LINK_RECEIVED) + host.counters.value(Counter.TCP_SENT);
    }
  }
}
