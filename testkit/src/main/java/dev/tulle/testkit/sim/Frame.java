// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

/** A frame on its way through a {@link Network}. */
final class Frame implements Comparable<Frame> {
  final byte[] bytes;
  final Port to;

  /** The pipes that it passes, and how many it has passed. */
  final Pipe[] pipes;

  int passed;
  long dueNs;
  long order;

  /** Whether a bit of it was turned over: its receiver must not believe it. */
  boolean corrupt;

  Frame(byte[] bytes, Port to, Pipe[] pipes) {
    this.bytes = bytes;
    this.to = to;
    this.pipes = pipes;
  }

  /** One more of the same. */
  Frame copy() {
    return with(bytes);
  }

  /** It at this place, with other octets. */
  Frame with(byte[] others) {
    Frame copy = new Frame(others, to, pipes);
    copy.passed = passed;
    copy.corrupt = corrupt;
    return copy;
  }

  @Override
  public int compareTo(Frame other) {
    int byTime = Long.compare(dueNs, other.dueNs);
    return byTime != 0 ? byTime : Long.compare(order, other.order);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(order);
  }
}
