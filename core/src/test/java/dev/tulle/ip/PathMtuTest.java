// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathMtuTest {
  private static final int LINK_PAYLOAD = 1480;
  private static final long MINUTE_NS = 60_000_000_000L;

  private final Counters counters = new Counters();
  private final PathMtu table = new PathMtu(2, new KeyedHash(1, 2), counters);
  private final Ipv4Layer ipv4 = layer();

  private Ipv4Layer layer() {
    Interface link =
        new Interface() {
          @Override
          public int mtu() {
            return 1500;
          }

          @Override
          public boolean input(int budget, long nowNs) {
            return false;
          }

          @Override
          public void output(Packet packet, int nextHop, long nowNs) {}
        };
    link.address = 0x0A000001;
    link.mask = 0xFF000000;
    Interface[] interfaces = {link};
    Ipv4Layer layer =
        new Ipv4Layer(interfaces, new RouteList(interfaces, 1), new PacketPool(1, 1514), counters);
    layer.attach(table);
    return layer;
  }

  private Ipv4Path path(int host) {
    Ipv4Path path = ipv4.path();
    assertEquals(0, path.open(new Endpoint(0x0A000000 + host, 80)));
    return path;
  }

  @Test
  void whatOnePathHasLearntAllToTheSameAddressKnow() {
    Ipv4Path path = path(2);
    Ipv4Path same = path(2);
    Ipv4Path other = path(3);
    assertEquals(LINK_PAYLOAD, same.payloadBytes());
    assertTrue(path.tooBig(1300, LINK_PAYLOAD, 0));
    assertEquals(1280, path.payloadBytes());
    assertEquals(1280, same.payloadBytes());
    assertEquals(1280, path(2).payloadBytes());
    assertEquals(LINK_PAYLOAD, other.payloadBytes());
    assertEquals(LINK_PAYLOAD, path.linkPayloadBytes());
    assertEquals(1, counters.value(Counter.PMTU_LOWERED));
    other.copy(path);
    assertEquals(1280, other.payloadBytes());
    assertEquals(0, path.open(new Endpoint(0x0A000003, 80)));
    assertEquals(LINK_PAYLOAD, path.payloadBytes());
  }

  @Test
  void noMessageRaisesWhatIsKnown() {
    Ipv4Path path = path(2);
    assertTrue(path.tooBig(1300, LINK_PAYLOAD, 0));
    assertTrue(path.tooBig(1400, LINK_PAYLOAD, 0)); // may be: a packet from before
    assertEquals(1280, path.payloadBytes());
    assertEquals(1, counters.value(Counter.PMTU_LOWERED));
  }

  @ParameterizedTest
  @CsvSource({"1,1480", "67,1480", "1500,1480", "1501,1480", "65535,1480", "1300,1280", "100,40"})
  void whatCannotBeTrueIsIgnored(int told, int payload) {
    Ipv4Path path = path(2);
    assertFalse(path.tooBig(told, payload, 0));
    assertEquals(LINK_PAYLOAD, path.payloadBytes());
    assertEquals(1, counters.value(Counter.PMTU_IGNORED));
  }

  @ParameterizedTest
  @CsvSource({"68,552", "551,552", "552,552", "553,553", "1499,1499"})
  void belowTheFloorNothingIsBelieved(int told, int mtu) {
    Ipv4Path path = path(2);
    assertTrue(path.tooBig(told, LINK_PAYLOAD, 0));
    assertEquals(mtu - 20, path.payloadBytes());
  }

  @Test
  void theFloorNeverRaises() {
    Ipv4Path path = path(2);
    assertTrue(path.tooBig(300, 400, 0)); // about a packet of 420 octets
    assertEquals(LINK_PAYLOAD, path.payloadBytes());
  }

  @Test
  void afterTenMinutesLargerPacketsAreTriedAgain() {
    Ipv4Path path = path(2);
    Ipv4Path later = path(3);
    assertEquals(Part.NEVER, table.deadlineNs());
    assertTrue(path.tooBig(1300, LINK_PAYLOAD, 0));
    assertTrue(later.tooBig(1200, LINK_PAYLOAD, MINUTE_NS));
    assertEquals(10 * MINUTE_NS, table.poll(10 * MINUTE_NS - 1));
    assertEquals(1280, path.payloadBytes());
    assertEquals(11 * MINUTE_NS, table.poll(10 * MINUTE_NS));
    assertEquals(LINK_PAYLOAD, path.payloadBytes());
    assertEquals(1180, later.payloadBytes());
    assertTrue(later.tooBig(1100, 1180, 9 * MINUTE_NS)); // lower: ten minutes from now
    assertEquals(19 * MINUTE_NS, table.poll(11 * MINUTE_NS));
    assertEquals(1080, later.payloadBytes());
    assertEquals(Part.NEVER, table.poll(19 * MINUTE_NS));
    assertEquals(LINK_PAYLOAD, later.payloadBytes());
  }

  @Test
  void inAFullTableTheOneThatWasAskedForLeastRecentlyMakesRoom() {
    Ipv4Path used = path(2);
    assertTrue(used.tooBig(1300, LINK_PAYLOAD, 0));
    for (int host = 3; host < 1000; host++) {
      assertTrue(path(host).tooBig(600, LINK_PAYLOAD, 0));
      assertEquals(1280, used.payloadBytes());
    }
    int known = 0;
    for (int host = 2; host < 1000; host++) {
      known += path(host).payloadBytes() < LINK_PAYLOAD ? 1 : 0;
    }
    assertEquals(8, known);
    assertEquals(998 - 8, counters.value(Counter.PMTU_EVICTED));
  }

  @ParameterizedTest
  @CsvSource({
    "65535,32000",
    "1500,1492",
    "1492,1006",
    "1006,508",
    "576,508",
    "508,296",
    "296,68",
    "68,68"
  })
  void oldRoutersMeanTheNextLowerCommonMtu(int length, int mtu) {
    assertEquals(mtu, PathMtu.plateau(length));
  }
}
