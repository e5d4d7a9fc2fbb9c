// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

/**
 * Tells bulk from conversation by what a link sends, for drivers that send either in another way.
 *
 * <p>Bulk begins above 260 Mbit/s and ends below 65: acknowledgements of ten gigabits, and small
 * requests as fast as they come, stay below the first.
 */
public final class SendRate {
  private static final long INTERVAL_NS = 4_000_000;
  private static final int BEGINS = 128 * 1024;
  private static final int ENDS = 32 * 1024;

  private long startNs;
  private int octets;
  private boolean bulk;

  /** Whether what was sent lately was bulk. */
  public boolean bulk() {
    return bulk;
  }

  /**
   * Takes in a frame that is sent now.
   *
   * @return whether {@link #bulk} has changed
   */
  public boolean changed(int frameOctets, long nowNs) {
    octets += frameOctets;
    long past = nowNs - startNs;
    if (past < INTERVAL_NS) {
      return false;
    }
    // Longer ago than two intervals there was a pause.
    boolean was = bulk;
    bulk = octets >= (was ? ENDS : BEGINS) && past < 2 * INTERVAL_NS;
    startNs = nowNs;
    octets = 0;
    return bulk != was;
  }
}
