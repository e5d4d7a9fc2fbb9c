// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.wire.Ethernet;

/**
 * A TAP device with offloads: TCP segments stay uncut between its kernel and us, in frames of up to
 * 64 KB, and checksums are left to whoever needs them; else as {@link TapLink}.
 */
public final class MergingTapLink extends MergingFile {
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
    super(TapLink.merging(name), Ethernet.HEADER, own);
  }
}
