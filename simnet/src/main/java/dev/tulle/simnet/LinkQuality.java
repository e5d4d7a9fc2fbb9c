// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.simnet;

import dev.tulle.link.ImpairmentSettings;
import java.time.Duration;

/** How a link is: each direction by itself, so a delay of 40 ms makes round trips of 80 ms. */
public final class LinkQuality {
  private static final int MILLION = 1_000_000;

  final ImpairmentSettings settings;

  LinkQuality(ImpairmentSettings settings) {
    this.settings = settings;
  }

  /** Bits a second, as {@link #rate} takes them. */
  public static long mbit(double megabits) {
    return (long) (megabits * MILLION);
  }

  /** How long each frame takes. */
  public LinkQuality delay(Duration delay) {
    settings.delayNs = delay.toNanos();
    return this;
  }

  /** How much more or less than the delay a frame may take. */
  public LinkQuality jitter(Duration jitter) {
    settings.jitterNs = jitter.toNanos();
    return this;
  }

  /** The share of frames that vanish, 0 to 1. */
  public LinkQuality loss(double share) {
    settings.lossPpm = ppm(share);
    return this;
  }

  /** The share of frames that later ones overtake, 0 to 1. */
  public LinkQuality reorder(double share) {
    settings.reorderPpm = ppm(share);
    return this;
  }

  /** The share of frames that arrive twice, 0 to 1. */
  public LinkQuality duplicate(double share) {
    settings.duplicatePpm = ppm(share);
    return this;
  }

  /** Bits a second; 0 is without limit. */
  public LinkQuality rate(long bits) {
    settings.rateBits = bits;
    return this;
  }

  /** Full-sized frames that may wait for the rate; what comes then is dropped. */
  public LinkQuality queue(int frames) {
    settings.queueFrames = frames;
    return this;
  }

  private static int ppm(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share is from 0 to 1, not " + share);
    }
    return (int) Math.round(share * MILLION);
  }
}
