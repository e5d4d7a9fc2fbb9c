// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import dev.tulle.link.Link;
import dev.tulle.profile.Host;
import dev.tulle.stack.Entropy;

/** How a test makes the host that it tests: a profile's method, as a rule. */
@FunctionalInterface
public interface Assembly {
  /**
   * Makes a host.
   *
   * @param mac the link address in the low 48 bits
   */
  Host host(Link link, long mac, Entropy entropy);
}
