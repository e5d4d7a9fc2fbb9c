// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Lets the kernel take in bulk from a TAP device on a thread of its own: a write to the device then
 * only leaves the frame there, and the thread takes many at a time.
 *
 * <p>Without it each write runs the whole way up to the socket that receives; with it, single
 * frames wait for the thread to wake up. So it is switched by rate. The switch is in the sysfs of
 * the device's network namespace, which /sys need not show; so it is mounted for this process, in
 * no tree. Needs CAP_SYS_ADMIN, Linux 5.12, glibc 2.36 and a second processor: where one of these
 * is missing there is none, and all works as before.
 *
 * <p>Source: Linux, Documentation/networking/napi.rst, "Threaded NAPI"; fsopen(2), fsmount(2).
 */
final class ReceiveThread {
  private static final int CLOEXEC = 1; // FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC
  private static final int CREATE = 6; // FSCONFIG_CMD_CREATE

  private static final MemorySegment ON = MemorySegment.ofArray(new byte[] {'1'});
  private static final MemorySegment OFF = MemorySegment.ofArray(new byte[] {'0'});

  private final Path interfaces;
  private final Libc libc;
  private int mount;
  private int file = -1;

  private ReceiveThread(Libc libc, int mount) {
    this.libc = libc;
    this.mount = mount;
    interfaces = Path.of("/proc/self/fd", Integer.toString(mount), "class/net");
  }

  /** The switch for devices of this thread's network namespace; null where there is none. */
  static ReceiveThread find() {
    if (Runtime.getRuntime().availableProcessors() < 2) {
      return null;
    }
    Libc libc = new Libc();
    int mount = mount(libc);
    if (mount < 0) {
      return null;
    }
    ReceiveThread found = new ReceiveThread(libc, mount);
    if (Files.isWritable(found.interfaces.resolve("lo/threaded"))) {
      return found;
    }
    found.close();
    return null;
  }

  /** Finds the switch of a device that has been opened for it; once. */
  void attach(String name) {
    byte[] path = (interfaces + "/" + name + "/threaded").getBytes(StandardCharsets.UTF_8);
    file = libc.open(path, OpenFlags.WRITE_ONLY | OpenFlags.CLOEXEC, 0);
    closeMount();
  }

  /** Switches it; where the system refuses, all is slower and works all the same. */
  void run(boolean on) {
    libc.send(file, on ? ON : OFF, 1);
  }

  /** Closes what is open; more than once is once. */
  void close() {
    closeMount();
    if (file >= 0) {
      libc.close(file);
      file = -1;
    }
  }

  private void closeMount() {
    if (mount >= 0) {
      libc.close(mount);
      mount = -1;
    }
  }

  private static int mount(Libc libc) {
    MethodHandle open = find("fsopen", ADDRESS, JAVA_INT);
    MethodHandle configure = find("fsconfig", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    MethodHandle mount = find("fsmount", JAVA_INT, JAVA_INT, JAVA_INT);
    if (open == null || configure == null || mount == null) {
      return -1;
    }
    try (Arena arena = Arena.ofConfined()) {
      int context = (int) open.invokeExact(arena.allocateFrom("sysfs"), CLOEXEC);
      if (context < 0) {
        return -1;
      }
      MemorySegment none = MemorySegment.NULL;
      int made = (int) configure.invokeExact(context, CREATE, none, none, 0);
      int mounted = made < 0 ? -1 : (int) mount.invokeExact(context, CLOEXEC, 0);
      libc.close(context);
      return mounted;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static MethodHandle find(String name, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find(name)
        .map(at -> linker.downcallHandle(at, FunctionDescriptor.of(JAVA_INT, arguments)))
        .orElse(null);
  }
}
