// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.apps.Arguments;
import dev.tulle.apps.Console;
import dev.tulle.apps.Control;
import dev.tulle.apps.Files;
import dev.tulle.apps.Input;
import dev.tulle.apps.Platform;
import dev.tulle.link.Link;
import dev.tulle.link.MergingLink;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.Part;
import dev.tulle.wire.Ethernet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import sun.misc.Signal;

/**
 * What a program of the apps gets on a JVM: links and files by system calls, the wait in poll(2).
 *
 * <p>One thread uses it; signals reach it by a flag and a wake-up.
 */
public final class JvmPlatform implements Platform, AutoCloseable {
  /** Links, standard input. */
  private static final int DESCRIPTORS = 8;

  /** What a shell reports for a program that a second Ctrl-C ended at once. */
  private static final int EXIT_INTERRUPTED = 130;

  private final long startNs = System.nanoTime();
  private final Libc libc = new Libc();
  private final Waiter waiter = new Waiter(libc, DESCRIPTORS);
  private final Arguments arguments;
  private final boolean tun;
  private JvmConsole console;
  private JvmFiles files;
  private JvmInput input;
  private String failure = "";
  private volatile boolean stopRequested;
  private boolean stopTold;

  /**
   * A platform for one program.
   *
   * @param arguments the program's words
   */
  public JvmPlatform(Arguments arguments) {
    this(arguments, false);
  }

  /**
   * @param tun whether a device that is asked for is a TUN device, whose frames are IP packets
   */
  JvmPlatform(Arguments arguments, boolean tun) {
    this.arguments = arguments;
    this.tun = tun;
  }

  /** Lets SIGINT and SIGTERM ask the program to end, and a second one end it at once. */
  void handleSignals() {
    for (String name : new String[] {"INT", "TERM"}) {
      try {
        Signal.handle(new Signal(name), signal -> requestStop());
      } catch (IllegalArgumentException e) {
        // Run with -Xrs: then the signal just ends the process.
        return;
      }
    }
  }

  private void requestStop() {
    if (stopRequested) {
      Runtime.getRuntime().halt(EXIT_INTERRUPTED);
    }
    stopRequested = true;
    waiter.wake();
  }

  @Override
  public Console console() {
    if (console == null) {
      console = new JvmConsole(libc);
    }
    return console;
  }

  @Override
  public Files files() {
    if (files == null) {
      files = new JvmFiles(libc);
    }
    return files;
  }

  @Override
  public Arguments arguments() {
    return arguments;
  }

  @Override
  public Input input() {
    if (input == null) {
      input = new JvmInput(libc, waiter);
    }
    return input;
  }

  @Override
  public Entropy entropy() {
    return new KernelEntropy(libc);
  }

  @Override
  public long nowNs() {
    return System.nanoTime() - startNs;
  }

  @Override
  public long unixTimeNs() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000 + now.getNano();
  }

  @Override
  public Link openTap(byte[] name) {
    try {
      String text = new String(name, StandardCharsets.UTF_8);
      FrameFile link = tun ? new TunLink(text) : new TapLink(text);
      waiter.add(link.fd(), Waiter.IN);
      return link;
    } catch (LinkException e) {
      failure = e.getMessage();
      return null;
    }
  }

  @Override
  public PacketSocketLink openInterface(byte[] name) {
    try {
      PacketSocketLink link = new PacketSocketLink(new String(name, StandardCharsets.UTF_8));
      waiter.add(link.fd(), Waiter.IN);
      return link;
    } catch (LinkException e) {
      failure = e.getMessage();
      return null;
    }
  }

  @Override
  public Link openMergingTap(byte[] name, boolean own) {
    try {
      String text = new String(name, StandardCharsets.UTF_8);
      MergingFile link = tun ? new MergingTunLink(text, own) : new MergingTapLink(text, own);
      waiter.add(link.fd(), Waiter.IN);
      return link;
    } catch (LinkException e) {
      failure = e.getMessage();
      return null;
    }
  }

  @Override
  public Link openMergingInterface(byte[] name, boolean own) {
    PacketSocketLink link = openInterface(name);
    return link == null ? null : new MergingLink(link, link, Ethernet.HEADER, own);
  }

  @Override
  public Control openControl(byte[] path) {
    try {
      return new UnixControl(UnixControl.path(path), waiter);
    } catch (IOException e) {
      failure = e.getMessage();
      return null;
    }
  }

  @Override
  public int ask(byte[] path, byte[] to) {
    try {
      byte[] answer = UnixControl.ask(path);
      if (answer.length <= to.length) {
        System.arraycopy(answer, 0, to, 0, answer.length);
        return answer.length;
      }
      failure = "the answer is too long";
    } catch (IOException e) {
      failure = e.getMessage();
    }
    return Files.FAILED;
  }

  @Override
  public String failure() {
    return failure;
  }

  @Override
  public void await(long deadlineNs) {
    // A stop that came before is still in the waiter, so it ends this wait; it ends only one.
    waiter.waitFor(deadlineNs == Part.NEVER ? Long.MAX_VALUE : deadlineNs - nowNs());
  }

  @Override
  public boolean stopRequested() {
    boolean untold = stopRequested && !stopTold;
    stopTold |= untold;
    return untold;
  }

  /** Removes a file that was left half written. */
  @Override
  public void close() {
    if (files != null) {
      files.abandon();
    }
    waiter.close();
  }
}
