// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.stack.Interface;
import dev.tulle.stack.RouteInfo;
import dev.tulle.stack.Status;

/**
 * The routes of a host: few, so the list is searched from end to end; the longest mask wins.
 *
 * <p>The interfaces' own subnets come first, whatever the list says.
 */
public final class RouteList extends Routes {
  private final int[] destinations;
  private final int[] masks;
  private final int[] gateways;
  private int count;

  /**
   * @param capacity routes by way of a gateway, the default route among them
   */
  public RouteList(Interface[] interfaces, int capacity) {
    super(interfaces);
    destinations = new int[capacity];
    masks = new int[capacity];
    gateways = new int[capacity];
  }

  @Override
  public int add(int destination, int mask, int gateway) {
    int i = 0;
    while (i < count && (destinations[i] != destination || masks[i] != mask)) {
      i++;
    }
    if (i == gateways.length) {
      return Status.NO_RESOURCES;
    }
    destinations[i] = destination;
    masks[i] = mask;
    gateways[i] = gateway;
    count = Math.max(count, i + 1);
    return Status.OK;
  }

  @Override
  public long look(long from, RouteInfo to) {
    int i = (int) from;
    if (i >= count) {
      return -1;
    }
    to.destination = destinations[i];
    to.bits = RouteInfo.bits(masks[i]);
    to.gateway = gateways[i];
    to.metric = 0;
    return i + 1L;
  }

  @Override
  public void clear() {
    count = 0;
  }

  @Override
  public int nextHop(int address, int source) {
    if (onLink(address) != null) {
      return address;
    }
    int best = -1;
    for (int i = 0; i < count; i++) {
      // A longer mask is the greater number; the sign bit is turned to compare without sign.
      if ((address & masks[i]) == destinations[i]
          && (best < 0 || (masks[i] ^ 1 << 31) > (masks[best] ^ 1 << 31))) {
        best = i;
      }
    }
    return best < 0 ? 0 : gateways[best];
  }
}
