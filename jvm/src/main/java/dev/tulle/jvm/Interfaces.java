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

  /** What the kernel gives a new device. */
  private static final int DEFAULT_QUEUE = 1000;

  private static final int LONG_QUEUE = 4000;

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

  /**
   * Lets the kernel keep more of what it sends us than the frames that it gives a new device: eight
   * senders at full speed overflow those between two of our polls. A length that somebody chose
   * stays, and where the system does not permit it, the default does.
   */
  static void lengthenQueue(Libc libc, String name) throws LinkException {
    InterfaceRequest request = ask(libc, name, InterfaceRequest.SIOCGIFTXQLEN);
    if (request.value() == DEFAULT_QUEUE) {
      tell(libc, request.value(LONG_QUEUE), InterfaceRequest.SIOCSIFTXQLEN);
    }
  }

  private static InterfaceRequest ask(Libc libc, String name, long what) throws LinkException {
    InterfaceRequest request = new InterfaceRequest(name);
    int answer = tell(libc, request, what);
    if (answer == -Errno.ENODEV) {
      throw new LinkException(
          "there is no interface of that name; 'ip link' lists those that there are");
    }
    if (answer < 0) {
      throw new LinkException("the system does not tell about it: errno " + -answer);
    }
    return request;
  }

  private static int tell(Libc libc, InterfaceRequest request, long what) {
    // Any socket will do; a kernel without IPv4 has the one of unix(7).
    int fd = libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    }
    int answer = fd < 0 ? fd : libc.ioctl(fd, what, request.bytes);
    if (fd >= 0) {
      libc.close(fd);
    }
    return answer;
  }
}
