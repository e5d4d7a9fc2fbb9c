// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.link.SendRate;
import dev.tulle.stack.Status;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/**
 * The other end of a TAP device: what the machine's kernel sends on it we receive, and the reverse.
 *
 * <p>Frames go between the kernel and the packet's own array, nothing in between, nothing
 * allocated. Neither direction waits. A device that is set down loses frames, as an unplugged cable
 * does, until it is up again; one that is deleted answers {@link Status#LINK_DOWN} for good. The
 * device belongs to the network namespace in which the process was when it opened it.
 *
 * <p>Source: Linux, Documentation/networking/tuntap.rst.
 */
public final class TapLink implements Link, Descriptor, AutoCloseable {
  private static final byte[] DEVICE = "/dev/net/tun".getBytes(StandardCharsets.US_ASCII);
  private static final long TUNSETIFF = 0x400454caL;
  private static final int IFF_TAP = 0x0002;
  private static final int IFF_NAPI = 0x0010;
  private static final int IFF_NO_PI = 0x1000;
  private static final int ETHERNET_HEADER = 14;
  private static final int CARRIER_TRIES = 600;
  private static final long CARRIER_PAUSE_NS = 2_000_000;

  private final Libc libc = new Libc();
  private final ReceiveThread thread;
  private final SendRate rate = new SendRate();
  private final int frameBytes;
  private int fd;

  /**
   * Opens a TAP device, creating it where it does not exist and the system permits that.
   *
   * @throws LinkException with a sentence for the user: why, and what to do
   */
  public TapLink(String name) throws LinkException {
    InterfaceRequest request = new InterfaceRequest(name);
    thread = ReceiveThread.find();
    request.flags(IFF_TAP | IFF_NO_PI | (thread == null ? 0 : IFF_NAPI));
    fd = libc.open(DEVICE, OpenFlags.READ_WRITE | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC, 0);
    if (fd < 0) {
      close();
      throw new LinkException(refusal(name, -fd, true));
    }
    int answer = libc.ioctl(fd, TUNSETIFF, request.bytes);
    if (answer < 0) {
      close();
      throw new LinkException(refusal(name, -answer, false));
    }
    if (thread != null) {
      thread.attach(name);
    }
    try {
      frameBytes = ETHERNET_HEADER + Interfaces.mtu(libc, name);
      awaitCarrier(name);
    } catch (LinkException e) {
      close();
      throw e;
    }
  }

  /**
   * Waits for the device to come up where it is about to: what the kernel sends before is lost, and
   * it may let a second pass.
   */
  private void awaitCarrier(String name) throws LinkException {
    for (int i = 0; i < CARRIER_TRIES && Interfaces.comingUp(libc, name); i++) {
      LockSupport.parkNanos(CARRIER_PAUSE_NS);
    }
  }

  private static String refusal(String name, int errno, boolean opening) {
    return switch (errno) {
      case Errno.EPERM, Errno.EACCES ->
          "not permitted; run as root, or under 'unshare -Urn', or let root run 'ip tuntap add "
              + name
              + " mode tap user $USER' once";
      case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO ->
          "this machine has no /dev/net/tun; let root run 'modprobe tun', or start the container"
              + " with '--device /dev/net/tun'";
      case Errno.EBUSY -> "another program has it open";
      case Errno.EINVAL ->
          opening
              ? "opening /dev/net/tun failed with errno 22"
              : "an interface of that name exists and is not a TAP device with one queue";
      default -> "the system refused the TAP device with errno " + errno;
    };
  }

  @Override
  public int frameBytes() {
    return frameBytes;
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    int head = packet.head;
    int octets = libc.receive(fd, Views.of(packet), packet.bytes.length - head);
    if (octets >= 0) {
      packet.end = head + octets;
      return octets;
    }
    return switch (-octets) {
      case Errno.EINTR, Errno.ENOMEM, Errno.ENOBUFS -> 0;
      default -> Status.LINK_DOWN;
    };
  }

  @Override
  public int send(Packet packet, long nowNs) {
    if (thread != null && rate.changed(packet.length(), nowNs)) {
      thread.run(rate.bulk());
    }
    int octets = libc.send(fd, Views.of(packet), packet.end - packet.head);
    if (octets >= 0) {
      return Status.OK;
    }
    return switch (-octets) {
      // EIO: the device is set down, as an unplugged cable is.
      case Errno.EAGAIN, Errno.EINTR, Errno.ENOMEM, Errno.ENOBUFS, Errno.EIO -> Status.WOULD_BLOCK;
      case Errno.EINVAL -> Status.INVALID; // shorter than an Ethernet header
      case Errno.EMSGSIZE -> Status.TOO_LARGE;
      default -> Status.LINK_DOWN;
    };
  }

  @Override
  public int fd() {
    return fd;
  }

  /** Closes the descriptor; a device that is not persistent goes with it. */
  @Override
  public void close() {
    if (fd >= 0) {
      libc.close(fd);
      fd = -1;
    }
    if (thread != null) {
      thread.close();
    }
  }
}
