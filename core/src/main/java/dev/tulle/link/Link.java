// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import dev.tulle.buffer.Packet;

/**
 * What a driver implements: frames in, frames out.
 *
 * <p>Links decorate: capture, impairment and offloads wrap a link and are one. A link copies: it
 * never keeps a packet after the call.
 */
public interface Link {
  /** Largest frame, link header included, check sequence excluded. */
  int frameBytes();

  /**
   * Puts the next frame into {@code packet} from {@code packet.head} on and sets {@code
   * packet.end}.
   *
   * @return octets received; 0 where nothing has arrived; a negative {@code Status} where the link
   *     is gone
   */
  int receive(Packet packet, long nowNs);

  /**
   * Sends the frame {@code [head, end)}.
   *
   * @return 0, or a negative {@code Status}: {@code WOULD_BLOCK} where the device's queue is full
   */
  int send(Packet packet, long nowNs);

  /**
   * When {@link #receive} has something without anything arriving, as a link that delays does;
   * {@code Part.NEVER} otherwise.
   */
  default long deadlineNs() {
    return Long.MAX_VALUE;
  }
}
