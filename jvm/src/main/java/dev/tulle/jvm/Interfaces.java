// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

/** What netdevice(7) tells about the interfaces of this network namespace. */
final class Interfaces {
  private static final int IFF_UP = 0x1;
  private static final int IFF_RUNNING = 0x40;
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;

  private Interfaces() {}

  /** The interface's MTU in octets. */
  static int mtu(Libc libc, String name) throws LinkException {
    return ask(libc, name, InterfaceRequest.SIOCGIFMTU).value();
  }

  /** Whether the interface is set up but does not run yet, as a TAP device just opened. */
  static boolean comingUp(Libc libc, String name) throws LinkException {
    int flags = ask(libc, name, InterfaceRequest.SIOCGIFFLAGS).flags();
    return (flags & (IFF_UP | IFF_RUNNING)) == IFF_UP;
  }

  /** The interface's number. */
  static int index(Libc libc, String name) throws LinkException {
    return ask(libc, name, InterfaceRequest.SIOCGIFINDEX).value();
  }

  /** The interface's link address, its first octet highest. */
  static long mac(Libc libc, String name) throws LinkException {
    return ask(libc, name, InterfaceRequest.SIOCGIFHWADDR).mac();
  }

  private static InterfaceRequest ask(Libc libc, String name, long what) throws LinkException {
    InterfaceRequest request = new InterfaceRequest(name);
    // Any socket will do; a kernel without IPv4 has the one of unix(7).
    int fd = libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    }
    int answer = fd < 0 ? fd : libc.ioctl(fd, what, request.bytes);
    if (fd >= 0) {
      libc.close(fd);
    }
    if (answer == -Errno.ENODEV) {
      throw new LinkException(
          "there is no interface of that name; 'ip link' lists those that there are");
    }
    if (answer < 0) {
      throw new LinkException("the system does not tell about it: errno " + -answer);
    }
    return request;
  }
}
