// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.buffer.Packet;
import dev.tulle.ip.Endpoint;
import dev.tulle.ip.Transport;
import dev.tulle.stack.Part;

/** TCP: finds the connection for each segment, and drives timers and output. */
public final class Tcp implements Transport, Part {
  @Override
  public int protocol() {
    return 6;
  }

  @Override
  public void input(Packet packet, int sum, long nowNs) {}

  @Override
  public void error(Packet packet, int kind, int mtu, long nowNs) {}

  @Override
  public long poll(long nowNs) {
    return NEVER;
  }

  @Override
  public long deadlineNs() {
    return NEVER;
  }

  /** Starts to open a connection; null where no socket or no route is left. */
  public TcpSocket connect(Endpoint remote) {
    return null;
  }

  /** Listens on a port; null where it is taken. */
  public Listener listen(int port, int backlog) {
    return null;
  }

  /** The next socket that may have become readable, writable, connected or dead; or null. */
  public TcpSocket nextReady() {
    return null;
  }
}
