// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.ip.Routes;
import dev.tulle.stack.Interface;
import dev.tulle.stack.RouteInfo;
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
 * <p>Everything is in one {@code int[]}, allocated once, and each slot has room for its first nodes
 * beside it: what decides about an address is in one or two lines of the processor's cache. A
 * subnet of an interface counts as a route, and wins against one with the same prefix. Of routes
 * with the same prefix the one with the least metric is used. Source: RFC 1812 5.2.4.3 (longest
 * match, best metric).
 */
public final class RouteTrie extends Routes {
  // A node: its prefix, a cell for each child and where its first route leads. What else belongs to
  // it is in the upper bits of the children: how many bits of the prefix count, and whether there
  // is a route at all. Four fit into a line of a cache.
  private static final int CHILD = 1;
  private static final int HOP = 3;
  private static final int NODE_INTS = 4;
  private static final int NODE = 0x03FF_FFFF;
  private static final int LENGTH_SHIFT = 26;
  private static final int ROUTED = 1 << LENGTH_SHIFT; // of the second child

  /** The length of a node that is free; its children are the next and the one before. */
  private static final int FREE = 63;

  // A route: where to, how far, the next with the same prefix.
  private static final int GATEWAY = 0;
  private static final int METRIC = 1;
  private static final int NEXT = 2;
  private static final int ROUTE_INTS = 3;

  /** Slots of 16 bits are enough: beyond it is memory that grows, not speed. */
  private static final int MOST_BITS = 16;

  /** The cell with the root of the short prefixes; 0 is no cell. */
  private static final int SHORT = 1;

  /**
   * The slots, behind a node 0 that is none: two cells each, the root of what is below and the node
   * that covers it all, and some nodes.
   */
  private static final int SLOTS = NODE_INTS;

  private final int bits;
  private final int shift;
  private final int slotInts;
  private final int[] cells;

  /** The first route of a node, by a fourth of its place. */
  private final int[] firsts;

  private final int[] routes;
  private int freeNode;
  private int freeRoute;
  private int count;

  /**
   * @param capacity routes at most, from 1 to 1,000,000
   */
  public RouteTrie(Interface[] interfaces, int capacity) {
    super(interfaces);
    int n = 1;
    while (n < MOST_BITS && 1 << n < capacity) {
      n++;
    }
    bits = n;
    shift = 32 - n;
    int nodesEach = 2 * capacity + (1 << n) - 1 >> n;
    slotInts = 2 + nodesEach * NODE_INTS;
    cells = new int[SLOTS + (slotInts << n)];
    firsts = new int[(cells.length >> 2) + 1];
    routes = new int[(1 + capacity) * ROUTE_INTS];
    clear();
  }

  /** How many routes there are. */
  public int count() {
    return count;
  }

  @Override
  public void clear() {
    cells[SHORT] = 0;
    freeNode = 0;
    for (int slot = cells.length - slotInts; slot >= SLOTS; slot -= slotInts) {
      cells[slot] = 0;
      cells[slot + 1] = 0;
      for (int i = slot + 2; i < slot + slotInts; i += NODE_INTS) {
        give(i);
      }
    }
    freeRoute = 0;
    for (int i = routes.length - ROUTE_INTS; i > 0; i -= ROUTE_INTS) {
      routes[i + NEXT] = freeRoute;
      freeRoute = i;
    }
    count = 0;
  }

