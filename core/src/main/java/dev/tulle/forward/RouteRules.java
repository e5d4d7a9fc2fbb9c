// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.ip.Routes;
import dev.tulle.stack.Interface;
import dev.tulle.stack.RouteInfo;
import dev.tulle.stack.Status;

/**
 * Routes by source as well: rules in their order, each with the routes for packets from a prefix.
 *
 * <p>Where the rules that fit know no way, the main routes are asked, which all others take.
 * Source: RFC 1812 5.2.4.3 (policy), E.
 */
public final class RouteRules extends Routes {
  /** Where a place of {@link #look} has the number of its table; tables have fewer places. */
  private static final int TABLE_SHIFT = 48;

  private final Routes main;
  private final int[] sources;
  private final int[] masks;
  private final Routes[] tables;
  private int count;

  /**
   * @param capacity rules at most
   */
  public RouteRules(Interface[] interfaces, Routes main, int capacity) {
    super(interfaces);
    this.main = main;
    sources = new int[capacity];
    masks = new int[capacity];
    tables = new Routes[capacity];
  }

  /**
   * Adds a rule behind those that are there.
   *
   * @param table routes for packets whose source is in the prefix
   * @return 0, or {@code Status.NO_RESOURCES}
   */
  public int rule(int source, int mask, Routes table) {
    if (count == tables.length) {
      return Status.NO_RESOURCES;
    }
    sources[count] = source & mask;
    masks[count] = mask;
    tables[count++] = table;
    return Status.OK;
  }

  /** Forgets all rules; the routes stay. */
  public void clearRules() {
    count = 0;
  }

  @Override
  public int add(int destination, int mask, int gateway) {
    return main.add(destination, mask, gateway);
  }

  @Override
  public long look(long from, RouteInfo to) {
    // The rules' tables in their order, then the main one.
    int table = (int) (from >>> TABLE_SHIFT);
    long place = from & (1L << TABLE_SHIFT) - 1;
    for (; table <= count; table++) {
      long next = (table < count ? tables[table] : main).look(place, to);
      if (next >= 0) {
        to.source = table < count ? sources[table] : 0;
        to.sourceBits = table < count ? RouteInfo.bits(masks[table]) : 0;
        return (long) table << TABLE_SHIFT | next;
      }
      place = 0;
    }
    return -1;
  }

  @Override
  public void clear() {
    main.clear();
  }

  @Override
  public int nextHop(int address, int source) {
    for (int i = 0; i < count; i++) {
      if ((source & masks[i]) == sources[i]) {
        int hop = tables[i].nextHop(address, source);
        if (hop != 0) {
          return hop;
        }
      }
    }
    return main.nextHop(address, source);
  }
}
