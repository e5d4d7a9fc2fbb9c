// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

import dev.tulle.stack.Part;

/** One entry of {@link Groups}. */
final class Group6 {
  long high;
  long low;

  /** How many want it; 0 where the entry is free or tells for the last times that nobody does. */
  int users;

  /** Reports of the last change that are still to be sent. */
  int changes;

  long changeNs;

  /** When a query is to be answered; {@code Part.NEVER} where none is. */
  long answerNs = Part.NEVER;
}
