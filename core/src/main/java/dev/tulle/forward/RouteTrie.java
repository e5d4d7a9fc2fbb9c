// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.ip.Routes;
import dev.tulle.stack.Interface;
import dev.tulle.stack.Status;

/**
 * The routes of a router: the longest prefix that covers an address, however many there are.
 *
 * <p>The first bits of an address choose a slot, as many bits as the table's size asks for; below
 * each slot is a binary trie in which nodes stand only where prefixes part (path compression).
 * Prefixes that are shorter than a slot's bits are in a trie of their own, and each slot knows the
 * longest of them that covers it. So an address is looked up in a few steps among 10 routes as
 * among 100,000, and a route takes two nodes at most.
 *
 * <p>Everything is in one {@code int[]}, allocated once. A subnet of an interface counts as a
 * route, and wins against one with the same prefix. Of routes with the same prefix the one with the
 * least metric is used. Source: RFC 1812 5.2.4.3 (longest match, best metric).
 */
public final class RouteTrie extends Routes {
  // A node: its prefix, how many bits of it count, a cell for each child, its first route, and
  // where that leads, for a lookup to find without another step through memory.
  private static final int LENGTH = 1;
  private static final int CHILD = 2;
  private static final int ROUTE = 4;
  private static final int HOP = 5;
  private static final int NODE_INTS = 8; // two in a cache line

  // A route: where to, how far, the next with the same prefix.
  private static final int GATEWAY = 0;
  private static final int METRIC = 1;
  private static final int NEXT = 2;
  private static final int ROUTE_INTS = 3;

  /** Slots of 16 bits are enough: beyond it is memory that grows, not speed. */
  private static final int MOST_BITS = 16;

  /** The cell with the root of the short prefixes; 0 is no cell. */
  private static final int SHORT = 1;

  /** The slots, two cells each: the root of what is below, the node that covers it all. */
  private static final int SLOTS = 2;

  private final int bits;
  private final int shift;
  private final int firstNode;
  private final int[] cells;
  private final int[] routes;
  private int freeNode;
  private int freeRoute;
  private int count;

  /**
   * @param capacity routes at most, from 1 to 10,000,000
   */
  public RouteTrie(Interface[] interfaces, int capacity) {
    super(interfaces);
    int n = 1;
    while (n < MOST_BITS && 1 << n < capacity) {
      n++;
    }
    bits = n;
    shift = 32 - n;
    firstNode = SLOTS + (2 << n);
    cells = new int[firstNode + 2 * capacity * NODE_INTS];
    routes = new int[(1 + capacity) * ROUTE_INTS];
    clear();
  }

  /** How many routes there are. */
  public int count() {
    return count;
  }

  @Override
  public void clear() {
    for (int i = 0; i < firstNode; i++) {
      cells[i] = 0;
    }
    freeNode = 0;
    for (int i = cells.length - NODE_INTS; i >= firstNode; i -= NODE_INTS) {
      give(i);
    }
    freeRoute = 0;
    for (int i = routes.length - ROUTE_INTS; i > 0; i -= ROUTE_INTS) {
      routes[i + NEXT] = freeRoute;
      freeRoute = i;
    }
    count = 0;
  }

  @Override
  public int add(int destination, int mask, int gateway) {
    return add(destination, mask, gateway, 0);
  }

  /**
   * Adds a route, or replaces the one with the same destination, mask and metric.
   *
   * @param gateway 0 for a route that says that nothing leads there
   * @param metric from 0 up: the least is used
   * @return 0, {@code Status.NO_RESOURCES}, or {@code Status.INVALID} where mask or destination is
   *     none
   */
  public int add(int destination, int mask, int gateway, int metric) {
    if ((~mask & ~mask + 1) != 0 || (destination & ~mask) != 0 || metric < 0) {
      return Status.INVALID;
    }
    int length = length(mask);
    int node = find(destination, length);
    int before = 0;
    int next = node == 0 ? 0 : cells[node + ROUTE];
    while (next != 0 && routes[next + METRIC] < metric) {
      before = next;
      next = routes[next + NEXT];
    }
    if (next != 0 && routes[next + METRIC] == metric) {
      routes[next + GATEWAY] = gateway;
      begin(node, cells[node + ROUTE]);
      return Status.OK;
    }
    int route = freeRoute;
    if (route == 0) {
      return Status.NO_RESOURCES;
    }
    freeRoute = routes[route + NEXT];
    count++;
    routes[route + GATEWAY] = gateway;
    routes[route + METRIC] = metric;
    routes[route + NEXT] = next;
    if (before != 0) {
      routes[before + NEXT] = route;
      return Status.OK;
    }
    begin(insert(destination, length), route);
    renew(destination, length);
    return Status.OK;
  }

