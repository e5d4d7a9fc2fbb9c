// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.nio.channels.spi.SelectorProvider;

/** The stack of the whole program, where it has one. */
final class Programs {
  /** The system property that names the provider of a whole program. */
  private static final String PROPERTY = "java.nio.channels.spi.SelectorProvider";

  private Programs() {}

  /** Whether the command line puts the program on a stack; asks without starting it. */
  static boolean asked() {
    return TulleProvider.class.getName().equals(System.getProperty(PROPERTY));
  }

  static Tulle net() {
    if (SelectorProvider.provider() instanceof TulleProvider provider) {
      return provider.net();
    }
    throw new IllegalStateException(
        "this program does not run on Tulle: start it with -D"
            + PROPERTY
            + "="
            + TulleProvider.class.getName());
  }
}
