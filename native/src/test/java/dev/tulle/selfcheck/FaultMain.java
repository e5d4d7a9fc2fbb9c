// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.selfcheck;

import dev.tulle.posix.PosixPlatform;
import org.teavm.interop.Export;

/** A program that fails in the way that its argument's first letter says. */
public final class FaultMain {
  private static byte[] kept;

  private FaultMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform platform = new PosixPlatform();
    byte[] how = platform.arguments().get(0);
    switch (how[0]) {
      case 'n':
        kept[7]++;
        break;
      case 'd':
        kept = new byte[100 / (how.length - 6)];
        break;
      case 'm':
        for (int i = 0; i < 1000; i++) {
          kept = new byte[1 << 20];
        }
        break;
      case 'h':
        kept = new byte[0x7FFFFFFF];
        break;
      case 'b':
        kept = new byte[how.length];
        kept[how.length]++;
        break;
      case 'c':
        try {
          kept = new byte[-how.length];
        } catch (RuntimeException e) {
          platform.console().out("caught\n");
        }
        break;
      default:
        break;
    }
    PosixPlatform.exit(0);
  }
}
