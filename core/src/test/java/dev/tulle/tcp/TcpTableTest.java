// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.KeyedHash;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TcpTableTest {
  private static final int LOCAL = 0x0A09_0002;

  private final FakePath any = new FakePath(null);
  private final Packet packet = new Packet(0);

  private static Connection connection(int remote, int localPort, int remotePort) {
    FakePath path = new FakePath(null);
    path.local = LOCAL;
    path.remote = remote;
    Connection c = FakePath.connection(path, null);
    c.localPort = (char) localPort;
    c.remotePort = (char) remotePort;
    return c;
  }

  private Connection find(TcpTable table, int remote, int localPort, int remotePort) {
    packet.source = remote;
    packet.destination = LOCAL;
    return table.find(any, packet, localPort, remotePort);
  }

  @Test
  void eachPartOfTheTupleCounts() {
    TcpTable table = new TcpTable(1, new KeyedHash(1, 2)); // one chain for all
    Connection a = connection(7, 80, 5000);
    Connection b = connection(8, 80, 5000);
    Connection c = connection(7, 81, 5000);
    Connection d = connection(7, 80, 5001);
    for (Connection each : List.of(a, b, c, d)) {
      table.add(each);
    }
    assertSame(a, find(table, 7, 80, 5000));
    assertSame(b, find(table, 8, 80, 5000));
    assertSame(c, find(table, 7, 81, 5000));
    assertSame(d, find(table, 7, 80, 5001));
    assertNull(find(table, 9, 80, 5000));
    assertNull(find(table, 7, 5000, 80), "ports are not exchanged");
    packet.source = LOCAL;
    packet.destination = 7;
    assertNull(table.find(any, packet, 80, 5000), "nor are addresses");
  }

  @Test
  void whatWasRemovedIsNotFoundEvenIfItWasFoundLast() {
    TcpTable table = new TcpTable(4, new KeyedHash(1, 2));
    Connection a = connection(7, 80, 5000);
    table.add(a);
    assertSame(a, find(table, 7, 80, 5000));
    table.remove(a);
    assertNull(find(table, 7, 80, 5000));
    assertFalse(table.taken(a.path, 80, 5000));
    table.add(a);
    assertTrue(table.taken(a.path, 80, 5000));
    assertFalse(table.taken(a.path, 80, 5001));
    assertFalse(table.taken(connection(8, 0, 0).path, 80, 5000));
  }

  @Test
  void withoutTheKeyChainsCannotBeFilledOnPurpose() {
    // Tuples that share a chain under one key are spread by another.
    KeyedHash known = new KeyedHash(1, 2);
    KeyedHash other = new KeyedHash(3, 4);
    FakePath path = new FakePath(null);
    int[] chains = new int[16];
    int found = 0;
    for (int port = 0; found < 1600; port++) {
      path.remote = port;
      path.addTo(known.begin());
      if ((known.add(port).end() & 15) == 0) {
        path.addTo(other.begin());
        chains[(int) other.add(port).end() & 15]++;
        found++;
      }
    }
    for (int chain : chains) {
      assertTrue(chain > 50 && chain < 150, "100 each are expected: " + chain);
    }
  }

  /** Of so many in one chain, each can be the first, the last or in the middle when it goes. */
  @Property
  void aChainLosesWhoIsRemovedAndNobodyElse(
      @ForAll @IntRange(min = 1, max = 12) int count,
      @ForAll @Size(max = 30) List<@IntRange(max = 11) Integer> removals,
      @ForAll @IntRange(max = 11) int foundLast) {
    TcpTable table = new TcpTable(1, new KeyedHash(5, 6));
    Map<Integer, Connection> model = new HashMap<>();
    for (int port = 0; port < count; port++) {
      Connection c = connection(7, 80, port);
      table.add(c);
      model.put(port, c);
    }
    find(table, 7, 80, foundLast);
    for (int removal : removals) {
      int port = removal % count;
      Connection gone = model.remove(port);
      if (gone != null) {
        table.remove(gone);
      } else {
        Connection c = connection(7, 80, port); // the same ports, and another connection
        table.add(c);
        model.put(port, c);
      }
      assertSame(model.get(foundLast), find(table, 7, 80, foundLast), "what was found last");
      for (int each = 0; each < count; each++) {
        assertEquals(model.containsKey(each), table.taken(any(7), 80, each));
      }
    }
    for (int port = 0; port < count; port++) {
      assertSame(model.get(port), find(table, 7, 80, port));
    }
  }

  private static FakePath any(int remote) {
    FakePath path = new FakePath(null);
    path.local = LOCAL;
    path.remote = remote;
    return path;
  }

  @Property
  void aTableIsAMap(
      @ForAll @IntRange(min = 1, max = 9) int size,
      @ForAll @Size(max = 80) List<@IntRange(max = 3 * 4 * 4 * 4 - 1) Integer> steps) {
    TcpTable table = new TcpTable(size, new KeyedHash(5, 6));
    Map<Integer, Connection> model = new HashMap<>();
    for (int step : steps) {
      int key = step / 3;
      int remote = key & 3;
      int localPort = 80 + (key >> 2 & 3);
      int remotePort = 5000 + (key >> 4 & 3);
      Connection there = model.get(key);
      assertEquals(there, find(table, remote, localPort, remotePort));
      if (step % 3 == 0 && there == null) {
        Connection c = connection(remote, localPort, remotePort);
        table.add(c);
        model.put(key, c);
      } else if (step % 3 == 1 && there != null) {
        table.remove(there);
        model.remove(key);
      }
      assertEquals(model.get(key), find(table, remote, localPort, remotePort));
    }
  }
}
