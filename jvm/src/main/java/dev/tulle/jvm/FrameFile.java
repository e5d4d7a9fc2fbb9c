// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.stack.Status;
import java.lang.foreign.MemorySegment;

/**
 * A file descriptor that gives and takes one frame with each call.
 *
 * <p>Frames go between the kernel and the packet's own array, nothing in between, nothing
 * allocated. Neither direction waits. A device that is set down loses frames, as an unplugged cable
 * does, until it is up again; one that is deleted answers {@link Status#LINK_DOWN} for good.
 */
abstract class FrameFile implements Link, Descriptor, AutoCloseable {
  final Libc libc;
  private final int frameBytes;
  private int fd;

  /**
   * @param fd reads without waiting, and belongs to the link from now on
   */
  FrameFile(Libc libc, int fd, int frameBytes) {
    this.libc = libc;
    this.fd = fd;
    this.frameBytes = frameBytes;
  }

  @Override
  public final int frameBytes() {
    return frameBytes;
  }

  @Override
  public final int receive(Packet packet, long nowNs) {
    int head = packet.head;
    int octets = received(Views.of(packet), packet.bytes.length - head);
    packet.end = head + Math.max(octets, 0);
    return octets;
  }

  /** Reads the next frame; answers as {@link #receive}. */
  final int received(MemorySegment to, int room) {
    int octets = libc.receive(fd, to, room);
    if (octets >= 0) {
      return octets;
    }
    return switch (-octets) {
      case Errno.EINTR, Errno.ENOMEM, Errno.ENOBUFS -> 0;
      default -> Status.LINK_DOWN;
    };
  }

  @Override
  public int send(Packet packet, long nowNs) {
    int octets = libc.send(fd, Views.of(packet), packet.end - packet.head);
    if (octets >= 0) {
      return Status.OK;
    }
    return switch (-octets) {
      // EIO: the device is set down, as an unplugged cable is.
      case Errno.EAGAIN, Errno.EINTR, Errno.ENOMEM, Errno.ENOBUFS, Errno.EIO -> Status.WOULD_BLOCK;
      case Errno.EINVAL -> Status.INVALID; // shorter than a header
      case Errno.EMSGSIZE -> Status.TOO_LARGE;
      default -> Status.LINK_DOWN;
    };
  }

  @Override
  public final int fd() {
    return fd;
  }

  /** Closes the descriptor; a device that is not persistent goes with it. */
  @Override
  public void close() {
    if (fd >= 0) {
      libc.close(fd);
      fd = -1;
    }
  }
}
