// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.link.Link;
import dev.tulle.stack.Entropy;

/**
 * What a program gets from the machine it runs on: the JVM, a native Linux, a test.
 *
 * <p>Everything is made when it is first asked for, so that a binary contains only what its program
 * asks for.
 */
public interface Platform {
  Console console();

  Files files();

  Arguments arguments();

  Input input();

  Entropy entropy();

  /** Monotonic nanoseconds, from 0 up: the clock of the stack. */
  long nowNs();

  /**
   * Nanoseconds since 1970-01-01T00:00:00Z: for what people and other machines read; negative where
   * the machine does not know.
   */
  long unixTimeNs();

  /**
   * Opens a TAP device by its name, creating it where the system permits.
   *
   * @param name at most 15 octets, no slash: anything else fails as well
   * @return null where that failed: {@link #failure} tells why
   */
  Link openTap(byte[] name);

  /**
   * As {@link #openTap}, and where the system permits its kernel takes in what we send on a thread
   * of its own: faster where much is sent and another processor is free.
   */
  default Link openThreadedTap(byte[] name) {
    return openTap(name);
  }

  /**
   * As {@link #openTap}, and where the system can TCP segments that follow each other come and go
   * in one frame of up to 64 KB: several times as fast where much is sent.
   *
   * @param own whether all that is sent is made by this program, and nothing is forwarded
   */
  default Link openMergingTap(byte[] name, boolean own) {
    return openTap(name);
  }

  /** Opens an existing interface through a packet socket; null as with {@link #openTap}. */
  Link openInterface(byte[] name);

  /** As {@link #openInterface}, and sends as {@link #openMergingTap} does. */
  default Link openMergingInterface(byte[] name, boolean own) {
    return openInterface(name);
  }

  /**
   * The link address that the machine's only card has and hears, in the low 48 bits; 0 where a
   * program may choose one.
   */
  default long mac() {
    return 0;
  }

  /**
   * Listens at a path of the file system for others who ask how the program is; null as with {@link
   * #openTap}, and always where there is no such thing.
   */
  default Control openControl(byte[] path) {
    return null;
  }

  /**
   * Asks a program that listens at a path, and waits for its whole answer.
   *
   * @return octets of it; negative where that failed: {@link #failure} tells why
   */
  default int ask(byte[] path, byte[] to) {
    return Files.FAILED;
  }

  /** Octets of memory that the program's code and data take; negative where nobody knows. */
  default int programOctets() {
    return -1;
  }

  /** Octets of memory that objects have taken so far; negative where nobody knows. */
  default int heapOctets() {
    return -1;
  }

  /** Why the last open failed and what to do about it: one sentence, without a line end. */
  String failure();

  /**
   * Sleeps until a link that was opened here is readable, {@link Input} is readable and wanted, a
   * stop is requested, or the deadline comes; returns at once where one of these holds already.
   *
   * @param deadlineNs in the clock of {@link #nowNs}; {@code Part.NEVER} for none
   */
  void await(long deadlineNs);

  /**
   * Whether the user or the system asked the program to end (SIGINT, SIGTERM) since this was last
   * called: a request is answered once.
   */
  boolean stopRequested();
}
