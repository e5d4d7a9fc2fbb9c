// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.stack.Entropy;
import java.nio.ByteBuffer;

/** The kernel's random numbers: getrandom(2). */
final class KernelEntropy implements Entropy {
  private final Libc libc;
  private final byte[] octets = new byte[8];

  KernelEntropy(Libc libc) {
    this.libc = libc;
  }

  @Override
  public long next() {
    while (libc.getrandom(octets) != octets.length) {
      // Interrupted by a signal while the kernel was still gathering: ask again.
    }
    return ByteBuffer.wrap(octets).getLong();
  }
}
