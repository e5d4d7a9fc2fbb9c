// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.link.IpLink;

/**
 * A TUN device with offloads, for tunnels and proxies that are fast: as {@link MergingTapLink}
 * without link headers; else as {@link TunLink}.
 */
public final class MergingTunLink extends MergingFile implements IpLink {
  /**
   * Opens a TUN device, creating it where it does not exist and the system permits that.
   *
   * @throws LinkException with a sentence for the user: why, and what to do
   */
  public MergingTunLink(String name) throws LinkException {
    this(name, true);
  }

  /**
   * @param own whether all that is sent is made here, and nothing is forwarded
   */
  MergingTunLink(String name, boolean own) throws LinkException {
    super(TunLink.merging(name), 0, own);
  }
}
