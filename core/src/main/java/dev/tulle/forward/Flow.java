// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

/** A connection that {@link ConnectionTracker} knows: two directions, and how long it lasts. */
final class Flow {
  /** Of TCP: until both sides have said SYN and acknowledged the other's. */
  static final int OPENING = 0;

  static final int OPEN = 1;

  /** Of TCP: after both FINs, or a reset. */
  static final int CLOSING = 2;

  /** The direction of the packet that began it, and the other. */
  final Tuple original = new Tuple(this);

  final Tuple reply = new Tuple(this);

  boolean used;
  boolean replied;
  int state;
  long deadlineNs;

  /** What the source of the original direction is translated by; null where it is not. */
  Mapping mapping;

  /** What its destination is translated by; null where it is not. */
  Mapping target;

  /** Where its beginner is counted. */
  int host;

  /** The next that is free. */
  Flow next;

  boolean translated() {
    return mapping != null || target != null;
  }

  Flow() {
    original.opposite = reply;
    reply.opposite = original;
  }
}
