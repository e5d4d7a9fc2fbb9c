// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The calls into the C library, each as in its manual page of section 2 or 3 but for one thing: a
 * call that fails answers the negated errno instead of -1.
 *
 * <p>Heap arrays are handed down without a copy by critical downcalls, which hold up the garbage
 * collector while they run: right for calls that do not sleep, so files and non-blocking
 * descriptors. {@link #ppoll} sleeps and takes memory outside the heap. Once compiled, none of the
 * calls allocates: the segments around the arrays exist for the compiler only.
 *
 * <p>One instance for each thread, because errno lands in the instance's own memory.
 */
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup SYMBOLS = LINKER.defaultLookup();
  private static final Linker.Option CRITICAL = Linker.Option.critical(true);
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

  private static final MethodHandle OPEN =
      call("open", Linker.Option.firstVariadicArg(2), JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOSE = call("close", CRITICAL, JAVA_INT, JAVA_INT);
  private static final MethodHandle READ =
      call("read", CRITICAL, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle WRITE =
      call("write", CRITICAL, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle PREAD =
      call("pread", CRITICAL, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle IOCTL =
      call("ioctl", Linker.Option.firstVariadicArg(2), JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle STATX =
      call("statx", CRITICAL, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle GETDENTS =
      call("getdents64", CRITICAL, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle RENAME = call("rename", CRITICAL, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle UNLINK = call("unlink", CRITICAL, JAVA_INT, ADDRESS);
  private static final MethodHandle ISATTY = call("isatty", CRITICAL, JAVA_INT, JAVA_INT);
  private static final MethodHandle GETRANDOM =
      call("getrandom", CRITICAL, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT);

  private static final MethodHandle SOCKET =
      call("socket", CRITICAL, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle BIND =
      call("bind", CRITICAL, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SETSOCKOPT =
      call("setsockopt", CRITICAL, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle RECV =
      call("recv", CRITICAL, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);

  private static final MethodHandle EVENTFD =
      call("eventfd", CRITICAL, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle PPOLL =
      call("ppoll", null, JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);

  private final MemorySegment errno = Arena.ofAuto().allocate(JAVA_INT);

  private static MethodHandle call(
      String name, Linker.Option option, MemoryLayout result, MemoryLayout... arguments) {
    MemorySegment address =
        SYMBOLS
            .find(name)
            .orElseThrow(() -> new UnsupportedOperationException("this C library lacks " + name));
    FunctionDescriptor type = FunctionDescriptor.of(result, arguments);
    return option == null
        ? LINKER.downcallHandle(address, type, ERRNO)
        : LINKER.downcallHandle(address, type, ERRNO, option);
  }

  // Files and devices.

  /** open(2). */
  int open(byte[] path, int flags, int mode) {
    try (Arena arena = Arena.ofConfined()) {
      // Not critical: a critical call cannot be variadic. Opening may allocate.
      MemorySegment name = arena.allocate(path.length + 1L);
      MemorySegment.copy(MemorySegment.ofArray(path), 0, name, 0, path.length);
      return answer((int) OPEN.invokeExact(errno, name, flags, mode));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** close(2). */
  int close(int fd) {
    try {
      return answer((int) CLOSE.invokeExact(errno, fd));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** read(2) into {@code [at, at + count)}. */
  int read(int fd, byte[] to, int at, int count) {
    try {
      return answer(
          (long)
              READ.invokeExact(
                  errno, fd, MemorySegment.ofArray(to).asSlice(at, count), (long) count));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** write(2) from {@code [at, at + count)}. */
  int write(int fd, byte[] from, int at, int count) {
    try {
      return answer(
          (long)
              WRITE.invokeExact(
                  errno, fd, MemorySegment.ofArray(from).asSlice(at, count), (long) count));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** pread(2) into {@code [at, at + count)}. */
  int pread(int fd, byte[] to, int at, int count, long offset) {
    try {
      return answer(
          (long)
              PREAD.invokeExact(
                  errno, fd, MemorySegment.ofArray(to).asSlice(at, count), (long) count, offset));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** ioctl(2) with a structure that is read and filled in. */
  int ioctl(int fd, long request, byte[] structure) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment outside = arena.allocate(structure.length, 8);
      MemorySegment inside = MemorySegment.ofArray(structure);
      outside.copyFrom(inside);
      int answer = answer((int) IOCTL.invokeExact(errno, fd, request, outside));
      inside.copyFrom(outside);
      return answer;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** statx(2): the one stat whose structure is the same on every processor. */
  int statx(int directoryFd, byte[] path, int flags, int mask, byte[] to) {
    try {
      return answer(
          (int)
              STATX.invokeExact(
                  errno,
                  directoryFd,
                  MemorySegment.ofArray(path),
                  flags,
                  mask,
                  MemorySegment.ofArray(to)));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** getdents64(2): the next entries of a directory. */
  int getdents(int fd, byte[] to) {
    try {
      return answer(
          (long) GETDENTS.invokeExact(errno, fd, MemorySegment.ofArray(to), (long) to.length));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** rename(2); both paths end with a zero octet. */
  int rename(byte[] from, byte[] to) {
    try {
      return answer(
          (int) RENAME.invokeExact(errno, MemorySegment.ofArray(from), MemorySegment.ofArray(to)));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** unlink(2); the path ends with a zero octet. */
  int unlink(byte[] path) {
    try {
      return answer((int) UNLINK.invokeExact(errno, MemorySegment.ofArray(path)));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** isatty(3). */
  boolean isTerminal(int fd) {
    try {
      return (int) ISATTY.invokeExact(errno, fd) == 1;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** getrandom(2): waits until the kernel has gathered enough, once after it started. */
  int getrandom(byte[] to) {
    try {
      return answer(
          (long) GETRANDOM.invokeExact(errno, MemorySegment.ofArray(to), (long) to.length, 0));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  // Sockets.

  /** socket(2). */
  int socket(int domain, int type, int protocol) {
    try {
      return answer((int) SOCKET.invokeExact(errno, domain, type, protocol));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** bind(2). */
  int bind(int fd, byte[] address) {
    try {
      return answer(
          (int) BIND.invokeExact(errno, fd, MemorySegment.ofArray(address), address.length));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** setsockopt(2). */
  int setsockopt(int fd, int level, int option, byte[] value) {
    try {
      return answer(
          (int)
              SETSOCKOPT.invokeExact(
                  errno, fd, level, option, MemorySegment.ofArray(value), value.length));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** recv(2) into {@code [at, at + count)}. */
  int recv(int fd, byte[] to, int at, int count, int flags) {
    try {
      return answer(
          (long)
              RECV.invokeExact(
                  errno, fd, MemorySegment.ofArray(to).asSlice(at, count), (long) count, flags));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  // Waiting.

  /** eventfd(2). */
  int eventfd(int initial, int flags) {
    try {
      return answer((int) EVENTFD.invokeExact(errno, initial, flags));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * ppoll(2), signal mask left alone.
   *
   * @param descriptors {@code count} structures outside the heap
   * @param timeout a timespec outside the heap, or {@link MemorySegment#NULL} to wait for ever
   */
  int ppoll(MemorySegment descriptors, long count, MemorySegment timeout) {
    try {
      return answer(
          (int) PPOLL.invokeExact(errno, descriptors, count, timeout, MemorySegment.NULL));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private int answer(long result) {
    return result >= 0 ? (int) result : -errno.get(JAVA_INT, 0);
  }
}
