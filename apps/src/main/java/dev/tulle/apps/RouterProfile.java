// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.link.Link;
import dev.tulle.profile.RouterHost;
import dev.tulle.stack.Entropy;

/** How a router's stack is assembled: what a profile's method for several links does. */
public interface RouterProfile {
  /**
   * Assembles a stack that forwards, its ports without addresses yet.
   *
   * @param macs the ports' link addresses, each in the low 48 bits
   */
  RouterHost host(Link[] links, long[] macs, Entropy entropy);
}
