// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.link.MergedLink;
import dev.tulle.link.MergingLink;
import java.lang.foreign.MemorySegment;

/**
 * A TAP device between whose kernel and us TCP segments stay uncut, in frames of up to 64 KB, and
 * checksums are left to whoever needs them; else as {@link TapLink}.
 */
public final class MergingTapLink implements Link, Descriptor, AutoCloseable {
  /** The device with a header in front of each frame. */
  private static final class Device extends MergedLink {
    private final TapLink file;
    private final MemorySegment room = MemorySegment.ofArray(bytes);

    Device(TapLink file) {
      super(file.frameBytes());
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

  private final TapLink file;
  private final MergingLink merging;

  /**
   * Opens a TAP device, creating it where it does not exist and the system permits that.
   *
   * @throws LinkException with a sentence for the user: why, and what to do
   */
  public MergingTapLink(String name) throws LinkException {
    this(name, true);
  }

  /**
   * @param own whether all that is sent is made here, and nothing is forwarded
   */
  MergingTapLink(String name, boolean own) throws LinkException {
    file = TapLink.merging(name);
    Device device = new Device(file);
    merging = new MergingLink(device, device, own);
  }

  @Override
  public int frameBytes() {
    return merging.frameBytes();
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    return merging.receive(packet, nowNs);
  }

  @Override
  public int send(Packet packet, long nowNs) {
    return merging.send(packet, nowNs);
  }

  @Override
  public long deadlineNs() {
    return merging.deadlineNs();
  }

  @Override
  public int fd() {
    return file.fd();
  }

  @Override
  public void close() {
    file.close();
  }
}
