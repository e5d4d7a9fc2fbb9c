// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Console;
import dev.tulle.apps.Files;
import dev.tulle.stack.Status;
import org.teavm.interop.Address;

/** Standard output and standard error, unbuffered. */
final class PosixConsole implements Console {
  private static final int OUT = 1;
  private static final int ERROR = 2;

  @Override
  public int out(byte[] from, int at, int count) {
    return status(Posix.writeAll(OUT, Address.ofObject(from), at, count));
  }

  @Override
  public int out(String literal) {
    return status(Posix.writeText(OUT, Address.ofObject(literal)));
  }

  @Override
  public void error(byte[] from, int at, int count) {
    Posix.writeAll(ERROR, Address.ofObject(from), at, count);
  }

  @Override
  public void error(String literal) {
    Posix.writeText(ERROR, Address.ofObject(literal));
  }

  @Override
  public boolean terminal() {
    return Posix.terminal(ERROR) != 0;
  }

  private static int status(int result) {
    if (result >= 0) {
      return 0;
    }
    int error = Posix.error(result);
    if (error == Posix.NO_READER) {
      return Status.CLOSED;
    }
    return error == Posix.FULL ? Files.FULL : Files.FAILED;
  }
}
