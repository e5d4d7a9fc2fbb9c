// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

/** What an ICMP error says, the same for both families. */
public final class IcmpError {
  /** Network or host unreachable, and the like: may pass. */
  public static final int UNREACHABLE = 1;

  /** The port, or the protocol, is not there. */
  public static final int PORT_UNREACHABLE = 2;

  /** Too large for a link on the way. */
  public static final int TOO_BIG = 3;

  /** TTL or reassembly time ran out. */
  public static final int TIME_EXCEEDED = 4;

  /** A header field was not understood. */
  public static final int PARAMETER_PROBLEM = 5;

  private IcmpError() {}
}
