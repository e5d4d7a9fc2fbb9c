// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The one system call of Linux that Java has no name for and that is needed here. */
final class Syscalls {
  static final int CLONE_NEWNET = 0x40000000;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle UNSHARE =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("unshare"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
              Linker.Option.captureCallState("errno"));

  private Syscalls() {}

  /** Moves the calling thread into a namespace of its own. */
  static void unshare(int flags) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int answer;
      try {
        answer = (int) UNSHARE.invokeExact(state, flags);
      } catch (Throwable e) {
        throw new IllegalStateException("unshare could not be called", e);
      }
      if (answer != 0) {
        throw new IOException("unshare: errno " + (int) ERRNO.get(state, 0L));
      }
    }
  }
}
