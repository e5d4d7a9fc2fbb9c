// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.buffer.Packet;
import dev.tulle.ip.Path;
import dev.tulle.stack.KeyedHash;

/**
 * The connections in use, found by both addresses and both ports.
 *
 * <p>Chains under a keyed hash, so that nobody can choose tuples that share one. The connection
 * found last is tried first: bulk data costs no hash.
 */
final class TcpTable {
  private final Connection[] chains;
  private final KeyedHash hash;
  private Connection last;

  TcpTable(int connections, KeyedHash hash) {
    int size = 1;
    while (size < connections) {
      size <<= 1;
    }
    chains = new Connection[size];
    this.hash = hash;
  }

  /**
   * The connection that a packet with these ports belongs to, or null.
   *
   * @param any a path of the stack, to read the packet's addresses with
   */
  Connection find(Path any, Packet packet, int localPort, int remotePort) {
    if (last != null && last.matches(packet, localPort, remotePort)) {
      return last;
    }
    any.addTo(hash.begin(), packet);
    Connection c = chains[chain(localPort, remotePort)];
    while (c != null && !c.matches(packet, localPort, remotePort)) {
      c = c.next;
    }
    last = c;
    return c;
  }

  /** Whether a connection over the same path has these ports. */
  boolean taken(Path path, int localPort, int remotePort) {
    path.addTo(hash.begin());
    Connection c = chains[chain(localPort, remotePort)];
    while (c != null) {
      if (c.localPort == localPort && c.remotePort == remotePort && c.path.same(path)) {
        return true;
      }
      c = c.next;
    }
    return false;
  }

  void add(Connection c) {
    int chain = chainOf(c);
    c.next = chains[chain];
    chains[chain] = c;
  }

  void remove(Connection c) {
    if (last == c) {
      last = null;
    }
    int chain = chainOf(c);
    if (chains[chain] == c) {
      chains[chain] = c.next;
      return;
    }
    Connection before = chains[chain];
    while (before.next != c) {
      before = before.next;
    }
    before.next = c.next;
  }

  private int chainOf(Connection c) {
    c.path.addTo(hash.begin());
    return chain(c.localPort, c.remotePort);
  }

  private int chain(int localPort, int remotePort) {
    return (int) hash.add((long) localPort << 16 | remotePort).end() & chains.length - 1;
  }
}
