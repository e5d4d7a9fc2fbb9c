// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import org.teavm.interop.Export;

/** A web server on Arm's board MPS2, as its Application Note AN385 has it. */
public final class HttpdMps2Main {
  private HttpdMps2Main() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    MinimalHttpd.run(new Lan9118(0x4020_0000, 13), 0);
  }
}
