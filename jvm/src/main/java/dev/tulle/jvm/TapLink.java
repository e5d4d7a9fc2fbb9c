// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.buffer.Packet;
import dev.tulle.link.SendRate;

/**
 * The other end of a TAP device: what the machine's kernel sends on it we receive, and the reverse.
 *
 * <p>The device belongs to the network namespace in which the process was when it opened it.
 */
public final class TapLink extends FrameFile {
  private static final int ETHERNET_HEADER = 14;

  private final ReceiveThread thread;
  private final SendRate rate = new SendRate();

  /**
   * Opens a TAP device, creating it where it does not exist and the system permits that.
   *
   * @throws LinkException with a sentence for the user: why, and what to do
   */
  public TapLink(String name) throws LinkException {
    this(new Libc(), ReceiveThread.find(), 0, name);
  }

  /** For {@link MergingTapLink}, which does not need the kernel's thread: it sends few frames. */
  static TapLink merging(String name) throws LinkException {
    return new TapLink(new Libc(), null, TunDevice.IFF_VNET_HDR, name);
  }

  private TapLink(Libc libc, ReceiveThread thread, int flags, String name) throws LinkException {
    super(libc, open(libc, thread, flags, name), ETHERNET_HEADER + Interfaces.mtu(libc, name));
    this.thread = thread;
    try {
      Interfaces.lengthenQueue(libc, name);
      TunDevice.awaitCarrier(libc, name);
    } catch (LinkException e) {
      close();
      throw e;
    }
  }

  private static int open(Libc libc, ReceiveThread thread, int flags, String name)
      throws LinkException {
    try {
      int napi = thread == null ? 0 : TunDevice.IFF_NAPI;
      int fd = TunDevice.open(libc, name, TunDevice.IFF_TAP | napi | flags);
      if (thread != null) {
        thread.attach(name);
      }
      return fd;
    } catch (LinkException e) {
      if (thread != null) {
        thread.close();
      }
      throw e;
    }
  }

  @Override
  public int send(Packet packet, long nowNs) {
    if (thread != null && rate.changed(packet.length(), nowNs)) {
      thread.run(rate.bulk());
    }
    return super.send(packet, nowNs);
  }

  @Override
  public void close() {
    super.close();
    if (thread != null) {
      thread.close();
    }
  }
}
