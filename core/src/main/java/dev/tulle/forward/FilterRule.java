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

  /** Whether it is about all interfaces but the named one. */
  public boolean otherIn;

  public boolean otherOut;

  /** Whether it is about packets for the router itself, and then about no others. */
  public boolean here;

  public int source;
  public int sourceMask;
  public int destination;
  public int destinationMask;

  /** 4 or 6: whose addresses it is about; 0 for both. */
  public int family;

  /** Of IPv6, and how many bits of it count. */
  public long sourceHigh;

  public long sourceLow;
  public int sourceBits;
  public long destinationHigh;
  public long destinationLow;
  public int destinationBits;

  /** 0 for any; ports are looked at where it is TCP's or UDP's number. */
  public int protocol;

  public int firstSourcePort;
  public int lastSourcePort = 0xFFFF;
  public int firstDestinationPort;
  public int lastDestinationPort = 0xFFFF;

  /** Bits of {@link ConnectionTracker}; 0 for any. */
  public int states;
}
