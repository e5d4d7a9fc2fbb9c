// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Control;
import org.teavm.interop.Address;

/**
 * As {@link PosixPlatform}, for programs that wait for more than two links, and for those who ask
 * them how they are: what is waited for is gathered in one file.
 */
public final class PosixGathering extends PosixPlatform {
  // From sys/epoll.h.
  private static final int READABLE = 1;
  private static final int AT_ITS_EDGE = 1 << 31;

  private int all = -1;

  @Override
  void watch(int file) {
    gather(file, READABLE);
  }

  private void gather(int file, int events) {
    boolean first = all < 0;
    all = Posix.gather(all, file, events);
    if (first) {
      super.watch(all);
    }
  }

  @Override
  public Control openControl(byte[] path) {
    int file = Posix.openControl(Address.ofObject(path));
    if (file < 0) {
      fail(whyNoControl(Posix.error(file)));
      return null;
    }
    gather(file, READABLE | AT_ITS_EDGE); // who waits while another is answered wakes nobody
    return new PosixControl(file);
  }
}
