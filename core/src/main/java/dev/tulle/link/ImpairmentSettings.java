// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

/**
 * What an {@link Impairment} does to the frames of one direction; all zero does nothing.
 *
 * <p>Probabilities are in parts per million. {@link ImpairmentText} reads them from a command line.
 */
public final class ImpairmentSettings {
  /** Frames that vanish. */
  public int lossPpm;

  /**
   * Mean number of frames lost in a row; 0 draws each frame by itself.
   *
   * <p>From 1 up losses follow Gilbert's model, with {@link #lossPpm} still the share of all
   * frames.
   */
  public int burstFrames;

  /** Time that every frame takes. */
  public long delayNs;

  /** Each frame takes up to this much more or less than the delay; frames stay in order. */
  public long jitterNs;

  /**
   * Frames held back so that later ones overtake them.
   *
   * <p>Such a frame takes a random time longer, up to half the delay and at least up to 1 ms.
   */
  public int reorderPpm;

  /** Frames that arrive twice. */
  public int duplicatePpm;

  /**
   * Frames in which one bit is flipped, somewhere behind the Ethernet header.
   *
   * <p>Nothing but Ethernet's own check protects ARP; so an ARP frame is dropped instead.
   */
  public int corruptPpm;

  /**
   * Frames that a router marks as it does when it is congested: RFC 3168 5.
   *
   * <p>Only IPv4 packets whose sender says that they may be marked are.
   */
  public int markPpm;

  /**
   * Octets of the largest IP packet that gets through; 0 is without limit.
   *
   * <p>Larger ones vanish and nobody is told, as behind a router whose ICMP messages are filtered.
   */
  public int mtu;

  /** Bits a second, frame octets counted as the link carries them; 0 is without limit. */
  public long rateBits;

  /** Full-sized frames that may wait for the rate; what comes then is dropped. 0 means 100. */
  public int queueFrames;

  /** Seed of the random decisions: the same seed and the same frames give the same faults. */
  public long seed;

  public ImpairmentSettings() {}
}