  @Override
  public long look(long from, RouteInfo to) {
    // A place is a node, by its number, and how many of its routes were told already.
    int each = (slotInts - 2) / NODE_INTS;
    int told = (int) from & 0xFFFF;
    for (int n = (int) (from >>> 16); n < each << bits; n++) {
      int node = SLOTS + n / each * slotInts + 2 + n % each * NODE_INTS;
      int route = bits(node) == FREE ? 0 : firsts[node >> 2];
      for (int i = 0; i < told && route != 0; i++) {
        route = routes[route + NEXT];
      }
      if (route != 0) {
        to.destination = cells[node];
        to.bits = bits(node);
        to.gateway = routes[route + GATEWAY];
        to.metric = routes[route + METRIC];
        return (long) n << 16 | told + 1;
      }
      told = 0;
    }
    return -1;
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
    int next = node == 0 ? 0 : firsts[node >> 2];
    while (next != 0 && routes[next + METRIC] < metric) {
      before = next;
      next = routes[next + NEXT];
    }
    if (next != 0 && routes[next + METRIC] == metric) {
      routes[next + GATEWAY] = gateway;
      begin(node, firsts[node >> 2]);
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
    int route = node == 0 ? 0 : firsts[node >> 2];
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
    if (direct != null && (node == 0 || length(direct.mask) >= bits(node))) {
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
    int slot = slot(address);
    return walk(cells[slot], cells[slot + 1], address);
  }

  private int slot(int address) {
    return SLOTS + (address >>> shift) * slotInts;
  }

  /** The node of the longest prefix below one that covers an address, or {@code best}. */
  private int walk(int node, int best, int address) {
    while (node != 0) {
      int length = bits(node);
      if (((address ^ cells[node]) & mask(length)) != 0) {
        break;
      }
      if (cells[node + CHILD + 1] >= ROUTED) {
        best = node;
      }
      node = cells[node + CHILD + (address >>> 31 - length & 1)] & NODE;
    }
    return best;
  }

  /** The cell of the child on an address's side; both are empty below 32 bits. */
  private int child(int node, int address) {
    return node + CHILD + (address >>> 31 - bits(node) & 1);
  }

  /** How many bits of a node's prefix count. */
  private int bits(int node) {
    return cells[node + CHILD] >>> LENGTH_SHIFT;
  }

  /** The node that a cell leads to, or 0. */
  private int at(int cell) {
    return cells[cell] & NODE;
  }

  private void lead(int cell, int node) {
    cells[cell] = cells[cell] & ~NODE | node;
  }

  /** The cell below which a prefix is. */
  private int root(int prefix, int length) {
    return length < bits ? SHORT : slot(prefix);
  }

  /** The node of exactly this prefix, or 0. */
  private int find(int prefix, int length) {
    int node = cells[root(prefix, length)];
    while (node != 0 && bits(node) < length) {
      node = at(child(node, prefix));
    }
    return node != 0 && bits(node) == length && cells[node] == prefix ? node : 0;
  }

  /** The node of this prefix, which is made where there is none. */
  private int insert(int prefix, int length) {
    int cell = root(prefix, length);
    while (at(cell) != 0) {
      int node = at(cell);
      int shared = shared(cells[node] ^ prefix, Math.min(length, bits(node)));
      if (shared == bits(node)) {
        if (shared == length) {
          return node;
        }
        cell = child(node, prefix);
        continue;
      }
      // They part here: either the new node is above this one, or a node without a route is above
      // both.
      int above = take(prefix & mask(shared), shared);
      lead(cell, above);
      lead(child(above, cells[node]), node);
      if (shared == length) {
        return above;
      }
      cell = child(above, prefix);
    }
    int made = take(prefix, length);
    lead(cell, made);
    return made;
  }

  /**
   * Takes out the node of this prefix, which has no route, and the one above if it parts nothing.
   */
  private void prune(int prefix, int length) {
    int above = 0;
    int cell = root(prefix, length);
    while (bits(at(cell)) < length) {
      above = cell;
      cell = child(at(cell), prefix);
    }
    splice(cell);
    if (above != 0 && at(cell) == 0 && firsts[at(above) >> 2] == 0) {
      splice(above);
    }
  }

  /** Puts a node's only child into its place, unless it has two. */
  private void splice(int cell) {
    int node = at(cell);
    int left = at(node + CHILD);
    int right = at(node + CHILD + 1);
    if (left == 0 || right == 0) {
      lead(cell, left | right);
      give(node);
    }
  }

  /** Tells the slots that a short prefix covers what covers them now. */
  private void renew(int prefix, int length) {
    if (length < bits) {
      int first = prefix >>> shift;
      for (int i = first; i < first + (1 << bits - length); i++) {
        cells[slot(i << shift) + 1] = walk(cells[SHORT], 0, i << shift);
      }
    }
  }

  /** Makes a route the first of a node's. */
  private void begin(int node, int route) {
    firsts[node >> 2] = route;
    cells[node + CHILD + 1] = at(node + CHILD + 1) | (route == 0 ? 0 : ROUTED);
    cells[node + HOP] = routes[route + GATEWAY]; // of route 0, which is none, 0
  }

  private int take(int prefix, int length) {
    int node = near(prefix);
    int next = at(node + CHILD);
    int before = at(node + CHILD + 1);
    if (before == 0) {
      freeNode = next;
    } else {
      lead(before + CHILD, next);
    }
    lead(next + CHILD + 1, before);
    cells[node] = prefix;
    cells[node + CHILD] = length << LENGTH_SHIFT;
    cells[node + CHILD + 1] = 0;
    firsts[node >> 2] = 0;
    return node;
  }

  /** A free node beside the prefix's slot, or any. */
  private int near(int prefix) {
    int slot = slot(prefix);
    for (int i = slot + 2; i < slot + slotInts; i += NODE_INTS) {
      if (bits(i) == FREE) {
        return i;
      }
    }
    return freeNode;
  }

  private void give(int node) {
    cells[node + CHILD] = FREE << LENGTH_SHIFT | freeNode;
    cells[node + CHILD + 1] = 0;
    lead(freeNode + CHILD + 1, node);
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
