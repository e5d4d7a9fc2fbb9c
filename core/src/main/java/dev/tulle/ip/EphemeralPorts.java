// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.stack.KeyedHash;

/**
 * Chooses local ports that a stranger cannot guess.
 *
 * <p>RFC 6056 3.3.3, algorithm 3: a keyed hash of the remote endpoint says where in the range to
 * start, so that ports to one peer follow each other and are reused late, and tell nothing about
 * those to another.
 */
public class EphemeralPorts {
  // RFC 6056 3.2: the whole range from 1024 up.
  private static final int FIRST = 1024;
  private static final int COUNT = 65_536 - FIRST;

  /** What a transport answers about its own ports. */
  public interface Taken {
    /** Whether a port is in use for this path and remote port; both null and 0 for any. */
    boolean taken(int port, Path path, int remotePort);
  }

  private final KeyedHash hash;
  private int next;

  public EphemeralPorts(KeyedHash hash) {
    this.hash = hash;
  }

  /**
   * Chooses a free port.
   *
   * @param path to the remote address, or null where the port is for any: then it is random
   * @return the port, or -1 where all are taken
   */
  public int choose(Path path, int remotePort, Taken use) {
    int offset;
    if (path == null) {
      offset = hash.draw();
    } else {
      hash.begin();
      path.addTo(hash);
      offset = (int) hash.add(remotePort).end();
    }
    for (int i = 0; i < COUNT; i++) {
      int port = FIRST + (offset + next & 0x7FFF_FFFF) % COUNT;
      next++;
      if (!use.taken(port, path, remotePort)) {
        return port;
      }
    }
    return -1;
  }
}
