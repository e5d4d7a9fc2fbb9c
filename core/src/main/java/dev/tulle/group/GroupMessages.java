// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.group;

/**
 * Writes and sends what an interface tells of its groups, and reads what it is asked: the messages
 * of one family.
 */
public abstract class GroupMessages {
  // Types of records. RFC 3376 4.2.12, RFC 3810 5.2.12.
  public static final int IS_INCLUDE = 1;
  public static final int IS_EXCLUDE = 2;
  public static final int TO_INCLUDE = 3;
  public static final int TO_EXCLUDE = 4;
  public static final int ALLOW = 5;
  public static final int BLOCK = 6;

  /** Whether all listen to a group, and nobody says so. */
  protected abstract boolean everybodys(long high, long low);

  /**
   * Begins a record in the report, or in another where that is full; its sources follow. For an
   * older version sends a message of that, which has no sources.
   *
   * @param type {@link #TO_INCLUDE} in the older versions is to leave
   * @param version as IGMP counts: 1, 2, which is MLD's 1, or 3
   */
  protected abstract void record(int type, int version, Group group, int sources, long nowNs);

  /** Adds a source to the record that was begun. */
  protected abstract void source(long high, long low);

  /** Sends the report, if there is one. */
  protected abstract void flush(long nowNs);

  /** A source that a query asks for; the packet's head is at the query. */
  protected abstract long sourceHigh(byte[] b, int at, int index);

  protected abstract long sourceLow(byte[] b, int at, int index);
}