  /**
   * Removes the route with this destination, mask and metric.
   *
   * @return 0, or {@code Status.INVALID} where there is none
   */
  public int remove(int destination, int mask, int metric) {
    int length = length(mask);
    int node = mask == mask(length) ? find(destination, length) : 0;
    int before = 0;
    int route = node == 0 ? 0 : cells[node + ROUTE];
    while (route != 0 && routes[route + METRIC] != metric) {
      before = route;
      route = routes[route + NEXT];
    }
    if (route == 0) {
      return Status.INVALID;
    }
    int next = routes[route + NEXT];
    routes[route + NEXT] = freeRoute;
    freeRoute = route;
    count--;
    if (before != 0) {
      routes[before + NEXT] = next;
      return Status.OK;
    }
    begin(node, next);
    if (next == 0) {
      prune(destination, length);
    }
    renew(destination, length);
    return Status.OK;
  }

  @Override
  public int nextHop(int address, int source) {
    int node = lookup(address);
    Interface direct = onLink(address);
    if (direct != null && (node == 0 || length(direct.mask) >= cells[node + LENGTH])) {
      return address;
    }
    return node == 0 ? 0 : cells[node + HOP];
  }

  /** The gateway that the longest prefix leads to; 0 where none covers the address. */
  public int gateway(int address) {
    int node = lookup(address);
    return node == 0 ? 0 : cells[node + HOP];
  }

  private int lookup(int address) {
    int slot = SLOTS + (address >>> shift << 1);
    return walk(cells[slot], cells[slot + 1], address);
  }

  /** The node of the longest prefix below one that covers an address, or {@code best}. */
  private int walk(int node, int best, int address) {
    while (node != 0) {
      int length = cells[node + LENGTH];
      if (((address ^ cells[node]) & mask(length)) != 0) {
        break;
      }
      if (cells[node + ROUTE] != 0) {
        best = node;
      }
      node = cells[child(node, address)];
    }
    return best;
  }

  /** The cell of the child on an address's side; both are empty below 32 bits. */
  private int child(int node, int address) {
    return node + CHILD + (address >>> 31 - cells[node + LENGTH] & 1);
  }

  /** The cell below which a prefix is. */
  private int root(int prefix, int length) {
    return length < bits ? SHORT : SLOTS + (prefix >>> shift << 1);
  }

  /** The node of exactly this prefix, or 0. */
  private int find(int prefix, int length) {
    int node = cells[root(prefix, length)];
    while (node != 0 && cells[node + LENGTH] < length) {
      node = cells[child(node, prefix)];
    }
    return node != 0 && cells[node + LENGTH] == length && cells[node] == prefix ? node : 0;
  }

  /** The node of this prefix, which is made where there is none. */
  private int insert(int prefix, int length) {
    int cell = root(prefix, length);
    while (cells[cell] != 0) {
      int node = cells[cell];
      int shared = shared(cells[node] ^ prefix, Math.min(length, cells[node + LENGTH]));
      if (shared == cells[node + LENGTH]) {
        if (shared == length) {
          return node;
        }
        cell = child(node, prefix);
        continue;
      }
      // They part here: either the new node is above this one, or a node without a route is above
      // both.
      int above = take(prefix & mask(shared), shared);
      cells[cell] = above;
      cells[child(above, cells[node])] = node;
      if (shared == length) {
        return above;
      }
      cell = child(above, prefix);
    }
    cells[cell] = take(prefix, length);
    return cells[cell];
  }

  /**
   * Takes out the node of this prefix, which has no route, and the one above if it parts nothing.
   */
  private void prune(int prefix, int length) {
    int above = 0;
    int cell = root(prefix, length);
    while (cells[cells[cell] + LENGTH] < length) {
      above = cell;
      cell = child(cells[cell], prefix);
    }
    splice(cell);
    if (above != 0 && cells[cell] == 0 && cells[cells[above] + ROUTE] == 0) {
      splice(above);
    }
  }

  /** Puts a node's only child into its place, unless it has two. */
  private void splice(int cell) {
    int node = cells[cell];
    int left = cells[node + CHILD];
    int right = cells[node + CHILD + 1];
    if (left == 0 || right == 0) {
      cells[cell] = left | right;
      give(node);
    }
  }

  /** Tells the slots that a short prefix covers what covers them now. */
  private void renew(int prefix, int length) {
    if (length < bits) {
      int first = prefix >>> shift;
      for (int i = first; i < first + (1 << bits - length); i++) {
        cells[SLOTS + 2 * i + 1] = walk(cells[SHORT], 0, i << shift);
      }
    }
  }

  /** Makes a route the first of a node's. */
  private void begin(int node, int route) {
    cells[node + ROUTE] = route;
    cells[node + HOP] = routes[route + GATEWAY]; // of route 0, which is none, 0
  }

  private int take(int prefix, int length) {
    int node = freeNode;
    freeNode = cells[node + CHILD];
    cells[node] = prefix;
    cells[node + LENGTH] = length;
    cells[node + CHILD] = 0;
    cells[node + CHILD + 1] = 0;
    cells[node + ROUTE] = 0;
    return node;
  }

  private void give(int node) {
    cells[node + CHILD] = freeNode;
    freeNode = node;
  }

  /** How many leading bits two prefixes share, of {@code most}. */
  private static int shared(int difference, int most) {
    int n = 0;
    while (n < most && difference >= 0) {
      difference <<= 1;
      n++;
    }
    return n;
  }

  private static int length(int mask) {
    return shared(~mask, 32);
  }

  private static int mask(int length) {
    return (int) (-1L << 32 - length);
  }
}
