// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Files;
import dev.tulle.apps.Input;
import dev.tulle.stack.Status;
import org.teavm.interop.Address;

/**
 * Standard input. It stays in its blocking mode, which it may share with the shell: so it is read
 * only when something is there.
 */
final class PosixInput implements Input {
  private boolean wanted;

  @Override
  public int read(byte[] to, int at, int count) {
    wanted = Posix.inputReady() == 0;
    if (wanted) {
      return Status.WOULD_BLOCK;
    }
    int octets = Posix.readInput(Address.ofObject(to), at, count);
    if (octets > 0) {
      return octets;
    }
    if (octets == 0) {
      return Status.CLOSED;
    }
    wanted = Posix.error(octets) == Posix.AGAIN;
    return wanted ? Status.WOULD_BLOCK : Files.FAILED;
  }

  /** The file to wait for, or -1 where nobody asked. */
  int file() {
    return wanted ? 0 : -1;
  }
}
