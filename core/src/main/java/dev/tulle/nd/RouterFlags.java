// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

/** Takes in whether routers want hosts to ask a DHCPv6 server. RFC 4861 4.2. */
public interface RouterFlags {
  /**
   * A router advertises.
   *
   * @param managed whether for addresses, and all else
   * @param other whether for all else
   */
  void told(boolean managed, boolean other, long nowNs);
}
