// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.selfcheck;

import org.teavm.interop.Export;

/** What the native build must refuse: a handler for one kind of exception. */
public final class NarrowCatchMain {
  private static Object kept = new byte[1];

  private NarrowCatchMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    try {
      kept = ((int[]) kept)[0] == 0 ? null : kept;
    } catch (ClassCastException e) {
      kept = null;
    }
  }
}
