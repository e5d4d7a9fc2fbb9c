// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import org.teavm.interop.Address;

/** Where the board has the files of its image. */
final class ImageRom implements Rom {
  @Override
  public void read(int from, byte[] to, int at, int count) {
    Metal.readFiles(from, Address.ofObject(to), at, count);
  }
}
