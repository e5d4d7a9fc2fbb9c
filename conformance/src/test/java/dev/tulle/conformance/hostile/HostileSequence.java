// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.fin;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.profile.Client;
import dev.tulle.stack.Counter;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.LiveProbe;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpHarness;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/**
 * What tests of several hostile frames in a row share: a host, and after each test the assertions
 * that hold after any hostile input.
 */
abstract class HostileSequence {
  /** Few connections, so that filling them is quick. */
  static final int CONNECTIONS = 8;

  static final int ISS = 1_000_000;

  static final Assembly SMALL =
      (link, mac, entropy) -> Client.host(link, mac, entropy, CONNECTIONS, 64 * 1024);

  final TcpHarness h = new TcpHarness(SMALL);
  final List<TcpSocket> held = new ArrayList<>();
  private final int packets = h.host.pool.available();

  final void established() {
    h.listen(80);
    h.connected(ISS, 65_535);
    held.add(h.socket);
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

  /** Brings a connection into one of the states; 0 is a closed port, 1 a listening one. */
  static void bring(TcpHarness h, int state) {
    if (state == 0) {
      h.newPeer(PEER, 4000, ISS).hostPort = 81;
      return;
    }
    h.listen(80);
    h.newPeer(ISS);
    if (state == 1) {
      return;
    }
    if (state == 2) {
      h.inject(h.peerSyn());
    } else {
      h.connected(ISS, 65_535);
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
    assertEquals(0, counter(Counter.STACK_INTERNAL_ERROR));
    for (TcpSocket socket : held) {
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
  }
}
