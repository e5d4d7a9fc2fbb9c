// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package org.teavm.runtime;

import org.teavm.interop.Unmanaged;

/**
 * No collector, in place of TeaVM's class of this name: nothing is ever given back.
 *
 * <p>A program of Tulle allocates while it assembles its stack and never after, so collecting could
 * not find anything. The methods are those that TeaVM's compiler and class library refer to.
 */
@Unmanaged
public final class GC {
  private GC() {}

  public static void fixHeap() {}

  public static void tryShrink() {}

  public static void collectGarbage() {}

  public static void collectGarbageFull() {}

  public static int getFreeMemory() {
    return 0;
  }

  public static native void writeBarrier(RuntimeObject object);

  public static void registerDirectBuffer(RuntimeBuffer buffer) {}
}
