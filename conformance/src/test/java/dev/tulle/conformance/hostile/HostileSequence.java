// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.fin;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.profile.Client;
import dev.tulle.stack.Counter;
import dev.tulle.stack.CounterNames;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.LiveProbe;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.Segment;
import dev.tulle.testkit.TcpHarness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What tests of several hostile frames in a row share: a host, and after each test the assertions
 * that hold after any hostile input.
 *
 * <p>Each runs with three pairs of initial sequence numbers; with one of them its frames are varied
 * as well.
 */
@ParameterizedClass
@EnumSource(Numbers.class)
abstract class HostileSequence {
  /** Few connections, so that filling them is quick. */
  static final int CONNECTIONS = 8;

  static final Assembly SMALL =
      (link, mac, entropy) -> Client.host(link, mac, entropy, CONNECTIONS, 64 * 1024);

  /** Counters of what is refused: each moves by exactly what a test says, or not at all. */
  private static final int[] REFUSALS = {
    Counter.IP_MARTIAN,
    Counter.IP_L2BCAST_UNICAST,
    Counter.TCP_BACKLOG_FULL,
    Counter.TCP_BADACK,
    Counter.TCP_BADOFF,
    Counter.TCP_BADOPT,
    Counter.TCP_BADPORT,
    Counter.TCP_BADSCALE,
    Counter.TCP_BADSUM,
    Counter.TCP_CHALLENGE_LIMIT,
    Counter.TCP_DATA_AFTER_CLOSE,
    Counter.TCP_HALF_OPEN_EVICTED,
    Counter.TCP_ICMP_IGNORED,
    Counter.TCP_OUT_OF_WINDOW,
    Counter.TCP_PAWS,
    Counter.TCP_REFUSED,
    Counter.TCP_RESET_CHALLENGED,
    Counter.TCP_RESET_IGNORED,
    Counter.TCP_RESET_LIMIT,
    Counter.TCP_RESET_SENT,
    Counter.TCP_SHORT,
    Counter.TCP_SYN_IN_WINDOW,
    Counter.TCP_TABLE_FULL,
    Counter.TCP_TIME_WAIT_EVICTED,
    Counter.TCP_UNSTAMPED,
  };

  final TcpHarness h = new TcpHarness(SMALL);
  final List<TcpSocket> held = new ArrayList<>();
  private final Map<Integer, Long> refused = new HashMap<>();
  private final int packets = h.host.pool.available();
  private final VariedReplay replay = new VariedReplay(SMALL);

  @Parameter Numbers numbers;

  /** The peer's initial sequence number. */
  int iss;

  @BeforeEach
  void numbersBegin() {
    iss = numbers.peer;
    numbers.beforeAccepting(h.net, SMALL);
    if (numbers == Numbers.AT_THE_WRAP) {
      h.net.onInject(replay::arrived);
    }
  }

  /** Opens a connection whose first number is one of {@link Numbers} as well. */
  final TcpSocket connect(int port) {
    numbers.beforeConnecting(h.net, SMALL, port);
    replay.connected(port, h.net.nowNs());
    return h.connect(port);
  }

  final void established() {
    h.listen(80);
    h.connected(iss, 65_535);
    held.add(h.socket);
  }

  /** As {@link #established}, with a peer that acknowledges selectively. */
  final void selective(int mss) {
    h.listen(80);
    h.newPeer(iss);
    h.inject(syn().options(Octets.of(2, 4, mss >> 8, mss, 1, 1, 4, 2)));
    h.expect(synAck());
    h.inject(ack(0));
    h.socket = h.listener.accept();
    held.add(h.socket);
    h.poll();
  }

  /** An ACK that tells of blocks besides, from and to offsets of ours. */
  final Segment sack(long acknowledged, long... edges) {
    byte[] option = new byte[4 + 4 * edges.length];
    option[0] = 1;
    option[1] = 1;
    option[2] = 5;
    option[3] = (byte) (2 + 4 * edges.length);
    for (int i = 0; i < edges.length; i++) {
      Octets.put32(option, 4 + 4 * i, (int) (h.peer.hostIss() + 1 + edges[i]));
    }
    return ack(acknowledged).options(option);
  }

  final int octets(List<SeenFrame> frames) {
    int octets = 0;
    for (SeenFrame f : frames) {
      octets += f.isTcp() ? f.data().length : 0;
    }
    return octets;
  }

  final long counter(int counter) {
    return h.net.counter(counter);
  }

  /** A counter of what is refused moves by so much in all. */
  final void counts(int counter, long times) {
    refused.put(counter, times);
  }

  /** Brings a connection into one of the states; 0 is a closed port, 1 a listening one. */
  final void bring(TcpHarness h, int state) {
    if (state == 0) {
      h.newPeer(PEER, 4000, iss).hostPort = 81;
      return;
    }
    h.listen(80);
    h.newPeer(iss);
    if (state == 1) {
      return;
    }
    if (state == 2) {
      h.inject(h.peerSyn());
    } else {
      h.connected(iss, 65_535);
      if (state == 4 || state == 8) {
        h.inject(fin(0));
        h.takeSent();
      }
      if (state > 4) {
        h.shutdownWrite();
        h.takeSent();
      }
      if (state == 6) {
        h.inject(ack(1));
      }
      if (state == 7) {
        h.inject(fin(0).acknowledges(0));
      }
    }
    h.takeSent();
  }

  @AfterEach
  void theHostIsStillWell() {
    replay.stop();
    for (int counter : REFUSALS) {
      assertEquals(refused.getOrDefault(counter, 0L), counter(counter), CounterNames.of(counter));
    }
    assertEquals(0, counter(Counter.STACK_INTERNAL_ERROR));
    boolean connected = false;
    for (TcpSocket socket : held) {
      connected |= socket.status() == Status.OK;
      socket.abort();
    }
    if (h.listener != null) {
      h.listener.close();
    }
    h.poll();
    LiveProbe probe = new LiveProbe(h.net);
    probe.ping();
    probe.echo();
    probe.timers();
    probe.close();
    probe.levels(packets, 0);
    replay.run(connected);
  }
}
