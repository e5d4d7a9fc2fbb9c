// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Control;
import dev.tulle.stack.Status;
import org.teavm.interop.Address;

/** A Unix socket at which others ask how the program is. */
final class PosixControl implements Control {
  private final int file;
  private int client;

  PosixControl(int file) {
    this.file = file;
  }

  @Override
  public boolean asked() {
    client = Posix.accept(file);
    return client >= 0;
  }

  @Override
  public int write(byte[] from, int at, int count) {
    int taken = Posix.tell(client, Address.ofObject(from), at, count);
    if (taken >= 0) {
      return taken;
    }
    return Posix.error(taken) == Posix.AGAIN ? Status.WOULD_BLOCK : Status.CLOSED;
  }

  @Override
  public void hangUp() {
    Posix.close(client);
  }

  @Override
  public void close() {
    Posix.removeControl();
  }
}
