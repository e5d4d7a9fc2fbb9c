// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.stack.Part;
import dev.tulle.stack.Status;

/**
 * Where a router's IPv6 packets go: the subnets of its ports, then routes by hand of which the
 * longest prefix decides, then the default routers of the ports.
 */
public final class Routes6 {
  private final Ipv6Port[] ports;
  private final Destinations routes;

  /** Of the answer of {@link #find}: the neighbour to send to. */
  public long nextHigh;

  public long nextLow;

  /**
   * @param capacity routes by hand at most
   */
  public Routes6(Ipv6Port[] ports, int capacity) {
    this.ports = ports;
    routes = new Destinations(capacity);
  }

  /**
   * Adds a route, or replaces the one with the same prefix.
   *
   * @param nextHigh with {@code nextLow} a gateway that is in a subnet of a port
   * @return 0, or {@code Status.NO_RESOURCES}
   */
  public int add(long high, long low, int bits, long nextHigh, long nextLow) {
    boolean added = routes.put(high, low, bits, nextHigh, nextLow, Part.NEVER, false);
    return added ? Status.OK : Status.NO_RESOURCES;
  }

  /** The port that leads to an address; null where none does. Finds out the neighbour there. */
  public Ipv6Port find(long high, long low) {
    nextHigh = high;
    nextLow = low;
    Ipv6Port port = onLink(high, low);
    if (port != null) {
      return port;
    }
    int route = routes.find(high, low);
    if (route >= 0) {
      nextHigh = routes.nextHigh(route);
      nextLow = routes.nextLow(route);
      return onLink(nextHigh, nextLow);
    }
    for (int i = 0; i < ports.length; i++) {
      if (ports[i].routers.route(high, low)) {
        nextHigh = ports[i].routers.nextHigh;
        nextLow = ports[i].routers.nextLow;
        return ports[i];
      }
    }
    return null;
  }

  private Ipv6Port onLink(long high, long low) {
    for (int i = 0; i < ports.length; i++) {
      if (ports[i].routers.onLink(high, low)) {
        return ports[i];
      }
    }
    return null;
  }
}
