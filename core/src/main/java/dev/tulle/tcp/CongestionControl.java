// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * How much may be in the network: takes numbers, returns a window.
 *
 * <p>One instance for each connection. All amounts are octets. RFC 5681.
 */
public abstract class CongestionControl {
  /**
   * A connection opens.
   *
   * @param mss octets of a full segment
   * @param again whether the SYN had to be sent again
   */
  abstract void start(int mss, boolean again);

  /** The connection is over. */
  void release() {}

  /** The congestion window. */
  abstract int window();

  /** The slow start threshold. */
  abstract int threshold();

  /**
   * New data was acknowledged outside recovery.
   *
   * @param octets how much
   * @param limited whether the congestion window held the sender back in the last window of data
   * @param used octets that were outstanding at most in that window
   * @param rttNs the round trip that was measured; 0 where none was
   */
  abstract void acknowledged(int octets, boolean limited, int used, long rttNs, long nowNs);

  /** A loss was found by acknowledgements. */
  abstract void lost(int inFlight);

  /**
   * The retransmission timer expired.
   *
   * @param first whether it is the first time for this data
   */
  abstract void timedOut(int inFlight, boolean first);

  /** The last reduction was for nothing: nothing was lost. */
  abstract void undo();

  /** Full segments have another size from now on; the window in octets stays. RFC 1191 6.5. */
  abstract void resize(int mss);

  /** Nothing was sent for longer than a time-out. */
  abstract void idle();
}
