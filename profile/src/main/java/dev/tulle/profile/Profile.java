// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.profile;

import dev.tulle.link.Link;
import dev.tulle.stack.Entropy;

/** What assembles a stack for a program, such as {@code Client::host} or {@code Full::host}. */
public interface Profile {
  /**
   * A host on one link, without an address yet.
   *
   * @param mac the link address in the low 48 bits
   * @param bufferBytes for each connection and direction; the receive buffer is the largest window
   */
  Host host(Link link, long mac, Entropy entropy, int connections, int bufferBytes);
}
