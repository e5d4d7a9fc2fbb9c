// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.wire.Bytes;

/**
 * A bounded list of records of one name, types with their data, in the order in which RFC 6762 8.2
 * compares them.
 */
final class MdnsRecords {
  /** An IPv4 address, and IPv6 addresses as many as a port can have. */
  static final int MOST = 20;

  /** Octets of data that are kept; longer texts are not. */
  static final int DATA = 512;

  int count;
  final int[] types = new int[MOST];
  final int[] octets = new int[MOST];
  final byte[][] data = new byte[MOST][];
  private final int most;

  /**
   * @param most octets of each record that are kept and compared
   */
  MdnsRecords(int most) {
    this.most = most;
    for (int i = 0; i < MOST; i++) {
      data[i] = new byte[most];
    }
  }

  /** Adds a record at its place; one too many is left out. */
  void add(int type, byte[] b, int length) {
    if (count == MOST) {
      return;
    }
    int cut = Math.min(length, most);
    int i = count++;
    byte[] room = data[i];
    while (i > 0 && order(i - 1, type, b, cut) > 0) {
      types[i] = types[i - 1];
      octets[i] = octets[i - 1];
      data[i] = data[i - 1];
      i--;
    }
    types[i] = type;
    octets[i] = cut;
    data[i] = room;
    System.arraycopy(b, 0, room, 0, cut);
  }

  /** Adds an IPv6 address. */
  void add(int type, long high, long low, byte[] scratch) {
    Bytes.put64(scratch, 0, high);
    Bytes.put64(scratch, 8, low);
    add(type, scratch, 16);
  }

  /** Where a record is; -1 where it is none of these. */
  int find(int type, byte[] b, int length) {
    for (int i = 0; i < count; i++) {
      if (order(i, type, b, length) == 0) {
        return i;
      }
    }
    return -1;
  }

  /** RFC 6762 8.2: negative where a record here comes earlier, positive where later. */
  private int order(int i, int type, byte[] b, int length) {
    if (types[i] != type) {
      return types[i] - type;
    }
    byte[] mine = data[i];
    for (int k = 0; k < octets[i] && k < length; k++) {
      int difference = Bytes.u8(mine, k) - Bytes.u8(b, k);
      if (difference != 0) {
        return difference;
      }
    }
    return octets[i] - length;
  }

  /** RFC 6762 8.2.1: negative where this list comes earlier, 0 where both are the same. */
  int compare(MdnsRecords other) {
    for (int i = 0; i < count && i < other.count; i++) {
      int order = order(i, other.types[i], other.data[i], other.octets[i]);
      if (order != 0) {
        return order;
      }
    }
    return count - other.count;
  }

  /** Takes over what another list has. */
  void copy(MdnsRecords other) {
    count = 0;
    for (int i = 0; i < other.count; i++) {
      add(other.types[i], other.data[i], other.octets[i]);
    }
  }
}
