// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.stack;

/** What a call answers when it cannot do what its caller asked: negative ints, never exceptions. */
public final class Status {
  public static final int OK = 0;

  /** Nothing to read, or no room to write: try again after a poll. */
  public static final int WOULD_BLOCK = -1;

  /** The socket is closed, or this direction of it. */
  public static final int CLOSED = -2;

  /** The call does not fit the socket's state. */
  public static final int BAD_STATE = -3;

  /** A table or pool is full; a counter says which. */
  public static final int NO_RESOURCES = -4;

  /** The port or pair of endpoints is taken. */
  public static final int IN_USE = -5;

  /** No route or no interface leads there. */
  public static final int UNREACHABLE = -6;

  /** The peer refused: a reset in answer to a SYN, or port unreachable. */
  public static final int REFUSED = -7;

  /** The peer reset the connection. */
  public static final int RESET = -8;

  /** Nothing came back in time. */
  public static final int TIMED_OUT = -9;

  /** The link is gone for good. */
  public static final int LINK_DOWN = -10;

  /** Larger than this can carry. */
  public static final int TOO_LARGE = -11;

  /** An argument that no state would accept. */
  public static final int INVALID = -12;

  /** There is no such name. */
  public static final int NO_NAME = -13;

  /** The name is known, but has no address of the kind that was asked for. */
  public static final int NO_ADDRESS = -14;

  private Status() {}
}
