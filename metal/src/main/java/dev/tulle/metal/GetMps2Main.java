// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import org.teavm.interop.Export;

/** Fetches a file on an Arm MPS2. */
public final class GetMps2Main {
  private GetMps2Main() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    ClientGet.run(new Lan9118(0x4020_0000, 13), 0);
  }
}
