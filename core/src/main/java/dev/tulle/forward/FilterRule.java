// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.stack.Interface;

/**
 * One rule for {@link Filter#add}: what a packet must be, each left open where it does not matter.
 */
public final class FilterRule {
  /** One of {@link Filter}'s actions. */
  public int action;

  /** The interface that it came by; null for any. */
  public Interface in;

  /** The interface that it leaves by; null for any. */
  public Interface out;

  public int source;
  public int sourceMask;
  public int destination;
  public int destinationMask;

  /** 0 for any; ports are looked at where it is TCP's or UDP's number. */
  public int protocol;

  public int firstSourcePort;
  public int lastSourcePort = 0xFFFF;
  public int firstDestinationPort;
  public int lastDestinationPort = 0xFFFF;

  /** Bits of {@link ConnectionTracker}; 0 for any. */
  public int states;
}
