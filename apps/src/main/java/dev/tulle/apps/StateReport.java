// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.link.NeighbourInfo;
import dev.tulle.link.Neighbours;
import dev.tulle.link.Port;
import dev.tulle.nd.Address6;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.profile.Host;
import dev.tulle.profile.RouterHost;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Interface;
import dev.tulle.stack.RouteInfo;

/**
 * What there is to know of a host at one moment, row by row, so that it never takes more memory
 * than one of them.
 *
 * <p>Each row is true for itself; between two of them the host may go on.
 */
final class StateReport {
  /** No row is there any more. */
  static final long NONE = -1;

  /** Where a place has the number of a port. */
  private static final int PORT_SHIFT = 56;

  private static final long WITHIN_PORT = (1L << PORT_SHIFT) - 1;

  private static final int LIMITS = 5;

  private final Host host;
  private final byte[][] names;
  private final StateSockets sockets;
  private final NeighbourInfo neighbour = new NeighbourInfo();
  private final RouteInfo route = new RouteInfo();
  private final RouterHost router;
  final StateRow row = new StateRow();
  private int kind;

  /** Where the kind goes on, as it numbers its places. */
  private long place;

  /**
   * @param names what its ports are called
   */
  StateReport(Host host, byte[][] names) {
    this.host = host;
    this.names = names;
    router = host instanceof RouterHost ? (RouterHost) host : null;
    sockets = new StateSockets(host, row);
  }

  /** Starts anew. */
  void begin() {
    kind = 0;
    place = 0;
  }

  /** Writes the next row; false where all has been told. */
  boolean next(long nowNs) {
    while (kind < StateRow.END) {
      row.begin(kind);
      place = tell(place, nowNs);
      if (place != NONE) {
        return true;
      }
      kind++;
      place = 0;
    }
    row.begin(kind++);
    return kind == StateRow.END + 1;
  }

  /** Writes the row that is at a place or behind it; answers the place behind that. */
  private long tell(long at, long nowNs) {
    switch (kind) {
      case StateRow.INTERFACE:
        return links((int) at);
      case StateRow.ADDRESS:
        return addresses(at);
      case StateRow.NEIGHBOUR:
        return neighbours(at);
      case StateRow.ROUTE:
        return routes(at);
      case StateRow.SOCKET:
        return sockets.tell(at);
      case StateRow.LIMIT:
        return limits((int) at, nowNs);
      case StateRow.RULE:
        return rules((int) at);
      default:
        return counters((int) at);
    }
  }

  private long links(int at) {
    if (at == host.portCount()) {
      return NONE;
    }
    Port port = host.portAt(at);
    row.name(names[at]);
    row.word(port.status).word(port.mtu()).word(port.mac());
    return at + 1L;
  }

  private long addresses(long at) {
    int i = (int) (at >>> PORT_SHIFT);
    int n = (int) at;
    for (; i < host.portCount(); i++) {
      Port port = host.portAt(i);
      if (n == 0) {
        n = 1;
        if (port.address != 0) {
          row.word(i).four(port.address).word(RouteInfo.bits(port.mask)).word(Address6.PREFERRED);
          return place(i, n);
        }
      }
      Ipv6Port six = host.port6At(i);
      Address6 a = six == null ? null : six.addresses.at(n - 1);
      for (; a != null; a = six.addresses.at(n - 1)) {
        n++;
        if (a.state() != Address6.FREE) {
          row.word(i).six(a.high, a.low).word(a.prefixBits).word(a.state());
          return place(i, n);
        }
      }
      n = 0;
    }
    return NONE;
  }

  private long neighbours(long at) {
    int i = (int) (at >>> PORT_SHIFT);
    int n = (int) at;
    for (; i < host.portCount(); i++) {
      Neighbours four = host.neighboursAt(i);
      Ipv6Port six = host.port6At(i);
      int narrow = four == null ? 0 : four.size();
      int all = six == null ? narrow : narrow + six.neighbours.size();
      while (n < all) {
        int entry = n++;
        if (entry < narrow
            ? four.look(entry, neighbour)
            : six.neighbours.look(entry - narrow, neighbour)) {
          row.word(i);
          address(neighbour.address, neighbour.high, neighbour.low);
          row.word(neighbour.state);
          row.word(neighbour.state == NeighbourInfo.INCOMPLETE ? 0 : neighbour.mac);
          return place(i, n);
        }
      }
      n = 0;
    }
    return NONE;
  }

