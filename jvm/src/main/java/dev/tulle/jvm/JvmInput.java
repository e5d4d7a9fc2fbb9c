// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.apps.Files;
import dev.tulle.apps.Input;
import dev.tulle.stack.Status;

/**
 * Standard input, read only when poll(2) says that it will not wait: the descriptor may be shared
 * with the shell, so it is left blocking.
 */
final class JvmInput implements Input {
  private static final int IN = 0;

  private final Libc libc;
  private final Waiter loop;
  private final Waiter look;
  private final int index;

  /**
   * @param loop the wait of the event loop, which learns from here whether input is wanted
   */
  JvmInput(Libc libc, Waiter loop) {
    this.libc = libc;
    this.loop = loop;
    look = new Waiter(libc, 1);
    look.add(IN, Waiter.IN);
    index = loop.add(IN, Waiter.IN);
    loop.enable(index, false);
  }

  @Override
  public int read(byte[] to, int at, int count) {
    if (!look.waitFor(0)) {
      loop.enable(index, true);
      return Status.WOULD_BLOCK;
    }
    loop.enable(index, false);
    int octets = libc.read(IN, to, at, count);
    if (octets > 0) {
      return octets;
    }
    return switch (-octets) {
      case 0 -> Status.CLOSED;
      case Errno.EAGAIN, Errno.EINTR -> {
        loop.enable(index, true);
        yield Status.WOULD_BLOCK;
      }
      default -> Files.FAILED;
    };
  }
}
