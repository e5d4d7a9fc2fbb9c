// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.Arguments;
import dev.tulle.apps.Console;
import dev.tulle.apps.Files;
import dev.tulle.apps.Input;
import dev.tulle.apps.Platform;
import dev.tulle.link.Link;
import dev.tulle.link.MergingLink;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.Part;
import dev.tulle.wire.Ethernet;
import org.teavm.interop.Address;

/** What a native program gets from Linux. Each part is made when it is first asked for. */
public class PosixPlatform implements Platform {
  private static final int NO_FILE = -1;

  private Console console;
  private Files files;
  private Arguments arguments;
  private PosixInput input;
  private Entropy entropy;
  private int firstLink = NO_FILE;
  private int secondLink = NO_FILE;
  private String failure;

  public PosixPlatform() {
    Posix.catchSignals();
  }

  /** Ends the process. */
  public static void exit(int code) {
    Posix.exit(code);
  }

  @Override
  public Console console() {
    if (console == null) {
      console = new PosixConsole();
    }
    return console;
  }

  @Override
  public Files files() {
    if (files == null) {
      files = new PosixFiles();
    }
    return files;
  }

  @Override
  public Arguments arguments() {
    if (arguments == null) {
      arguments = new PosixArguments();
    }
    return arguments;
  }

  @Override
  public Input input() {
    if (input == null) {
      input = new PosixInput();
    }
    return input;
  }

  @Override
  public Entropy entropy() {
    if (entropy == null) {
      entropy = new PosixEntropy();
    }
    return entropy;
  }

  @Override
  public long nowNs() {
    return Posix.monotonicNs();
  }

  @Override
  public long unixTimeNs() {
    return Posix.unixTimeNs();
  }

  @Override
  public Link openTap(byte[] name) {
    return tap(name, Posix.openTap(Address.ofObject(name)));
  }

  @Override
  public Link openThreadedTap(byte[] name) {
    long opened = Posix.openThreadedTap(Address.ofObject(name));
    PosixTap tap = tap(name, (int) opened);
    int threadSwitch = (int) (opened >> 32);
    return tap == null || threadSwitch < 0 ? tap : new PosixThreadedTap(tap, threadSwitch);
  }

  @Override
  public Link openMergingTap(byte[] name, boolean own) {
    int file = Posix.openMergingTap(Address.ofObject(name));
    if (!opened(file)) {
      return null;
    }
    PosixMergingTap tap = new PosixMergingTap(name, file);
    return new MergingLink(tap, tap, Ethernet.HEADER, own);
  }

  private PosixTap tap(byte[] name, int file) {
    return opened(file) ? new PosixTap(name, file) : null;
  }

  private boolean opened(int file) {
    if (file < 0) {
      failure = whyNoTap(Posix.error(file));
    } else {
      watch(file);
    }
    return file >= 0;
  }

  @Override
  public PosixInterface openInterface(byte[] name) {
    int receiver = Posix.openInterface(Address.ofObject(name));
    int sender = receiver < 0 ? receiver : Posix.openSender(Address.ofObject(name));
    if (sender < 0) {
      failure = whyNoInterface(Posix.error(sender));
      return null;
    }
    watch(receiver);
    return new PosixInterface(name, receiver, sender);
  }

  @Override
  public Link openMergingInterface(byte[] name, boolean own) {
    PosixInterface link = openInterface(name);
    return link == null ? null : new MergingLink(link, link, Ethernet.HEADER, own);
  }

  void watch(int file) {
    if (firstLink == NO_FILE) {
      firstLink = file;
    } else {
      secondLink = file;
    }
  }

  @Override
  public int ask(byte[] path, byte[] to) {
    int octets = Posix.ask(Address.ofObject(path), Address.ofObject(to));
    if (octets < 0) {
      failure = whyNoControl(Posix.error(octets));
    }
    return octets;
  }

  /** Says what {@link #failure} answers. */
  void fail(String sentence) {
    failure = sentence;
  }

  @Override
  public int programOctets() {
    return Posix.programOctets();
  }

  @Override
  public int heapOctets() {
    return Posix.heapUsed();
  }

  @Override
  public String failure() {
    return failure;
  }

  @Override
  public void await(long deadlineNs) {
    long ns = -1;
    if (deadlineNs != Part.NEVER) {
      ns = Math.max(0, deadlineNs - nowNs());
    }
    Posix.await(firstLink, secondLink, input == null ? NO_FILE : input.file(), ns);
  }

  @Override
  public boolean stopRequested() {
    return Posix.stopRequested() != 0;
  }

  private static String whyNoTap(int error) {
    switch (error) {
      case Posix.DENIED:
        return "TAP devices need root or CAP_NET_ADMIN: run it as root, or have root make the"
            + " device for you (ip tuntap add NAME mode tap user YOU)";
      case Posix.MISSING:
        return "there is no /dev/net/tun, or the name is not 1 to 15 characters long: try modprobe"
            + " tun";
      case Posix.BUSY:
        return "another program is using this TAP device";
      case Posix.INVALID:
        return "an interface of that name exists and is not a TAP device";
      default:
        return "the system cannot make a TAP device";
    }
  }

  static String whyNoControl(int error) {
    switch (error) {
      case Posix.DENIED:
        return "permission denied";
      case Posix.MISSING:
        return "there is no such path, or it is longer than 107 octets";
      case Posix.BUSY:
        return "another program listens there";
      case Posix.NO_READER:
        return "nobody listens there";
      case Posix.TOO_LARGE:
        return "the answer is too long";
      default:
        return "the system cannot make or use a socket there";
    }
  }

  private static String whyNoInterface(int error) {
    switch (error) {
      case Posix.DENIED:
        return "packet sockets need root or CAP_NET_RAW: run it as root";
      case Posix.MISSING:
        return "there is no such interface (ip link lists them)";
      case Posix.DOWN:
        return "the interface is down (ip link set NAME up)";
      default:
        return "the system cannot open a packet socket on it";
    }
  }
}
