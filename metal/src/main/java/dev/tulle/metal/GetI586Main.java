// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import org.teavm.interop.Export;

/** Fetches a file on a PC with an NE2000. */
public final class GetI586Main {
  private GetI586Main() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    ClientGet.run(new Ne2000(0x300, 10), 1);
  }
}
