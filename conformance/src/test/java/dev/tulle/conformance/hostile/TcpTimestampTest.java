// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.fin;
import static dev.tulle.testkit.Segment.rst;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpInfo;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.Segment;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Timestamps under attack: rows TCP-29 to TCP-31, TCP-35. RFC 7323. */
class TcpTimestampTest extends HostileSequence {
  private static final int KIND = 8;

  private int echo;

  private Segment stamped(Segment s, int value) {
    byte[] option = Octets.of(1, 1, KIND, 10, 0, 0, 0, 0, 0, 0, 0, 0);
    Octets.put32(option, 4, value);
    Octets.put32(option, 8, echo);
    return s.options(option);
  }

  private void stampedConnection(int value) {
    byte[] options = Octets.concat(Octets.of(2, 4, 5, 180), new byte[12]);
    System.arraycopy(Octets.of(1, 1, KIND, 10), 0, options, 4, 4);
    Octets.put32(options, 8, value);
    h.newPeer(iss);
    h.inject(syn().options(options));
    echo = Octets.i32(h.expect(synAck()).tcpOption(KIND), 0);
    h.inject(stamped(ack(0), value));
    h.socket = h.listener.accept();
    held.add(h.socket);
  }

  @Test
  void tcp29_forgedTimestampsDoNotLockThePeerOut() {
    h.listen(80);
    stampedConnection(1000);
    int huge = 0x70000000;
    h.inject(stamped(data(-5000, 100), huge)); // outside the window
    h.inject(stamped(data(70_000, 100), huge));
    h.inject(stamped(data(0, 100).acknowledges(1 << 20), huge)); // an impossible ACK
    h.inject(stamped(data(2000, 100), huge)); // behind what was acknowledged last
    h.takeSent();
    for (int i = 0; i < 20; i++) {
      h.inject(stamped(data(100L * i, 100), 1001 + i));
      h.expectRead(100);
    }
    SeenFrame last = h.takeSent().getLast();
    int told = Octets.i32(last.tcpOption(KIND), 4);
    assertTrue(told >= 1000 && told <= 1020, "the host echoes " + told);
    counts(Counter.TCP_BADACK, 1);
    counts(Counter.TCP_OUT_OF_WINDOW, 2);
  }

  @Test
  void tcp30_timestampsTellNeitherUptimeNorHost() {
    h.listen(80);
    Set<Integer> values = new HashSet<>();
    for (int i = 0; i < 6; i++) {
      stampedConnection(1000);
      assertTrue(values.add(echo >>> 16), "two connections started alike");
      int before = echo;
      for (int n = 0; n < 5; n++) {
        h.advanceMs(500);
        h.takeSent();
        h.inject(stamped(data(10L * n, 10), 1001 + n));
        h.expectRead(10);
        int now = Octets.i32(h.takeSent().getLast().tcpOption(KIND), 0);
        assertTrue(now - before >= 400 && now - before <= 600, "a step of " + (now - before));
        before = now;
      }
    }
  }

  @Test
  void tcp31_synsWithTimestampsInTimeWait() {
    h.listen(80);
    stampedConnection(1000);
    h.shutdownWrite();
    h.takeSent();
    h.inject(stamped(fin(0).acknowledges(1), 1001));
    h.takeSent();
    // Old numbers with an old stamp are answered; RFC 1337: a reset ends nothing.
    h.inject(stamped(syn().sequence(-5000), 900));
    h.expectAck(1);
    h.inject(stamped(syn().sequence(-5000), 1001));
    h.expectAck(1);
    h.inject(stamped(rst(1), 3000));
    h.expectNothing();
    h.inject(stamped(fin(0).acknowledges(1), 999)); // an old duplicate
    h.expectAck(1);
    assertEquals(1, h.host.tcp.connections());
    // A later stamp opens anew, even from an old number (RFC 6191).
    h.inject(stamped(syn().sequence(-5000), 1002));
    h.expect(synAck());
    counts(Counter.TCP_PAWS, 1);
    counts(Counter.TCP_OUT_OF_WINDOW, 2);
    counts(Counter.TCP_RESET_IGNORED, 1);
  }

  @Test
  void tcp35_echoesOfNothingOrOfTheFuture() {
    h.listen(80);
    stampedConnection(1000);
    int[] echoes = {0, echo + 1_000_000, echo + (1 << 30), echo - (1 << 30), Integer.MIN_VALUE};
    TcpInfo info = new TcpInfo();
    long acknowledged = 0;
    for (int i = 0; i < echoes.length; i++) {
      h.write(100);
      h.advanceMs(50);
      h.takeSent();
      acknowledged += 100;
      echo = echoes[i];
      h.inject(stamped(ack(acknowledged), 1001 + i));
      h.socket.info(info);
      assertTrue(info.rtoUs >= 200_000 && info.rtoUs <= 60_000_000, "RTO " + info.rtoUs);
    }
    h.expectStatus(Status.OK);
  }
}
