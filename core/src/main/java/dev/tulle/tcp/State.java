// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/** The states of a connection, in an order that comparisons use. RFC 9293 3.3.2. */
final class State {
  static final int CLOSED = 0;
  static final int SYN_SENT = 1;
  static final int SYN_RECEIVED = 2;

  // From here on data goes both ways.

  /** SYN-RECEIVED after a SYN with a Fast Open cookie: the application has the connection. */
  static final int FAST_OPEN = 3;

  // From here on both sides are synchronized.
  static final int ESTABLISHED = 4;
  static final int CLOSE_WAIT = 5;
  // From here on we have closed our side.
  static final int FIN_WAIT_1 = 6;
  static final int FIN_WAIT_2 = 7;
  static final int CLOSING = 8;
  static final int LAST_ACK = 9;
  static final int TIME_WAIT = 10;

  private State() {}
}
