// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import dev.tulle.testkit.MtuLimit;

/**
 * What one direction of a wire does to frames. Shares are parts per million, times nanoseconds.
 *
 * <p>Rate, delay, jitter, queue and MTU are the wire's nature; everything else is a fault and ends
 * at {@link #healedNs}.
 */
public final class PipeSettings {
  private static final int[] NEVER = {};

  /** Bits a second; 0 where frames take no time. */
  public long rateBits;

  public long delayNs;

  /** What a frame may take longer, at most; order is kept. */
  public long jitterNs;

  /** Octets that may wait where there is a rate: the end of a longer queue is dropped. */
  public int queueBytes = 64 * 1024;

  /** Packets that may be marked are, where so many octets wait; 0 for never. RFC 3168. */
  public int markBytes;

  /** Octets of the largest packet; 0 for what the link carries. */
  public int mtu;

  /** The MTU of which the sender of a larger packet is told; 0 as before RFC 1191, or SILENT. */
  public int tellsMtu = MtuLimit.SILENT;

  public int lossPpm;

  /** Gilbert and Elliott: chances for each frame to enter and leave bad times, and loss in them. */
  public int badPpm;

  public int goodPpm;
  public int badLossPpm;

  /** Frames that are held back by up to {@link #heldNs}, so that later ones pass. */
  public int reorderPpm;

  public long heldNs;
  public int duplicatePpm;

  /** Frames in which one bit behind the Ethernet header turns over. */
  public int corruptPpm;

  /** Packets that are marked of those that may be. */
  public int markPpm;

  /** Segments with data that an application is made to look at at once: URG. */
  public int urgentPpm;

  /** Times at which nothing passes: begin and end in milliseconds, by turns. */
  public int[] darkMs = NEVER;

  /** Times at which only packets of {@link #narrowMtu} octets pass, told as {@link #darkMs}. */
  public int[] narrowMs = NEVER;

  public int narrowMtu;

  /** Whether the sender of a packet that is too large is told by ICMP. */
  public boolean tells;

  /** From when on there are no faults. */
  public long healedNs = Long.MAX_VALUE;

  /** Whether a list of times covers one. */
  static boolean covers(int[] timesMs, long nowNs) {
    for (int i = 0; i + 1 < timesMs.length; i += 2) {
      if (nowNs >= timesMs[i] * 1_000_000L && nowNs < timesMs[i + 1] * 1_000_000L) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder();
    s.append(rateBits == 0 ? "no rate" : rateBits / 1000 + " kbit/s, queue " + queueBytes);
    s.append(", ").append(delayNs / 1000).append(" us");
    tell(s, "jitter us", jitterNs / 1000);
    tell(s, "loss ppm", lossPpm);
    tell(s, "burst ppm", badPpm);
    tell(s, "reorder ppm", reorderPpm);
    tell(s, "duplicate ppm", duplicatePpm);
    tell(s, "corrupt ppm", corruptPpm);
    tell(s, "mark ppm", markPpm);
    tell(s, "mark from octets", markBytes);
    tell(s, "urgent ppm", urgentPpm);
    if (mtu != 0) {
      s.append(", MTU ").append(mtu);
      s.append(tellsMtu == MtuLimit.SILENT ? " untold" : " told as " + tellsMtu);
    }
    for (int i = 0; i + 1 < darkMs.length; i += 2) {
      s.append(", dark ").append(darkMs[i]).append('-').append(darkMs[i + 1]).append(" ms");
    }
    for (int i = 0; i + 1 < narrowMs.length; i += 2) {
      s.append(", MTU ").append(narrowMtu).append(' ').append(narrowMs[i]).append('-');
      s.append(narrowMs[i + 1]).append(tells ? " ms told" : " ms untold");
    }
    return s.toString();
  }

  private static void tell(StringBuilder s, String name, long value) {
    if (value != 0) {
      s.append(", ").append(name).append(' ').append(value);
    }
  }
}
