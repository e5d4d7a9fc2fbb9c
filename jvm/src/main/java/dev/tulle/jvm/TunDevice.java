// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * Opens the device behind TUN and TAP interfaces.
 *
 * <p>Source: Linux, Documentation/networking/tuntap.rst.
 */
final class TunDevice {
  static final int IFF_TUN = 0x0001;
  static final int IFF_TAP = 0x0002;
  static final int IFF_NAPI = 0x0010;
  static final int IFF_NO_PI = 0x1000;
  static final int IFF_VNET_HDR = 0x4000;

  // TUN_F_CSUM, TUN_F_TSO4, TUN_F_TSO6, TUN_F_TSO_ECN
  private static final int OFFLOADS = 1 | 2 | 4 | 8;

  private static final byte[] DEVICE = "/dev/net/tun".getBytes(StandardCharsets.US_ASCII);
  private static final long TUNSETIFF = 0x400454caL;
  private static final long TUNSETOFFLOAD = 0x400454d0L;
  private static final int CARRIER_TRIES = 600;
  private static final long CARRIER_PAUSE_NS = 2_000_000;

  private TunDevice() {}

  /**
   * Opens an interface, creating it where it does not exist and the system permits that; answers
   * its descriptor.
   *
   * @param flags with {@link #IFF_VNET_HDR} the kernel leaves TCP segments uncut and their
   *     checksums to us
   * @throws LinkException with a sentence for the user: why, and what to do
   */
  static int open(Libc libc, String name, int flags) throws LinkException {
    InterfaceRequest request = new InterfaceRequest(name).flags(flags | IFF_NO_PI);
    String kind = (flags & IFF_TAP) != 0 ? "TAP" : "TUN";
    int fd = libc.open(DEVICE, OpenFlags.READ_WRITE | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC, 0);
    if (fd < 0) {
      throw new LinkException(refusal(name, kind, -fd, true));
    }
    int answer = libc.ioctl(fd, TUNSETIFF, request.bytes);
    if (answer >= 0 && (flags & IFF_VNET_HDR) != 0) {
      answer = libc.ioctl(fd, TUNSETOFFLOAD, OFFLOADS);
    }
    if (answer < 0) {
      libc.close(fd);
      throw new LinkException(refusal(name, kind, -answer, false));
    }
    return fd;
  }

  /**
   * Waits for the device to come up where it is about to: what the kernel sends before is lost, and
   * it may let a second pass.
   */
  static void awaitCarrier(Libc libc, String name) throws LinkException {
    for (int i = 0; i < CARRIER_TRIES && Interfaces.comingUp(libc, name); i++) {
      LockSupport.parkNanos(CARRIER_PAUSE_NS);
    }
  }

  private static String refusal(String name, String kind, int errno, boolean opening) {
    return switch (errno) {
      case Errno.EPERM, Errno.EACCES ->
          "not permitted; run as root, or under 'unshare -Urn', or let root run 'ip tuntap add "
              + name
              + " mode "
              + kind.toLowerCase(Locale.ROOT)
              + " user $USER' once";
      case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO ->
          "this machine has no /dev/net/tun; let root run 'modprobe tun', or start the container"
              + " with '--device /dev/net/tun'";
      case Errno.EBUSY -> "another program has it open";
      case Errno.EINVAL ->
          opening
              ? "opening /dev/net/tun failed with errno 22"
              : "an interface of that name exists and is not a " + kind + " device with one queue";
      default -> "the system refused the " + kind + " device with errno " + errno;
    };
  }
}
