// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.stack.Interface;
import dev.tulle.stack.Status;

/**
 * Where packets go first: the interfaces' own subnets, then a short list of gateways.
 *
 * <p>A host has few routes, so the list is searched from end to end; the longest mask wins.
 */
public final class Routes {
  private final Interface[] interfaces;
  private final int[] destinations;
  private final int[] masks;
  private final int[] gateways;
  private int count;

  /**
   * @param capacity routes by way of a gateway, the default route among them
   */
  public Routes(Interface[] interfaces, int capacity) {
    this.interfaces = interfaces;
    destinations = new int[capacity];
    masks = new int[capacity];
    gateways = new int[capacity];
  }

  /**
   * Adds a route, or replaces the one with the same destination and mask.
   *
   * @param destination 0 with mask 0 is the default route
   * @return 0, or {@code Status.NO_RESOURCES}
   */
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

  /** Forgets all routes. */
  public void clear() {
    count = 0;
  }

  /** The interface that has a unicast address in its subnet; null where none has. */
  Interface onLink(int address) {
    for (int i = 0; i < interfaces.length; i++) {
      if (interfaces[i].onLink(address)) {
        return interfaces[i];
      }
    }
    return null;
  }

  /** The gateway that leads to an address; 0 where none does. */
  int gateway(int address) {
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

  /** Where broadcasts and multicasts go that name no subnet. */
  Interface first() {
    return interfaces[0];
  }
}
