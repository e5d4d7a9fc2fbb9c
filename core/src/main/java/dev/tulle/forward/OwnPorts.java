// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

/** The ports that a router's own sockets have: translation leaves them alone. */
public interface OwnPorts {
  /**
   * Whether a socket of the router's own has a port.
   *
   * @param protocol 6 for TCP, 17 for UDP; others have none
   */
  boolean uses(int protocol, int port);
}
