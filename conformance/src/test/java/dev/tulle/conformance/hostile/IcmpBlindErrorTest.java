// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.data;
import static dev.tulle.testkit.Segment.syn;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * ICMP errors from those who do not see the connection: rows ICM-06 and ICM-07. RFC 5927 4.1, 5.2.
 */
class IcmpBlindErrorTest extends HostileSequence {
  /** Destination unreachable about a segment like one that was seen, with another number. */
  private void unreachable(int code, SeenFrame about, int sequence) {
    unreachable(code, 0, about, sequence);
  }

  private void unreachable(int code, int mtu, SeenFrame about, int sequence) {
    byte[] segment = Arrays.copyOf(about.ipv4Payload(), 8);
    Octets.put32(segment, 4, sequence);
    byte[] quote = Octets.concat(about.ipv4Header(), segment);
    h.net.inject(
        h.net.fromPeer(Frames.ipv4(PEER, HOST).icmp(Frames.icmp(3, code).rest(mtu).data(quote))));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 5})
  void icm06_hardErrorsEndNoConnectionThatIsEstablished(int code) {
    established();
    h.write(1000);
    SeenFrame sent = h.expect(data(0, 1000));
    int una = sent.sequence();
    for (int outside : new int[] {una - 1, una + 1000, una + 0x8000_0000}) {
      unreachable(code, sent, outside);
    }
    h.expectNothing();
    counts(Counter.TCP_ICMP_IGNORED, 3);
    assertEquals(3, counter(Counter.TCP_ICMP_IGNORED));
    assertEquals(0, counter(Counter.TCP_ICMP_SOFT));
    unreachable(code, sent, una);
    unreachable(code, sent, una + 999);
    h.expectNothing();
    assertEquals(2, counter(Counter.TCP_ICMP_SOFT));
    h.expectStatus(Status.OK);
    h.inject(ack(1000));
    h.write(10);
    h.expect(data(1000, 10));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 67, 68, 551, 552, 1000, 1499})
  void icm07_anMtuFromThoseWhoDoNotKnowWhatIsInFlightIsIgnored(int mtu) {
    established();
    h.write(1460);
    SeenFrame sent = h.expect(data(0, 1460).push());
    int una = sent.sequence();
    for (int outside : new int[] {una - 1, una + 1460, una + 0x8000_0000}) {
      unreachable(4, mtu, sent, outside);
    }
    unreachable(4, mtu, sent, una + 1459); // nothing that long starts there
    h.expectNothing();
    counts(Counter.TCP_ICMP_IGNORED, 4);
    assertEquals(4, counter(Counter.TCP_ICMP_IGNORED));
    assertEquals(0, counter(Counter.PMTU_LOWERED));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 67, 1500, 1501, 0x7FFF, 0x8000, 0xFFFF})
  void icm07_anMtuThatCannotBeTrueIsIgnored(int mtu) {
    established();
    h.write(1460);
    SeenFrame sent = h.expect(data(0, 1460).push());
    unreachable(4, mtu, sent, sent.sequence());
    h.expectNothing();
    counts(Counter.TCP_ICMP_IGNORED, 1);
    assertEquals(1, counter(Counter.TCP_ICMP_IGNORED));
    assertEquals(0, counter(Counter.PMTU_LOWERED));
    h.inject(ack(1460));
    h.write(1460);
    h.expect(data(1460, 1460).push());
  }

  @Test
  void icm07_aStormOfSmallerAndSmallerMtusEndsAtTheFloor() {
    established();
    h.write(1460);
    SeenFrame sent = h.expect(data(0, 1460).push());
    for (int mtu = 1499; mtu >= 68; mtu--) {
      unreachable(4, mtu, sent, sent.sequence());
    }
    // Each made 1,460 octets go out once more, in at most three pieces.
    int frames = h.takeSent().size();
    assertEquals(true, frames <= 3 * (1499 - 552 + 1), frames + " frames");
    assertEquals(1499 - 552 + 1, counter(Counter.PMTU_LOWERED));
    h.inject(ack(1460));
    h.write(512);
    h.expect(data(1460, 512).push());
    h.expectStatus(Status.OK);
  }

  @Test
  void icm06_onlyAnErrorAboutOurSynRefusesTheConnection() {
    held.add(connect(9000));
    SeenFrame sent = h.expect(syn());
    unreachable(3, sent, sent.sequence() - 1);
    unreachable(3, sent, sent.sequence() + 1);
    counts(Counter.TCP_ICMP_IGNORED, 2);
    h.expectStatus(Status.WOULD_BLOCK);
    unreachable(1, sent, sent.sequence()); // RFC 9293 3.9.2.2 (MUST-56): a soft one
    h.expectStatus(Status.WOULD_BLOCK);
    unreachable(3, sent, sent.sequence());
    h.expectStatus(Status.REFUSED);
  }
}
