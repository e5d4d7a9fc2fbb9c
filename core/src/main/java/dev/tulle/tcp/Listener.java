// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * A port that accepts connections, with a bounded backlog.
 *
 * <p>The backlog counts half-open connections and those that wait for {@link #accept}. When it is
 * full, a new SYN takes the place of the oldest half-open one, or is dropped where there is none
 * (RFC 4987 3).
 */
public final class Listener {
  public int port() {
    return 0;
  }

  /** The next established connection, or null. */
  public TcpSocket accept() {
    return null;
  }

  /** Stops listening and aborts what was not accepted. */
  public void close() {}
}
