// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

/** An address and port inside, and the port by which the outside knows it. See {@link Nat44}. */
final class Mapping {
  int protocol;
  int address;
  int port;
  int outsidePort;

  /** Connections that use it; one more for a port forward, which stays. */
  int uses;

  /** The next with the same hash of what is inside, or that is free. */
  Mapping nextInside;

  /** The next with the same outside port, in whatever protocol. */
  Mapping nextOutside;
}