  /** A round over the ports, for what is known of each; then what is known of the host. */
  private long routes(long at) {
    int i = (int) (at >>> PORT_SHIFT);
    long n = at & WITHIN_PORT;
    route.sourceBits = 0;
    for (; i < host.portCount(); i++) {
      Port port = host.portAt(i);
      if (n == 0) {
        n = 1;
        if (port.address != 0 && port.mask != 0) {
          route.destination = port.address & port.mask;
          route.bits = RouteInfo.bits(port.mask);
          route.gateway = 0;
          route.metric = 0;
          narrow(i);
          return place(i, n);
        }
      }
      Ipv6Port six = host.port6At(i);
      long next = six == null ? NONE : six.routers.look(n - 1, route);
      if (next != NONE) {
        wide(i);
        return place(i, next + 1);
      }
      n = 0;
    }
    // Behind the last port: IPv4's by way of gateways, then IPv6's.
    if (i == host.portCount()) {
      long next = host.routes.look(n, route);
      if (next != NONE) {
        narrow(toward(route.gateway));
        return place(i, next);
      }
      n = 0;
      i++;
    }
    long next = host.routes6 == null ? NONE : host.routes6.look(n, route);
    if (next != NONE) {
      int port = StateRow.NO_PORT;
      for (int p = 0; p < host.portCount(); p++) {
        boolean near = host.port6At(p).routers.onLink(route.gatewayHigh, route.gatewayLow);
        port = port == StateRow.NO_PORT && near ? p : port;
      }
      wide(port);
      return place(i, next);
    }
    return NONE;
  }

  /** The port that leads to a gateway of IPv4. */
  private int toward(int gateway) {
    Interface out = host.routes.onLink(gateway);
    int port = StateRow.NO_PORT;
    for (int i = 0; i < host.portCount() && out != null; i++) {
      port = out.is(host.portAt(i)) ? i : port;
    }
    return port;
  }

  private void narrow(int port) {
    row.four(route.destination).word(route.bits).four(route.gateway).word(port).word(route.metric);
    row.four(route.source).word(route.sourceBits);
  }

  private void wide(int port) {
    row.six(route.high, route.low).word(route.bits).six(route.gatewayHigh, route.gatewayLow);
    row.word(port).word(route.metric);
    row.six(route.sourceHigh, route.sourceLow).word(route.sourceBits);
  }

  private void address(int narrow, long high, long low) {
    if (narrow != 0) {
      row.four(narrow);
    } else {
      row.six(high, low);
    }
  }

  /** How full the tables are that have a limit. */
  private long limits(int at, long nowNs) {
    for (int i = at; i < LIMITS; i++) {
      int of = limit(i);
      if (of > 0) {
        row.word(i).word(used(i, nowNs)).word(of);
        return i + 1L;
      }
    }
    return NONE;
  }

  /** How much a table holds; 0 where there is none. Their names are in {@link StatText}. */
  private int limit(int table) {
    switch (table) {
      case 0:
        return host.pool.capacity();
      case 1:
        return sockets.tcp == null ? 0 : sockets.tcp.size();
      case 2:
        return router == null || router.tracker == null ? 0 : router.tracker.most();
      case 3:
        return router == null || router.nat == null ? 0 : router.nat.most();
      default:
        return router == null || router.dhcpServer == null ? 0 : router.dhcpServer.most();
    }
  }

  private int used(int table, long nowNs) {
    switch (table) {
      case 0:
        return host.pool.capacity() - host.pool.available();
      case 1:
        return sockets.tcp.used();
      case 2:
        return router.tracker.count();
      case 3:
        return router.nat.count();
      default:
        return router.dhcpServer.leases(nowNs);
    }
  }

  /** How often each rule of a filter fit. */
  private long rules(int at) {
    if (router == null || router.filter == null || at == router.filter.count()) {
      return NONE;
    }
    row.word(at + 1L).word(router.filter.packets(at));
    return at + 1L;
  }

  private long counters(int at) {
    if (at == Counter.COUNT) {
      return NONE;
    }
    row.word(at).word(host.counters.value(at));
    return at + 1L;
  }

  private static long place(int port, long within) {
    return (long) port << PORT_SHIFT | within;
  }
}
