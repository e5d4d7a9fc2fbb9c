// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.link.IpLink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A file descriptor that somebody else has opened, as a parent process or a system's VPN service
 * hands it over: a TUN device, or a socket of packets. Each read answers one IP packet, each write
 * sends one.
 *
 * <p>It is set to read without waiting, and closed with the link.
 */
public final class DescriptorLink extends FrameFile implements IpLink {
  private static final long FIONBIO = 0x5421;

  /**
   * Takes over a descriptor.
   *
   * @param mtu the largest packet in octets
   * @throws LinkException where it is not open
   */
  public DescriptorLink(int fd, int mtu) throws LinkException {
    this(new Libc(), fd, mtu);
  }

  private DescriptorLink(Libc libc, int fd, int mtu) throws LinkException {
    super(libc, fd, mtu);
    byte[] one = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(1).array();
    int answer = libc.ioctl(fd, FIONBIO, one);
    if (answer < 0) {
      throw new LinkException("descriptor " + fd + " is not open here: errno " + -answer);
    }
  }
}
