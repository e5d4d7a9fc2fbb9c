// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.stack.RouteInfo;
import dev.tulle.stack.Status;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouteTable6Test {
  private static final long DOC = 0x20010DB8_00000000L;

  private final RouteTable6 table = new RouteTable6(8);

  private static int add(RouteTable6 t, long high, long low, int bits, int metric, long gateway) {
    return t.add(high, low, bits, 0xFE80L << 48, gateway, metric, 0);
  }

  /** The last half of the gateway that leads to an address; 0 where none does. */
  private static long way(RouteTable6 t, long high, long low) {
    int route = t.find(high, low);
    return route == 0 ? 0 : t.gatewayLow(route);
  }

  @Test
  void longestPrefixDecidesAndTheDefaultTakesTheRest() {
    add(table, 0, 0, 0, 0, 1);
    add(table, DOC, 0, 32, 0, 2);
    add(table, DOC | 7, 0, 64, 0, 3);
    add(table, DOC | 7, 9L << 32, 96, 0, 4);
    add(table, DOC | 7, 9L << 32 | 5, 128, 0, 5);
    assertEquals(1, way(table, 0x2002L << 48, 7));
    assertEquals(2, way(table, DOC | 8, 7));
    assertEquals(3, way(table, DOC | 7, 7));
    assertEquals(4, way(table, DOC | 7, 9L << 32 | 4));
    assertEquals(5, way(table, DOC | 7, 9L << 32 | 5));
  }

  @Test
  void leastMetricIsUsedAndTheNextOnceItIsGone() {
    add(table, DOC, 0, 32, 20, 2);
    add(table, DOC, 0, 32, 10, 1);
    add(table, DOC, 0, 32, 30, 3);
    assertEquals(1, way(table, DOC, 1));
    assertEquals(Status.OK, table.remove(DOC, 0, 32, 10));
    assertEquals(2, way(table, DOC, 1));
    assertEquals(Status.OK, table.remove(DOC, 0, 32, 20));
    assertEquals(3, way(table, DOC, 1));
    assertEquals(Status.OK, table.remove(DOC, 0, 32, 30));
    assertEquals(0, way(table, DOC, 1));
    assertEquals(Status.INVALID, table.remove(DOC, 0, 32, 30));
    assertEquals(0, table.count());
  }

  @Test
  void samePrefixAndMetricReplaces() {
    add(table, DOC, 0, 32, 1, 2);
    add(table, DOC | 5, 6, 32, 1, 3); // what does not count is not looked at
    assertEquals(1, table.count());
    assertEquals(3, way(table, DOC, 1));
  }

  @Test
  void fullTableRefusesAndWhatIsNoRouteIsInvalid() {
    for (int i = 0; i < 8; i++) {
      assertEquals(Status.OK, add(table, DOC | i, 0, 64, 0, i + 1));
    }
    assertEquals(Status.NO_RESOURCES, add(table, DOC | 8, 0, 64, 0, 9));
    assertEquals(Status.OK, add(table, DOC | 7, 0, 64, 0, 9));
    assertEquals(9, way(table, DOC | 7, 9));
    assertEquals(Status.OK, table.remove(DOC | 3, 0, 64, 0));
    assertEquals(Status.OK, add(table, DOC | 8, 0, 64, 0, 10));
    assertEquals(Status.INVALID, add(table, 0, 0, 129, 0, 1));
    assertEquals(Status.INVALID, add(table, 0, 0, -1, 0, 1));
    assertEquals(Status.INVALID, add(table, 0, 0, 1, -1, 1));
    assertEquals(Status.INVALID, table.remove(0, 0, 129, 0));
  }

  @Test
  void answersAsAListThatIsSearchedFromEndToEnd() {
    Random random = new Random(7);
    int n = 300;
    RouteTable6 many = new RouteTable6(n);
    Destinations list = new Destinations(n);
    long[] highs = new long[n];
    for (int i = 0; i < n; i++) {
      int bits = random.nextInt(129);
      highs[i] = DOC | random.nextInt(64);
      long low = (long) random.nextInt(4) << 62 | random.nextInt(3);
      add(many, highs[i], low, bits, 0, i + 1);
      list.put(highs[i], low, bits, 0xFE80L << 48, i + 1, Long.MAX_VALUE, false);
      if (random.nextInt(4) == 0) {
        assertEquals(Status.OK, many.remove(highs[i], low, bits, 0));
        list.put(highs[i], low, bits, 0, 0, 0, false);
      }
    }
    for (int i = 0; i < 10_000; i++) {
      long high = DOC | random.nextInt(64);
      long low = (long) random.nextInt(4) << 62 | random.nextInt(3);
      int found = list.find(high, low);
      assertEquals(found < 0 ? 0 : list.nextLow(found), way(many, high, low));
    }
    Set<Long> told = new HashSet<>();
    RouteInfo info = new RouteInfo();
    for (long at = many.look(0, info); at >= 0; at = many.look(at, info)) {
      assertTrue(told.add(info.gatewayLow));
    }
    assertEquals(many.count(), told.size());
  }
}
