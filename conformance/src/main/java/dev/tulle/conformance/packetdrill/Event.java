// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

/** One event of a script: a line, a time and what happens. */
record Event(int line, Timing timing, Action action) {
  /** What can happen. */
  sealed interface Action {}

  /** The peer sends a packet. */
  record Inject(TcpText packet) implements Action {}

  /** The host under test sends a packet. */
  record Expect(TcpText packet) implements Action {}

  /** The peer, or a router on the way, sends an ICMP message about a segment of the host. */
  record InjectError(int type, int code, int mtu, TcpText about) implements Action {}

  /** The application calls the socket interface. */
  record Call(CallText call) implements Action {}

  /** Something about the connection is asserted. */
  record Assert(String code) implements Action {}

  /** A shell command, which here only sets sysctls. */
  record Command(String text) implements Action {}
}
