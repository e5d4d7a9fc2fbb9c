// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * Whether what was sent again since the window shrank had to be: where all of it arrived twice, or
 * the first copy had not even left when the peer answered, the window shall be what it was.
 *
 * <p>RFC 3708 and RFC 3522. The window comes back whole, as in Linux; RFC 4015 3.2 would enter slow
 * start below it. RFC 4015 3.3 (MAY) would also make the time-out longer by more than the late
 * round trip does, which RFC 6298 takes in here as any other.
 */
final class Undo {
  /** How exact an echoed timestamp is. */
  private static final long STAMP_NS = 1_000_000;

  /** Whether there is a reduction to undo, and SND.UNA when it came. */
  boolean armed;

  private int marker;

  /** Whether anything was sent again since then, and when first. */
  private boolean again;

  private long againNs;

  /** Segments sent again, less those that arrived twice. */
  private int unproven;

  void clear() {
    armed = false;
  }

  /** The window shrinks with {@code una} the first that is not acknowledged. */
  void begin(int una) {
    armed = true;
    marker = una;
    again = false;
    unproven = 0;
  }

  void sentAgain(long nowNs) {
    if (!again) {
      again = true;
      againNs = nowNs;
    }
    unproven++;
  }

  /**
   * So many segments that end at {@code end} arrived twice. As in Linux only what was outstanding
   * when the window shrank counts, and no more than was sent again: the network makes copies too.
   */
  void twice(int end, int segments) {
    if (Seq.lt(marker, end)) {
      unproven = Math.max(0, unproven - segments);
    }
  }

  /**
   * Whether the last ACK proves it.
   *
   * @param dsack whether it told of something that arrived twice
   * @param octets how much it acknowledged
   * @param echoNs when we sent what it answers; −1 where that is not known
   */
  boolean proven(boolean dsack, int octets, long echoNs) {
    if (!armed || !again) {
      return false;
    }
    return dsack && unproven == 0 || octets > 0 && echoNs >= 0 && echoNs + STAMP_NS < againNs;
  }
}
