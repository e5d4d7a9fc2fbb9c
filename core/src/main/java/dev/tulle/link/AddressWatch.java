// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

/**
 * Who wants to see the addresses in all ARP packets that come in well formed.
 *
 * <p>An interface for the same reason as {@code EchoClient}: a feature that nothing constructs is
 * not in the binary.
 */
public interface AddressWatch {
  /**
   * Looks at a packet, which came from another link address than ours.
   *
   * @param sender the sender's protocol address; 0 in a probe
   * @param target the protocol address that is asked for
   */
  void arrive(int sender, int target, boolean request, long nowNs);
}
