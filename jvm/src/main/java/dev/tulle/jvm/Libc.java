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
 * descriptors. {@link #ppoll} sleeps and takes memory outside the heap.
 *
 * <p>{@link #receive}, {@link #receiveFrom}, {@link #send} and {@link #ppoll}, the calls of a
 * packet's way, allocate nothing, compiled or not. So they take segments that were made before, and
 * do without {@code captureCallState}, which makes a slice for each call; the compiler removes such
 * objects in small programs and leaves them in large ones.
 *
 * <p>One instance for each thread, because errno lands in the instance's own memory.
 */
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup SYMBOLS = LINKER.defaultLookup();
  private static final Linker.Option CRITICAL = Linker.Option.critical(true);
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

  /** read(2) or write(2) by its number: {@code number, fd, buffer, count}. */
  private static final MethodHandle SYSCALL =
      plain("syscall", CRITICAL, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG);

  private static final MethodHandle RECEIVE_FROM =
      plain("recv", CRITICAL, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle PPOLL =
      plain("ppoll", null, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

  /**
   * The numbers of read and write. Called by name they are points at which a thread may be
   * cancelled, which costs two atomic operations for each packet.
   */
  private static final long READ_NUMBER;

  private static final long WRITE_NUMBER;

  static {
    String processor = System.getProperty("os.arch");
    switch (processor) {
      case "amd64" -> {
        READ_NUMBER = 0;
        WRITE_NUMBER = 1;
      }
      case "aarch64", "riscv64" -> {
        READ_NUMBER = 63;
        WRITE_NUMBER = 64;
      }
      default ->
          throw new UnsupportedOperationException("no system call is known for " + processor);
    }
  }

  /** In glibc and musl: where this thread's errno is. */
  private static final MethodHandle ERRNO_LOCATION = plain("__errno_location", CRITICAL, JAVA_LONG);

  /** All memory, to look at errno. */
  private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

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

  private final MemorySegment errno = Arena.ofAuto().allocate(JAVA_INT);

  private static MethodHandle call(
      String name, Linker.Option option, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        symbol(name), FunctionDescriptor.of(result, arguments), option, ERRNO);
  }

  /** A call after which errno must be looked for. */
  private static MethodHandle plain(
      String name, Linker.Option option, MemoryLayout result, MemoryLayout... arguments) {
    FunctionDescriptor type = FunctionDescriptor.of(result, arguments);
    return option == null
        ? LINKER.downcallHandle(symbol(name), type)
        : LINKER.downcallHandle(symbol(name), type, option);
  }

  private static MemorySegment symbol(String name) {
    return SYMBOLS
        .find(name)
        .orElseThrow(() -> new UnsupportedOperationException("its C library lacks " + name));
  }

  // A packet's way.

  /**
   * read(2) from a non-blocking descriptor into the first {@code count} octets of a segment.
   *
   * @return octets read; 0 where there is nothing; a negated errno
   */
  int receive(int fd, MemorySegment to, int count) {
    check(to, count);
    try {
      long octets = (long) SYSCALL.invokeExact(READ_NUMBER, (long) fd, to, (long) count);
      if (octets >= 0) {
        return (int) octets;
      }
      // What lies between the call and this may have overwritten errno, so EAGAIN alone is
      // believed:
      // the next call will tell what it hid. Anything else is asked again, in the certain way.
      if (errno() == Errno.EAGAIN) {
        return 0;
      }
      return nothingIsZero(answer((long) READ.invokeExact(errno, fd, to, (long) count)));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * recv(2), as {@link #receive}.
   *
   * @return with MSG_TRUNC among the flags the datagram's whole length, even beyond {@code count}
   */
  int receiveFrom(int fd, MemorySegment to, int count, int flags) {
    check(to, count);
    try {
      long octets = (long) RECEIVE_FROM.invokeExact(fd, to, (long) count, flags);
      if (octets >= 0) {
        return (int) octets;
      }
      int seen = errno();
      if (seen == Errno.EAGAIN) {
        return 0;
      }
      if (seen == Errno.ENETDOWN) {
        return -seen; // a socket tells an error only once, and nothing in a JVM sets this one
      }
      return nothingIsZero(answer((long) RECV.invokeExact(errno, fd, to, (long) count, flags)));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** write(2) to a non-blocking descriptor from the first {@code count} octets of a segment. */
  int send(int fd, MemorySegment from, int count) {
    check(from, count);
    try {
      long octets = (long) SYSCALL.invokeExact(WRITE_NUMBER, (long) fd, from, (long) count);
      if (octets >= 0) {
        return (int) octets;
      }
      // Asked again for the certain errno; if it goes through this time, all the better.
      return answer((long) WRITE.invokeExact(errno, fd, from, (long) count));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * ppoll(2), signal mask left alone.
   *
   * @param descriptors address of {@code count} structures outside the heap
   * @param timeout address of a timespec outside the heap, or 0 to wait for ever
   * @return how many descriptors are ready; 0 or less where none is
   */
  int ppoll(long descriptors, long count, long timeout) {
    try {
      return (int) PPOLL.invokeExact(descriptors, count, timeout, 0L);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static void check(MemorySegment segment, int count) {
    if (count < 0 || count > segment.byteSize()) {
      throw new IndexOutOfBoundsException(count);
    }
  }

  private static int errno() throws Throwable {
    return MEMORY.get(JAVA_INT, (long) ERRNO_LOCATION.invokeExact());
  }

  private static int nothingIsZero(int answer) {
    return answer == -Errno.EAGAIN ? 0 : answer;
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

  /** ioctl(2) with a number. */
  int ioctl(int fd, long request, int value) {
    try {
      return answer((int) IOCTL.invokeExact(errno, fd, request, MemorySegment.ofAddress(value)));
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

  // Waiting.

  /** eventfd(2). */
  int eventfd(int initial, int flags) {
    try {
      return answer((int) EVENTFD.invokeExact(errno, initial, flags));
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private int answer(long result) {
    return result >= 0 ? (int) result : -errno.get(JAVA_INT, 0);
  }
}
