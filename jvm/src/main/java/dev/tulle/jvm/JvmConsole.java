// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.apps.Console;
import dev.tulle.apps.Files;
import dev.tulle.stack.Status;
import java.nio.charset.StandardCharsets;

/** Standard output and standard error as they are: descriptors 1 and 2, without any buffer. */
final class JvmConsole implements Console {
  private static final int OUT = 1;
  private static final int ERROR = 2;

  /** What a pipe that polls as writable takes without waiting: PIPE_BUF of pipe(7). */
  private static final int ATOMIC_BYTES = 4096;

  private final Libc libc;
  private final Waiter[] waiters = new Waiter[3];

  JvmConsole(Libc libc) {
    this.libc = libc;
  }

  @Override
  public int out(byte[] from, int at, int count) {
    return write(OUT, from, at, count);
  }

  @Override
  public int out(String literal) {
    byte[] octets = literal.getBytes(StandardCharsets.US_ASCII);
    return write(OUT, octets, 0, octets.length);
  }

  @Override
  public void error(byte[] from, int at, int count) {
    write(ERROR, from, at, count);
  }

  @Override
  public void error(String literal) {
    byte[] octets = literal.getBytes(StandardCharsets.US_ASCII);
    write(ERROR, octets, 0, octets.length);
  }

  @Override
  public boolean terminal() {
    return libc.isTerminal(ERROR);
  }

  private int write(int fd, byte[] from, int at, int count) {
    if (waiters[fd] == null) {
      waiters[fd] = new Waiter(libc, 1);
      waiters[fd].add(fd, Waiter.OUT);
    }
    int next = at;
    int left = count;
    while (left > 0) {
      // Whoever reads our output may be slow: sleep in poll, where the collector is not held up.
      while (!waiters[fd].waitFor(Long.MAX_VALUE)) {}
      int octets = libc.write(fd, from, next, Math.min(left, ATOMIC_BYTES));
      if (octets >= 0) {
        next += octets;
        left -= octets;
        continue;
      }
      switch (-octets) {
        case Errno.EAGAIN, Errno.EINTR:
          continue;
        case Errno.EPIPE:
          return Status.CLOSED;
        case Errno.ENOSPC, Errno.EDQUOT, Errno.EFBIG:
          return Files.FULL;
        default:
          return Files.FAILED;
      }
    }
    return Status.OK;
  }
}
