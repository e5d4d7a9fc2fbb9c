// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.fin;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.profile.Client;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.Segment;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TcpPeer;
import dev.tulle.testkit.TcpSegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A SYN for a connection in TIME-WAIT, with timestamps and without. RFC 6191. */
class TimeWaitReuseTest {
  private static final int ISS = 7_000_000;
  private static final int STAMP = 5000;

  private final TcpHarness h = new TcpHarness(Client::host);
  private int iss;

  @AfterEach
  void noInternalError() {
    h.net.expectNoInternalError();
  }

  private static byte[] stamps(int value) {
    return Octets.of(1, 1, 8, 10, 0, 0, value >> 8, value, 0, 0, 0, 0);
  }

  /** A connection that the host closed first, now in TIME-WAIT. */
  private void timeWait(boolean stamped) {
    h.listen(80);
    h.newPeer(ISS);
    byte[] options = stamped ? stamps(STAMP) : new byte[0];
    h.inject(syn().options(options));
    iss = h.expect(synAck()).sequence();
    h.inject(ack(0).options(options));
    h.socket = h.listener.accept();
    h.close();
    h.expect(fin(0));
    h.inject(fin(0).acknowledges(1).options(options));
    h.expectAck(1);
    h.advanceMs(1000);
    h.expectNothing();
  }

  /** The peer's next SYN of the same endpoints, from {@code above} its old FIN's end. */
  private void again(int above, Segment syn) {
    TcpPeer old = h.peer;
    h.newPeer(old.address, old.port, ISS + 2 + above);
    h.inject(syn.sequence(-1));
  }

  private void opened() {
    SeenFrame answer = h.expect(synAck().acknowledges(0));
    assertEquals(65_537, answer.sequence() - (iss + 2), "above all that the old one has sent");
  }

  private void refused() {
    SeenFrame answer = h.net.next();
    assertTrue(answer != null && !answer.has(TcpSegment.SYN), "only where it is");
    assertEquals(1, h.host.tcp.connections());
  }

  @Test
  void aLaterTimestampOpensAnewThoughTheNumberIsLower() {
    timeWait(true);
    again(-10_000, syn().options(stamps(STAMP + 1)));
    opened();
  }

  @Test
  void anEarlierTimestampDoesNotThoughTheNumberIsHigher() {
    timeWait(true);
    again(10_000, syn().options(stamps(STAMP - 1)));
    refused();
  }

  @Test
  void whereTheTimestampIsTheSameTheNumberDecides() {
    timeWait(true);
    again(-10_000, syn().options(stamps(STAMP)));
    refused();
    again(10_000, syn().options(stamps(STAMP)));
    opened();
  }

  @Test
  void withoutTimestampsTheNumberDecides() {
    timeWait(false);
    again(-10_000, syn());
    refused();
    again(10_000, syn());
    opened();
  }

  @Test
  void aSynWithoutTimestampsIsJudgedByItsNumber() {
    timeWait(true);
    again(10_000, syn());
    opened();
  }
}
