// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.link.IpLink;

/**
 * The other end of a TUN device: IP packets that the machine's kernel sends there we receive, and
 * the reverse.
 *
 * <p>The device belongs to the network namespace in which the process was when it opened it.
 */
public final class TunLink extends FrameFile implements IpLink {
  /**
   * Opens a TUN device, creating it where it does not exist and the system permits that.
   *
   * @throws LinkException with a sentence for the user: why, and what to do
   */
  public TunLink(String name) throws LinkException {
    this(new Libc(), 0, name);
  }

  /** For {@link MergingTunLink}. */
  static TunLink merging(String name) throws LinkException {
    return new TunLink(new Libc(), TunDevice.IFF_VNET_HDR, name);
  }

  private TunLink(Libc libc, int flags, String name) throws LinkException {
    super(libc, TunDevice.open(libc, name, TunDevice.IFF_TUN | flags), Interfaces.mtu(libc, name));
    try {
      Interfaces.lengthenQueue(libc, name);
      TunDevice.awaitCarrier(libc, name);
    } catch (LinkException e) {
      close();
      throw e;
    }
  }
}
