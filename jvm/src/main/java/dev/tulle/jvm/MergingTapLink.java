// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.buffer.Packet;
import dev.tulle.link.MergedLink;
import java.lang.foreign.MemorySegment;

/**
 * A TAP device whose kernel leaves TCP segments uncut both ways, and their checksums to us; else as
 * {@link TapLink}.
 *
 * <p>Wrapped in a {@link dev.tulle.link.MergingLink} it sends uncut segments as well.
 */
public final class MergingTapLink extends MergedLink implements Descriptor, AutoCloseable {
  private final MemorySegment room = MemorySegment.ofArray(bytes);
  private final FrameFile file;

  /**
   * Opens a TAP device, creating it where it does not exist and the system permits that.
   *
   * @throws LinkException with a sentence for the user: why, and what to do
   */
  public MergingTapLink(String name) throws LinkException {
    this(TapLink.merging(name));
  }

  private MergingTapLink(TapLink file) {
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

  @Override
  public int fd() {
    return file.fd();
  }

  @Override
  public void close() {
    file.close();
  }
}
