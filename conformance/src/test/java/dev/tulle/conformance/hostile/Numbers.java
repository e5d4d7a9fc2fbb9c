// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.Segment;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TcpSegment;

/** Where the sequence numbers of both sides begin: rows are tested with each of these. */
enum Numbers {
  ANYWHERE(1_000_000, 0x1234_5678),
  /** Both wrap inside the first octets. */
  AT_THE_WRAP(0xFFFF_FFCD, 0xFFFF_FFDD),
  /** Both become negative inside the first octets, where somebody takes them for signed. */
  AT_THE_SIGN(0x7FFF_FFCD, 0x7FFF_FFDD);

  private static final int PORT = 80;

  /** The peer's initial sequence number, and the one that we are made to choose. */
  final int peer;

  private final int ours;

  Numbers(int peer, int ours) {
    this.peer = peer;
    this.ours = ours;
  }

  /** Lets time pass until the first connection to port 80 gets our number. */
  void beforeAccepting(HostHarness h, Assembly assembly) {
    HostHarness twin = twin(h, assembly);
    TcpHarness tcp = new TcpHarness(twin);
    tcp.listen(PORT);
    tcp.newPeer(peer);
    tcp.inject(Segment.syn());
    wait(h, twin);
  }

  /** Lets time pass until the first connection that the host opens to a port gets our number. */
  void beforeConnecting(HostHarness h, Assembly assembly, int port) {
    HostHarness twin = twin(h, assembly);
    new TcpHarness(twin).connect(port);
    wait(h, twin);
  }

  /** A host like this one, at the same time. */
  private static HostHarness twin(HostHarness h, Assembly assembly) {
    HostHarness twin = new HostHarness(assembly);
    twin.advanceNs(h.nowNs() - twin.nowNs());
    twin.takeSent();
    return twin;
  }

  /** Initial numbers follow a clock of 4,096 ns: what the twin chose now, the host will not. */
  private void wait(HostHarness h, HostHarness twin) {
    for (SeenFrame f : twin.takeSent()) {
      if (f.isTcp() && f.has(TcpSegment.SYN)) {
        h.advanceNs((ours - f.sequence() & 0xFFFF_FFFFL) << 12);
        h.takeSent();
        return;
      }
    }
    throw twin.failure("the twin chose no number");
  }
}
