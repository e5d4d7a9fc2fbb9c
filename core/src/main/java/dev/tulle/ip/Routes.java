// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.stack.Interface;
import dev.tulle.stack.RouteInfo;

/**
 * Where packets go first: the interfaces' own subnets, and what a subclass knows of gateways.
 *
 * <p>A host's few are a {@link RouteList}.
 */
public abstract class Routes {
  private final Interface[] interfaces;

  protected Routes(Interface[] interfaces) {
    this.interfaces = interfaces;
  }

  /**
   * Adds a route, or replaces the one with the same destination and mask.
   *
   * @param destination 0 with mask 0 is the default route
   * @return 0, or {@code Status.NO_RESOURCES}
   */
  public abstract int add(int destination, int mask, int gateway);

  /**
   * Tells of the routes by way of a gateway, one after the other.
   *
   * @param from 0, then what was answered before
   * @return where to go on, or -1 where there is none any more and nothing was filled in
   */
  public abstract long look(long from, RouteInfo to);

  /** Forgets all routes. */
  public abstract void clear();

  /**
   * The neighbour that leads to a unicast address: itself where it is in a subnet of ours, else a
   * gateway; 0 where nothing leads there.
   *
   * @param source where the packet comes from; 0 where that is not known yet
   */
  public abstract int nextHop(int address, int source);

  /** The interface that has a unicast address in its subnet; null where none has. */
  public final Interface onLink(int address) {
    for (int i = 0; i < interfaces.length; i++) {
      if (interfaces[i].onLink(address)) {
        return interfaces[i];
      }
    }
    return null;
  }

  /** Where broadcasts and multicasts go that name no subnet. */
  final Interface first() {
    return interfaces[0];
  }
}
