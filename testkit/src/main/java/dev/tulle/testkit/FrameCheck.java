// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

/**
 * What a test expects of a frame: says in what a frame differs, or null where it does not.
 *
 * <p>{@link FrameChecks} makes them; {@link #and} puts them together.
 */
@FunctionalInterface
public interface FrameCheck {
  /** In what the frame is not as expected, as "ttl 63, not 64"; or null. */
  String mismatch(SeenFrame frame);

  /** Expects this and the other; tells the first difference. */
  default FrameCheck and(FrameCheck other) {
    return frame -> {
      String mismatch = mismatch(frame);
      return mismatch == null ? other.mismatch(frame) : mismatch;
    };
  }
}
