// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

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
