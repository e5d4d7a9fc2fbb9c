// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Interface;
import dev.tulle.stack.Status;
import org.junit.jupiter.api.Test;

class RouteListTest {
  private static final class Port extends Interface {
    Port(int address, int mask) {
      this.address = address;
      this.mask = mask;
    }

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
  }

  private final Port office = new Port(0x0A090002, 0xFFFFFF00);
  private final Port lab = new Port(0xC0A80101, 0xFFFF0000);
  private final RouteList routes = new RouteList(new Interface[] {office, lab}, 3);

  @Test
  void subnetsAreFoundAmongInterfaces() {
    assertSame(office, routes.onLink(0x0A0900FE));
    assertSame(lab, routes.onLink(0xC0A8FFFF));
    assertNull(routes.onLink(0x0A090102));
    assertSame(office, routes.first());
  }

  @Test
  void theLongestMaskWinsWhateverTheOrder() {
    assertEquals(Status.OK, routes.add(0xAC100000, 0xFFF00000, 3));
    assertEquals(Status.OK, routes.add(0, 0, 1));
    assertEquals(Status.OK, routes.add(0x80000000, 0x80000000, 2));
    assertEquals(1, routes.nextHop(0x08080808, 0));
    assertEquals(2, routes.nextHop(0xC0000001, 0));
    assertEquals(3, routes.nextHop(0xAC1FFFFF, 0));
    assertEquals(2, routes.nextHop(0xAC200000, 0));
  }

  @Test
  void withoutARouteThereIsNoNextHop() {
    assertEquals(0, routes.nextHop(0x08080808, 0));
    routes.add(0xAC100000, 0xFFF00000, 3);
    assertEquals(0, routes.nextHop(0x08080808, 0));
  }

  @Test
  void aRouteIsReplacedByOneToTheSamePlaceEvenWhereTheTableIsFull() {
    routes.add(0, 0, 1);
    routes.add(0x01000000, 0xFF000000, 2);
    routes.add(0x02000000, 0xFF000000, 3);
    assertEquals(Status.NO_RESOURCES, routes.add(0x03000000, 0xFF000000, 4));
    assertEquals(Status.OK, routes.add(0, 0, 9));
    assertEquals(9, routes.nextHop(0x08080808, 0));
    assertEquals(3, routes.nextHop(0x02000001, 0));
  }
}
