// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package org.teavm.runtime;

import org.teavm.interop.Import;
import org.teavm.interop.StaticInit;
import org.teavm.interop.Unmanaged;
import org.teavm.interop.c.Include;

/**
 * Exceptions without stack traces, in place of TeaVM's class of this name: a throw goes to the
 * innermost handler, whatever was thrown (see {@code exceptions.h}).
 */
@StaticInit
@Unmanaged
@Include(value = "tulle.h", isSystem = false)
public final class ExceptionHandling {
  private ExceptionHandling() {}

  public static void printStack() {}

  @Import(name = "teavm_catchException")
  public static native Throwable catchException();

  @Import(name = "tulle_throw")
  public static native void throwException(Throwable exception);

  @Import(name = "teavm_throwClassCastException")
  public static native void throwClassCastException();

  @Import(name = "teavm_throwNullPointerException")
  public static native void throwNullPointerException();

  @Import(name = "teavm_throwArrayIndexOutOfBoundsException")
  public static native void throwArrayIndexOutOfBoundsException();

  public static StackTraceElement[] fillStackTrace() {
    return null;
  }
}
