// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.link.MemoryLink;
import dev.tulle.profile.Client;
import dev.tulle.profile.Host;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.FixedEntropy;
import dev.tulle.udp.UdpSocket;
import org.junit.jupiter.api.Test;

/** A million packets through whole stacks allocate nothing. */
final class AllocationTest {
  private static final int LEFT = 0x0A090001;
  private static final int RIGHT = 0x0A090002;
  private static final int MASK = 0xFFFFFF00;
  private static final int PORT = 5001;

  @Test
  void tcpUdpAndPingBetweenTwoHostsAllocateNothing() {
    TwoBusyHosts hosts = new TwoBusyHosts();
    Allocation.assertNone("two hosts on a cable in memory", hosts::turn);
    hosts.check();
  }

  @Test
  void tcpOverTapAllocatesNothing() throws Exception {
    Namespace.run(AllocationScenarios.class, "tcpOverTapAllocatesNothing");
  }

  /** TCP data one way, UDP there and back, and pings, all at once. */
  private static final class TwoBusyHosts {
    private static final long TURN_NS = 20_000;

    private final Host left;
    private final Host right;
    private final TcpSocket source;
    private final TcpSocket sink;
    private final UdpSocket question;
    private final UdpSocket answer;
    private final Endpoint leftHost = new Endpoint(LEFT, 0);
    private final Endpoint rightHost = new Endpoint(RIGHT, 7);
    private final Endpoint from = new Endpoint();
    private final byte[] block = new byte[32768];
    private long nowNs = 1_000_000_000;
    private long answers;
    private long echoes;

    TwoBusyHosts() {
      MemoryLink cable = MemoryLink.pair(1024, 1514);
      left = Client.host(cable, 0x020000000001L, new FixedEntropy(1));
      right = Client.host(cable.peer(), 0x020000000002L, new FixedEntropy(2));
      left.address(LEFT, MASK, 0);
      right.address(RIGHT, MASK, 0);
      var listener = right.tcp.listen(PORT, 1);
      source = left.tcp.connect(new Endpoint(RIGHT, PORT));
      question = left.udp.bind(0);
      answer = right.udp.bind(rightHost.port);
      TcpSocket accepted = null;
      for (int i = 0; i < 100_000 && accepted == null; i++) {
        poll();
        accepted = listener.accept();
      }
      assertTrue(accepted != null, "connected");
      sink = accepted;
    }

    private void poll() {
      nowNs += TURN_NS;
      left.stack.poll(nowNs);
      right.stack.poll(nowNs);
    }

    long turn() {
      poll();
      while (source.write(block, 0, block.length) > 0) {}
      while (sink.read(block, 0, block.length) > 0) {}
      question.send(block, 0, 512, rightHost, nowNs);
      int octets = answer.receive(block, 0, block.length, from);
      if (octets > 0) {
        answer.send(block, 0, octets, from, nowNs);
      }
      if (question.receive(block, 0, block.length, from) > 0) {
        answers++;
      }
      right.ping.send(leftHost, 56, nowNs);
      while (right.ping.next()) {
        echoes++;
      }
      while (left.tcp.nextReady() != null) {}
      while (right.tcp.nextReady() != null) {}
      return left.counters.value(Counter.LINK_RECEIVED)
          + right.counters.value(Counter.LINK_RECEIVED);
    }

    void check() {
      assertEquals(Status.OK, source.status());
      assertTrue(answers > 1000, answers + " answers");
      assertTrue(echoes > 1000, echoes + " echoes");
      assertEquals(0, left.counters.value(Counter.STACK_INTERNAL_ERROR));
      assertEquals(0, right.counters.value(Counter.STACK_INTERNAL_ERROR));
    }
  }
}
