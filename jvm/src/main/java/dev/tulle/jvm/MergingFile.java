// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.link.MergedLink;
import dev.tulle.link.MergingLink;
import java.lang.foreign.MemorySegment;

/**
 * A device between whose kernel and us TCP segments stay uncut, in frames of up to 64 KB, and
 * checksums are left to whoever needs them.
 */
abstract class MergingFile implements Link, Descriptor, AutoCloseable {
  /** The device with a header in front of each frame. */
  private static final class Device extends MergedLink {
    private final FrameFile file;
    private final MemorySegment room = MemorySegment.ofArray(bytes);

    Device(FrameFile file, int linkHeader) {
      super(file.frameBytes(), linkHeader);
      this.file = file;
    }

    @Override
    protected int read() {
      return file.received(room, bytes.length);
    }

    @Override
    public int sendMerged(Packet packet) {
      return file.send(packet, 0);
    }
  }

  private final FrameFile file;
  private final MergingLink merging;

  /**
   * @param file reads and writes with the header of {@link MergedLink} in front
   * @param own whether all that is sent is made here, and nothing is forwarded
   */
  MergingFile(FrameFile file, int linkHeader, boolean own) {
    this.file = file;
    Device device = new Device(file, linkHeader);
    merging = new MergingLink(device, device, linkHeader, own);
  }

  @Override
  public final int frameBytes() {
    return merging.frameBytes();
  }

  @Override
  public final int receive(Packet packet, long nowNs) {
    return merging.receive(packet, nowNs);
  }

  @Override
  public final int send(Packet packet, long nowNs) {
    return merging.send(packet, nowNs);
  }

  @Override
  public final long deadlineNs() {
    return merging.deadlineNs();
  }

  @Override
  public final int fd() {
    return file.fd();
  }

  @Override
  public final void close() {
    file.close();
  }
}
