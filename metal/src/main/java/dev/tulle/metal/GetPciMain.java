// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import org.teavm.interop.Export;

/** Fetches a file on a PC with an Intel 82540EM. */
public final class GetPciMain {
  private GetPciMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    ClientGet.run(new E1000(), 1);
  }
}
