// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

/** A neighbour of either family, as it is told to people: a record that the tables fill in. */
public final class NeighbourInfo {
  // The states of RFC 4861 7.3.2, which fit what ARP knows as well.
  public static final int INCOMPLETE = 1;
  public static final int REACHABLE = 2;
  public static final int STALE = 3;
  public static final int DELAY = 4;
  public static final int PROBE = 5;

  /** Of IPv4. */
  public int address;

  /** Of IPv6, with {@link #low}; both 0 where it is IPv4's. */
  public long high;

  public long low;
  public int state;

  /** The link address in the low 48 bits; it means nothing while the neighbour is incomplete. */
  public long mac;
}
