// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Status;

/**
 * A link that behaves like a bad network: loss, delay, jitter, reordering, duplication, corruption,
 * congestion marks and a rate, repeatable from a seed.
 *
 * <p>Each direction is impaired by itself: {@code loss=2%} loses 2 % of what is sent and 2 % of
 * what is received, and a delay of 5 ms adds 10 ms to a round trip. The order within one direction
 * is: loss, corruption, a mark, then the queue of the rate, then delay and reordering; a duplicate
 * is a second frame from the queue on.
 *
 * <p>Frames on their way are copies in a store of fixed size that is allocated here; a frame that
 * finds it full is dropped. Frames that are due leave when {@link #receive} is called, which a
 * stack does in each poll; {@link #deadlineNs} says when that must be. The random numbers are
 * SplitMix64's: good statistics, no secret.
 */
public final class Impairment implements Link {
  /** Frames taken from the link below in one call, so that a flood does not hold the caller. */
  private static final int BUDGET = 64;

  private final Link link;
  private final ImpairedLane out;
  private final ImpairedLane in;
  private final Packet passing;
  private int broken;

  /**
   * Impairs both directions alike, each with random numbers of its own.
   *
   * @param frames how many frames may be on their way in each direction
   */
  public Impairment(Link link, ImpairmentSettings both, int frames) {
    this(link, both, both, frames);
  }

  /** Impairs what is sent by {@code out} and what is received by {@code in}. */
  public Impairment(Link link, ImpairmentSettings out, ImpairmentSettings in, int frames) {
    this.link = link;
    this.out = new ImpairedLane(out, out.seed * 2, frames, link.frameBytes());
    this.in = new ImpairedLane(in, in.seed * 2 + 1, frames, link.frameBytes());
    passing = new Packet(link.frameBytes());
  }

  /** Frames lost on purpose so far, in both directions. */
  public long lost() {
    return out.lost + in.lost;
  }

  /** Frames dropped because a queue or the store was full, or the device below refused. */
  public long overflowed() {
    return out.overflowed + in.overflowed;
  }

  /** Frames that were held back, sent twice, or damaged, in both directions. */
  public long disturbed() {
    return out.disturbed + in.disturbed;
  }

  /** Frames marked as by a congested router, in both directions. */
  public long marked() {
    return out.marked + in.marked;
  }

  /** Frames that are on their way now, in both directions. */
  public int waiting() {
    return out.waiting() + in.waiting();
  }

  @Override
  public int frameBytes() {
    return link.frameBytes();
  }

  @Override
  public int send(Packet packet, long nowNs) {
    if (broken != Status.OK) {
      return broken;
    }
    if (packet.length() > link.frameBytes()) {
      return Status.TOO_LARGE;
    }
    out.admit(packet, nowNs);
    release(nowNs);
    return Status.OK;
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    release(nowNs);
    int length = in.take(packet, nowNs);
    if (length > 0) {
      return length;
    }
    for (int i = 0; i < BUDGET; i++) {
      passing.clear(0);
      int got = link.receive(passing, nowNs);
      if (got < 0) {
        broken = got;
        return got;
      }
      if (got == 0) {
        break;
      }
      in.admit(passing, nowNs);
    }
    return in.take(packet, nowNs);
  }

  @Override
  public long deadlineNs() {
    return Math.min(link.deadlineNs(), Math.min(out.deadlineNs(), in.deadlineNs()));
  }

  /** Hands what is due to the link below. */
  private void release(long nowNs) {
    passing.clear(0);
    while (out.take(passing, nowNs) > 0) {
      int status = link.send(passing, nowNs);
      if (status == Status.WOULD_BLOCK) {
        out.overflowed++;
      } else if (status != Status.OK) {
        broken = status;
      }
      passing.clear(0);
    }
  }
}
