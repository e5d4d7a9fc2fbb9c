// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.selfcheck;

import dev.tulle.posix.PosixPlatform;
import org.teavm.interop.Export;

/** The native side: prints the results for seeds 1 to 5, one in a line, in hexadecimal. */
public final class MemoryCheckMain {
  private MemoryCheckMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform platform = new PosixPlatform();
    byte[] line = new byte[17];
    for (int seed = 1; seed <= 5; seed++) {
      long result = MemoryCheck.run(seed);
      for (int i = 0; i < 16; i++) {
        int digit = (int) (result >>> 60 - 4 * i) & 15;
        line[i] = (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
      }
      line[16] = '\n';
      platform.console().out(line, 0, 17);
    }
    PosixPlatform.exit(0);
  }
}
