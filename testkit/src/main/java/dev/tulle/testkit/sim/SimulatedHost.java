// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import dev.tulle.ip.Endpoint;
import dev.tulle.link.Capture;
import dev.tulle.link.CaptureSink;
import dev.tulle.link.Link;
import dev.tulle.profile.Host;
import dev.tulle.stack.Counter;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpInfo;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.FixedEntropy;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Octets;
import java.util.ArrayList;
import java.util.List;

/** A stack, its port to the {@link Network}, its applications, and the oracles that watch it. */
final class SimulatedHost {
  private static final int FIRST_ADDRESS = Octets.address("10.9.0.1");

  final String name;
  final int address;
  final StackChoice choice;
  final Host host;
  final Port port;
  final WireOracle wire;
  private final List<Listener> listeners = new ArrayList<>();

  /** The conversations that are its own, at either end. */
  private final List<Conversation> conversations = new ArrayList<>();

  private boolean opensFast;
  private boolean ready;
  private final TcpInfo info = new TcpInfo();
  private final Endpoint scratch = new Endpoint();

  /**
   * @param sink where its frames are captured; null where they are not
   */
  SimulatedHost(Network network, StackChoice choice, long seed, CaptureSink sink) {
    this.choice = choice;
    port = network.port();
    int number = network.ports.size();
    name = "host " + number;
    address = FIRST_ADDRESS + number - 1;
    wire = new WireOracle(name, choice.cookies() && choice.memoryPercent != 0, choice.cookies());
    port.watcher = wire;
    Link link = sink == null ? port : new Capture(port, sink, 0);
    host = choice.host(link, port.mac, new FixedEntropy(seed));
    host.address(address, HostHarness.MASK, 0);
  }

  /**
   * @param pending connections that Fast Open may open; 0 where it does not
   */
  void listen(int port, int backlog, int maxSegment, int pending) {
    Listener listener = host.tcp.listen(port, backlog);
    if (maxSegment != 0) {
      listener.maxSegment(maxSegment);
    }
    if (pending != 0 && host.fastOpen != null) {
      host.fastOpen.accept(listener, pending);
      opensFast = true;
    }
    listeners.add(listener);
  }

  void take(Conversation conversation) {
    conversations.add(conversation);
  }

  /** When it wants a turn; a time that is past means at once. */
  long nextNs(long nowNs) {
    if (ready || port.waiting()) {
      return nowNs;
    }
    long nextNs = host.stack.deadlineNs();
    for (Conversation c : conversations) {
      if (c.from == this) {
        nextNs = Math.min(nextNs, Math.min(c.openNs(), c.client.deadlineNs()));
      } else {
        nextNs = Math.min(nextNs, c.server.deadlineNs());
      }
    }
    return nextNs;
  }

  void turn(long nowNs) {
    host.stack.input(nowNs);
    while (host.tcp.nextReady() != null) {
      continue; // all of them have their turn now
    }
    accept(nowNs);
    for (Conversation c : conversations) {
      if (c.from == this) {
        c.open(nowNs);
        c.client.turn(nowNs);
      } else {
        c.server.turn(nowNs);
      }
    }
    long probes = host.counters.value(Counter.TCP_LOSS_PROBE);
    host.stack.output(nowNs);
    boolean probed = host.counters.value(Counter.TCP_LOSS_PROBE) != probes;
    // What expired timers did to connections is for the applications' next turn.
    ready = false;
    while (host.tcp.nextReady() != null) {
      ready = true;
    }
    for (Conversation c : conversations) {
      (c.from == this ? c.client : c.server).checkFlight(wire, probed, info, scratch);
    }
  }

  private void accept(long nowNs) {
    for (Listener listener : listeners) {
      TcpSocket socket = listener.accept();
      while (socket != null) {
        match(listener.port(), socket, nowNs);
        socket = listener.accept();
      }
    }
  }

  private void match(int localPort, TcpSocket socket, long nowNs) {
    socket.remote(scratch);
    // The newest first: ports are used again.
    for (int i = conversations.size() - 1; i >= 0; i--) {
      Conversation c = conversations.get(i);
      if (c.to == this && c.accepts(scratch, localPort, socket, nowNs)) {
        return;
      }
    }
    // RFC 7413 2.1: a SYN with data may come twice, and nobody can know; and so may an ACK that
    // brings a cookie back.
    if (opensFast || host.counters.value(Counter.TCP_COOKIE_ACCEPTED) > 0) {
      socket.abort();
      return;
    }
    throw new Violation(name + " accepted a connection that nobody opened");
  }
}
