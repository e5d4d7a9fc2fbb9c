// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.BlockPool;
import dev.tulle.ip.Endpoint;
import dev.tulle.link.Link;
import dev.tulle.link.MemoryLink;
import dev.tulle.profile.Client;
import dev.tulle.profile.Full;
import dev.tulle.profile.Host;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Entropy;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpMemory;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.FixedEntropy;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.TwoHosts;
import dev.tulle.testkit.VirtualClock;
import org.junit.jupiter.api.Test;

/** What an idle connection costs on the JVM, measured with a hundred thousand of them. */
class IdleConnectionsTest {
  private static final int CONNECTIONS = 100_000;
  private static final int PORTS = 10;
  private static final int BLOCK_BYTES = 4096;

  /** A gigabyte to share, of which nothing is taken before it is needed. */
  private static final int SHARED_BLOCKS = 1 << 18;

  /** How a profile makes a host for many connections. */
  private interface Profile {
    Host host(Link link, long mac, Entropy entropy, int connections, TcpMemory memory);
  }

  private final VirtualClock clock = new VirtualClock();
  private final MemoryLink cable = MemoryLink.pair(4096, 1514);
  private final byte[] octets = new byte[3000];
  private BlockPool blocks;
  private Host left;
  private Host right;
  private TcpSocket[] clients;
  private TcpSocket[] servers;

  private TcpMemory memory() {
    blocks = new BlockPool(BLOCK_BYTES, SHARED_BLOCKS);
    return new TcpMemory(blocks, CONNECTIONS + 1, 64 * 1024, 64 * 1024, 64);
  }

  private void poll() {
    for (int i = 0; i < 6; i++) {
      left.stack.poll(clock.nowNs());
      right.stack.poll(clock.nowNs());
    }
    clock.advanceNs(1000);
  }

  private void establish() {
    Listener[] listeners = new Listener[PORTS];
    for (int i = 0; i < PORTS; i++) {
      listeners[i] = right.tcp.listen(1000 + i, 64);
    }
    Endpoint to = new Endpoint(TwoHosts.RIGHT, 0);
    for (int i = 0; i < CONNECTIONS; i++) {
      to.port = 1000 + i % PORTS;
      clients[i] = left.tcp.connect(to);
      poll();
      servers[i] = listeners[i % PORTS].accept();
    }
  }

  /** A request and an answer on each connection. */
  private void exchange() {
    for (int i = 0; i < CONNECTIONS; i++) {
      assertEquals(200, clients[i].write(octets, 0, 200));
      poll();
      assertEquals(200, servers[i].read(octets, 0, octets.length));
      assertEquals(3000, servers[i].write(octets, 0, 3000));
      poll();
      assertEquals(3000, clients[i].read(octets, 0, octets.length));
    }
    for (int i = 0; i < 200; i++) {
      clock.advanceNs(1_000_000);
      poll();
    }
  }

  private void measure(String name, int limitBytes, Profile profile) {
    clients = new TcpSocket[CONNECTIONS];
    servers = new TcpSocket[CONNECTIONS];
    clock.advanceMs(1000);
    // A host's packets, UDP's buffers and all classes are no connection's: two hosts stay for that.
    Host first = profile.host(cable, 3, new FixedEntropy(1), 10, memory());
    Host second = profile.host(cable.peer(), 4, new FixedEntropy(2), 10, memory());
    long before = LiveHeap.bytes();
    assertEquals(0, first.tcp.connections() + second.tcp.connections());
    first = null;
    second = null;
    left = profile.host(cable, 0x020000000001L, new FixedEntropy(1), CONNECTIONS, memory());
    right = profile.host(cable.peer(), 0x020000000002L, new FixedEntropy(2), CONNECTIONS, memory());
    left.address(TwoHosts.LEFT, HostHarness.MASK, 0);
    right.address(TwoHosts.RIGHT, HostHarness.MASK, 0);
    check(name, limitBytes, "assembled", before);
    establish();
    assertEquals(CONNECTIONS, right.tcp.connections());
    check(name, limitBytes, "established", before);
    exchange();
    assertEquals(0, blocks.used(), "an idle connection holds memory");
    check(name, limitBytes, "idle after a request", before);
    assertEquals(0, left.counters.value(Counter.STACK_INTERNAL_ERROR));
    assertEquals(0, right.counters.value(Counter.STACK_INTERNAL_ERROR));
  }

  /** Both ends count: there are twice as many. */
  private static void check(String name, int limitBytes, String what, long before) {
    long each = (LiveHeap.bytes() - before) / (2 * CONNECTIONS);
    System.out.println(name + ", " + what + ": " + each + " bytes for each connection");
    assertTrue(each <= limitBytes, what + ": " + each + " bytes for each connection");
  }

  @Test
  void anIdleConnectionOfAClientCostsLessThanAKilobyte() {
    measure("client", 884, Client::host);
  }

  @Test
  void anIdleConnectionOfAServerCostsLittleMore() {
    measure("full", 1010, Full::host);
  }
}
