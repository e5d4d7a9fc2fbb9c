// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import dev.tulle.apps.Arguments;
import dev.tulle.apps.Console;
import dev.tulle.apps.Files;
import dev.tulle.apps.Input;
import dev.tulle.apps.Platform;
import dev.tulle.link.Link;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.Part;

/** What a program gets from a machine without an operating system, which runs it alone. */
public final class MetalPlatform implements Platform {
  private final Nic nic;
  private final Console console = new MetalConsole();
  private final Entropy entropy = new MetalEntropy();
  private final Arguments arguments;
  private ArchiveFiles files;
  private boolean told;

  /**
   * @param words the first words of the command line, separated by blanks
   * @param skipped words of the loader's line in front of what follows them
   */
  public MetalPlatform(Nic nic, String words, int skipped) {
    this.nic = nic;
    arguments = new BootArguments(words, skipped);
    Metal.listen(nic.line);
    long drawn = entropy.next(); // for this alone: it shows that no two starts are alike
    MetalConsole.say("tulle: start ");
    Metal.sayBits(drawn);
    MetalConsole.say("\n");
  }

  /** Stops the machine. */
  public static void exit(int code) {
    Metal.exit(code);
  }

  @Override
  public Console console() {
    return console;
  }

  @Override
  public Files files() {
    if (files == null) {
      files = new ArchiveFiles(new ImageRom());
    }
    return files;
  }

  @Override
  public Arguments arguments() {
    return arguments;
  }

  /** Nobody types. */
  @Override
  public Input input() {
    return null;
  }

  @Override
  public Entropy entropy() {
    return entropy;
  }

  @Override
  public long nowNs() {
    return Metal.monotonicNs();
  }

  /** These machines are not asked for their date. */
  @Override
  public long unixTimeNs() {
    return -1;
  }

  @Override
  public Link openTap(byte[] name) {
    return null;
  }

  @Override
  public Link openInterface(byte[] name) {
    return nic;
  }

  @Override
  public long mac() {
    return nic.mac;
  }

  @Override
  public String failure() {
    return "this machine has one network card, and it is no TAP device";
  }

  @Override
  public void await(long deadlineNs) {
    if (!told) {
      told = true;
      tell();
    }
    if (nic.quiet()) {
      Metal.halt(deadlineNs == Part.NEVER ? -1 : Math.max(0, deadlineNs - nowNs()));
    }
  }

  @Override
  public boolean stopRequested() {
    return false;
  }

  /** Once everything has been made: what it takes. */
  private void tell() {
    int image = Metal.imageOctets();
    int heap = Metal.heapUsed();
    MetalConsole.say("tulle: octets of memory in use: ");
    Metal.sayNumber(image + heap);
    MetalConsole.say(", of these image and stack ");
    Metal.sayNumber(image);
    MetalConsole.say(", heap ");
    Metal.sayNumber(heap);
    MetalConsole.say("; files ");
    Metal.sayNumber(files == null ? 0 : files.octets());
    MetalConsole.say("\n");
  }
}
