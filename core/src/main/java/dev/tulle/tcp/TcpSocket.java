// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.ip.Endpoint;

/** A TCP connection as the application sees it. */
public final class TcpSocket {
  /** For the application's own use. */
  public Object attachment;

  public int read(byte[] to, int at, int length) {
    return 0;
  }

  public int write(byte[] from, int at, int length) {
    return 0;
  }

  public int status() {
    return 0;
  }

  public int readable() {
    return 0;
  }

  public int writable() {
    return 0;
  }

  public void shutdownWrite() {}

  public void close() {}

  public void abort() {}

  public void noDelay(boolean on) {}

  public void remote(Endpoint endpoint) {}

  public void local(Endpoint endpoint) {}
}
