// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.profile;

import dev.tulle.link.Link;
import dev.tulle.stack.Entropy;

/**
 * A host that talks in datagrams of any size: what {@link Client} has with fragments of IPv6, which
 * connections never need.
 */
public final class Datagrams {
  private Datagrams() {}

  /** As {@code Client.host}. */
  public static Host host(Link link, long mac, Entropy entropy, int connections, int bufferBytes) {
    return DualStack.fragments(Client.host(link, mac, entropy, connections, bufferBytes));
  }
}
