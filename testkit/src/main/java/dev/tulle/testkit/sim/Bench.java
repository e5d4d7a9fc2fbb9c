// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import dev.tulle.ip.Endpoint;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.VirtualClock;
import java.util.ArrayList;
import java.util.List;

/**
 * Bulk transfers, as many flows as wanted, each from a host of its own to a host of its own: what
 * the tables of throughput and fairness are measured on.
 *
 * <p>Senders write whenever there is room, receivers read whenever something is there.
 */
final class Bench {
  private static final int PORT = 5001;
  private static final long SECOND_NS = 1_000_000_000L;
  private static final byte[] OCTETS = new byte[64 * 1024];

  private final Network network = new Network();
  private final VirtualClock clock = new VirtualClock();
  private final List<SimulatedHost> senders = new ArrayList<>();
  private final List<SimulatedHost> receivers = new ArrayList<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final TcpSocket[] from;
  private final TcpSocket[] to;
  private final byte[] buffer = new byte[64 * 1024];

  /** Octets that each flow's receiver has read. */
  final long[] received;

  /**
   * @param forth what all flows share towards the receivers
   * @param back what they share the other way
   * @param own what each sender's host has for itself, in both directions; null for nothing
   */
  Bench(
      StackChoice choice,
      int flows,
      PipeSettings forth,
      PipeSettings back,
      PipeSettings own,
      long seed) {
    Dice dice = new Dice(seed);
    from = new TcpSocket[flows];
    to = new TcpSocket[flows];
    received = new long[flows];
    Pipe there = network.pipe(forth, dice.seed());
    Pipe here = network.pipe(back, dice.seed());
    for (int i = 0; i < flows; i++) {
      senders.add(new SimulatedHost(network, choice, dice.seed(), null));
      receivers.add(new SimulatedHost(network, choice, dice.seed(), null));
      listeners.add(receivers.get(i).host.tcp.listen(PORT, 4));
      Pipe up = own == null ? null : network.pipe(own, dice.seed());
      Pipe down = own == null ? null : network.pipe(own, dice.seed());
      network.way(2 * i, 2 * i + 1, own == null ? ways(there) : ways(up, there));
      network.way(2 * i + 1, 2 * i, own == null ? ways(here) : ways(here, down));
    }
  }

  private static Pipe[] ways(Pipe... pipes) {
    return pipes;
  }

  /** Lets so many seconds pass from now on; the flows start in the first one. */
  void run(int seconds) {
    long endNs = clock.nowNs() + seconds * SECOND_NS;
    while (clock.nowNs() < endNs) {
      long nowNs = clock.nowNs();
      network.move(nowNs);
      long nextNs = endNs;
      for (int i = 0; i < from.length; i++) {
        nextNs = Math.min(nextNs, turn(senders.get(i), i, true, nowNs));
        nextNs = Math.min(nextNs, turn(receivers.get(i), i, false, nowNs));
      }
      clock.moveTo(Math.max(nowNs, Math.min(nextNs, network.nextNs())));
    }
  }

  private long turn(SimulatedHost host, int flow, boolean sends, long nowNs) {
    if (host.nextNs(nowNs) <= nowNs || sends && from[flow] == null) {
      host.host.stack.input(nowNs);
      if (sends) {
        send(host, flow);
      } else {
        receive(flow);
      }
      host.host.stack.output(nowNs);
    }
    return host.nextNs(nowNs);
  }

  private void send(SimulatedHost host, int flow) {
    if (from[flow] == null) {
      from[flow] = host.host.tcp.connect(new Endpoint(receivers.get(flow).address, PORT));
    }
    int taken = from[flow].write(OCTETS, 0, OCTETS.length);
    while (taken > 0) {
      taken = from[flow].write(OCTETS, 0, OCTETS.length);
    }
  }

  private void receive(int flow) {
    if (to[flow] == null) {
      to[flow] = listeners.get(flow).accept();
    }
    int n = to[flow] == null ? 0 : to[flow].read(buffer, 0, buffer.length);
    while (n > 0) {
      received[flow] += n;
      n = to[flow].read(buffer, 0, buffer.length);
    }
  }

  /** What the senders' hosts have counted, together. */
  long counted(int counter) {
    long sum = 0;
    for (SimulatedHost host : senders) {
      sum += host.host.counters.value(counter);
    }
    return sum;
  }
}
