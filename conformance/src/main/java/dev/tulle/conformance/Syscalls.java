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

/** The system calls of Linux that Java has no name for and that are needed here. */
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

  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;
  private static final int NAME_BYTES = 16;
  private static final int REQUEST_BYTES = 40;
  private static final long SIOCETHTOOL = 0x8946;

  private static final MethodHandle SOCKET =
      call("socket", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
  private static final MethodHandle CLOSE = call("close", ValueLayout.JAVA_INT);
  private static final MethodHandle IOCTL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("ioctl"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS),
              Linker.Option.firstVariadicArg(2));

  private Syscalls() {}

  private static MethodHandle call(String name, MemoryLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow(name),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
  }

  /**
   * Runs a command of ethtool's interface (linux/ethtool.h) with a 32-bit value on a device of the
   * calling thread's namespace.
   *
   * @return the value afterwards
   */
  static int ethtool(String device, int command, int value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(8, 8);
      data.set(ValueLayout.JAVA_INT, 0, command);
      data.set(ValueLayout.JAVA_INT, 4, value);
      MemorySegment request = arena.allocate(REQUEST_BYTES, 8);
      request.setString(0, device);
      request.set(ValueLayout.ADDRESS, NAME_BYTES, data);
      int socket = (int) SOCKET.invokeExact(AF_INET, SOCK_DGRAM, 0);
      int answer = (int) IOCTL.invokeExact(socket, SIOCETHTOOL, request);
      int closed = (int) CLOSE.invokeExact(socket);
      return answer < 0 || closed < 0 ? -1 : data.get(ValueLayout.JAVA_INT, 4);
    } catch (Throwable e) {
      throw new IllegalStateException("ethtool's interface could not be called", e);
    }
  }

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
