// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package org.teavm.classlib.java.lang;

import org.teavm.interop.Address;
import org.teavm.interop.Import;
import org.teavm.interop.c.Include;

/**
 * What Tulle uses of {@code java.lang.System}, in place of TeaVM's class: copying between arrays.
 *
 * <p>TeaVM's copy brings reflection with it and checks its bounds by sums that may overflow.
 */
@Include(value = "tulle.h", isSystem = false)
public final class TSystem {
  private TSystem() {}

  /** Copies between arrays of the same primitive type, or of whatever references. */
  public static void arraycopy(TObject src, int srcPos, TObject dest, int destPos, int length) {
    copy(Address.ofObject(src), srcPos, Address.ofObject(dest), destPos, length);
  }

  /** What TeaVM's optimiser calls where it knows both types. */
  static void fastArraycopy(Object src, int srcPos, Object dest, int destPos, int length) {
    copy(Address.ofObject(src), srcPos, Address.ofObject(dest), destPos, length);
  }

  /** For TeaVM's event queue, which no native program runs. */
  public static long currentTimeMillis() {
    return 0;
  }

  @Import(name = "tulle_copy")
  private static native void copy(Address from, int at, Address to, int toAt, int count);
}
