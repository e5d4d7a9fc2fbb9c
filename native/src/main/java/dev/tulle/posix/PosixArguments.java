// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Arguments;
import org.teavm.interop.Address;

/** The words of the command line, copied once. */
final class PosixArguments implements Arguments {
  private final byte[][] words;

  PosixArguments() {
    words = new byte[Posix.argumentCount()][];
    for (int i = 0; i < words.length; i++) {
      words[i] = new byte[Posix.argumentLength(i)];
      Posix.argument(i, Address.ofObject(words[i]));
    }
  }

  @Override
  public int count() {
    return words.length;
  }

  @Override
  public byte[] get(int index) {
    return words[index];
  }
}
