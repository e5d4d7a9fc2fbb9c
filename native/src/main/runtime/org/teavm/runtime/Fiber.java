// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package org.teavm.runtime;

import org.teavm.interop.StaticInit;
import org.teavm.interop.Unmanaged;

/**
 * No fibers, in place of TeaVM's class of this name: one thread runs the program from C's main
 * function. The methods are those that TeaVM's compiler refers to.
 */
@StaticInit
@Unmanaged
public final class Fiber {
  private Fiber() {}

  public static Fiber current() {
    return null;
  }

  public boolean isSuspending() {
    return false;
  }

  public boolean isResuming() {
    return false;
  }

  static void startMain(String[] args) {
    runMain(args);
  }

  public static native void runMain(String[] args);
}
