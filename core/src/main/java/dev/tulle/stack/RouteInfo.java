// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.stack;

/** A route of either family, as it is told to people: a record that the tables fill in. */
public final class RouteInfo {
  /** Whether it is IPv6's: then the long fields count, else the others. */
  public boolean six;

  public int destination;
  public long high;
  public long low;

  /** Leading bits of the destination that count. */
  public int bits;

  /** 0 where nothing leads there, or where the destination is on the link. */
  public int gateway;

  public long gatewayHigh;
  public long gatewayLow;

  /** Of routes to the same destination the least is used. */
  public int metric;

  /** Leading bits of a packet's source that count; 0 where it does not matter. */
  public int sourceBits;

  public int source;
  public long sourceHigh;
  public long sourceLow;

  /** How many leading bits of a mask are ones. */
  public static int bits(int mask) {
    int n = 0;
    while (n < 32 && mask << n < 0) {
      n++;
    }
    return n;
  }
}
