// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * Finds what was lost, decides what to send again, and estimates what is still in the network; does
 * not send.
 *
 * <p>One instance for each connection. Sequence numbers are absolute; {@code una} is the first
 * unacknowledged, {@code nxt} the next to be sent for the first time.
 */
public abstract class LossRecovery {
  /** Verdicts of {@link #arrived} and {@link #expired}. */
  static final int NOTHING = 0;

  /** A loss was found just now: the congestion window shall shrink. */
  static final int LOSS = 1;

  /** What seemed lost was not: the congestion window shall be what it was. */
  static final int UNDO = 2;

  /** One segment shall go out to make the peer tell what it has. */
  static final int PROBE = 3;

  /** The retransmission timer shall count as expired now. */
  static final int TIME_OUT = 4;

  /** A connection opens with this initial sequence number. */
  abstract void start(int iss);

  /** The connection is over: what was lent to this goes back. */
  void release() {}

  /** The SYNs have settled whether the peer acknowledges selectively. */
  void agreed(boolean selectively) {}

  /** Whether one more segment can be remembered. */
  abstract boolean room();

  /** The {@code octets} up to {@code end} go out for the first time. */
  abstract void sent(int end, int octets, long nowNs);

  /** Of what was due, {@code octets} up to {@code end} go out again. */
  abstract void sentAgain(int end, int octets, long nowNs);

  /**
   * An acceptable ACK has arrived while something was outstanding.
   *
   * @param una after this ACK
   * @param octets how much it acknowledged
   * @param duplicate whether it is a duplicate as RFC 5681 2 defines it
   */
  abstract int arrived(
      Segment s, int una, int nxt, int octets, int mss, boolean duplicate, long nowNs);

  /**
   * Of the octets that the last {@link #arrived} acknowledged, how many were not known before to
   * have arrived.
   */
  int news(int octets) {
    return octets;
  }

  /** The round trip that the last {@link #arrived} measured; 0 where it measured none. */
  abstract long rttNs();

  /** The congestion window was reduced because of a loss: sending shall slow down to this. */
  abstract void reduce(int threshold, int inFlight, int mss);

  /**
   * The congestion window was reduced though nothing was lost: sending shall slow down to this,
   * until data from {@code nxt} on is acknowledged.
   */
  void slowDown(int threshold, int inFlight, int nxt, int mss) {}

  /**
   * The retransmission timer expired: everything outstanding counts as lost.
   *
   * @param first whether it is the first time for this {@code una}
   */
  abstract void timedOut(int una, int nxt, boolean first, long nowNs);

  /**
   * Segments before {@code until} that are larger than {@code mss} were lost for their size alone:
   * they are sent again in pieces, and the network is not to blame.
   */
  abstract void resized(int una, int until, int mss);

  /** What probes carried into a closed window was thrown away and counts as never sent. */
  abstract void rewind();

  /** Whether a loss is being repaired while the congestion window stands still. */
  abstract boolean recovering();

  /** Whether there is something to send again. */
  abstract boolean due();

  /**
   * New data was to go before what seems lost, and there is none that may go.
   *
   * @return whether something is due now
   */
  boolean instead() {
    return false;
  }

  /** Whether what is due goes out whatever the congestion window says. */
  abstract boolean urgent();

  /** Where the range to send again starts. */
  abstract int from(int una);

  /** Where the range to send again ends at the latest. */
  abstract int until(int una, int mss);

  /** Octets that are thought to be in the network. */
  abstract int inFlight(int una, int nxt, int mss);

  /** What may be in the network now, where the congestion control would allow {@code cwnd}. */
  abstract int window(int cwnd);

  /** When {@link #expired} wants to be asked; {@code Part.NEVER} otherwise. */
  abstract long deadlineNs();

  /** The deadline has come. */
  abstract int expired(int una, int nxt, long nowNs);

  /**
   * Something was sent or acknowledged: time for a probe to be planned anew.
   *
   * @param smoothedUs round-trip time, 0 where none was measured
   * @param timeoutNs when the retransmission timer will expire
   */
  abstract void plan(int smoothedUs, long timeoutNs, long nowNs);

  /**
   * How much earlier than a time-out from now the retransmission timer shall expire, because only
   * few segments are in flight and the first went out so long ago.
   */
  long ageNs(long nowNs) {
    return 0;
  }

  /** Where the segment starts that a probe repeats if there is nothing new to send. */
  abstract int probeFrom(int una);

  /** Fills in what it knows; what a kind of recovery does not keep stays as it is. */
  void info(TcpInfo info) {}

  /**
   * A probe went out: new data up to {@code nxt}, or the last segment {@code again}, of which these
   * are the {@code octets}.
   */
  abstract void probed(int nxt, int octets, boolean again, long nowNs);
}
