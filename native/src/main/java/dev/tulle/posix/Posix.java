// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import org.teavm.interop.Address;
import org.teavm.interop.Import;
import org.teavm.interop.c.Include;

/**
 * The C functions of {@code tulle.h}. An {@link Address} is that of an array or a string; what
 * fails answers a negative number, of which {@link #error} tells the kind.
 */
@Include(value = "tulle.h", isSystem = false)
final class Posix {
  // What error answers, as at the end of posix.c.
  static final int OTHER = 0;
  static final int DENIED = 1;
  static final int MISSING = 2;
  static final int AGAIN = 3;
  static final int FULL = 4;
  static final int WRONG_KIND = 5;
  static final int TOO_MANY = 6;
  static final int NO_READER = 7;
  static final int BUSY = 8;
  static final int INVALID = 9;
  static final int DOWN = 10;
  static final int GONE = 11;
  static final int NO_ROOM = 12;
  static final int TOO_LARGE = 13;

  private Posix() {}

  @Import(name = "tulle_programOctets")
  static native int programOctets();

  @Import(name = "tulle_heapUsed")
  static native int heapUsed();

  @Import(name = "tulle_error")
  static native int error(int result);

  @Import(name = "tulle_argumentCount")
  static native int argumentCount();

  @Import(name = "tulle_argumentLength")
  static native int argumentLength(int index);

  @Import(name = "tulle_argument")
  static native void argument(int index, Address to);

  @Import(name = "tulle_monotonicNs")
  static native long monotonicNs();

  @Import(name = "tulle_unixTimeNs")
  static native long unixTimeNs();

  @Import(name = "tulle_entropy")
  static native long entropy();

  @Import(name = "tulle_openTap")
  static native int openTap(Address name);

  @Import(name = "tulle_openMergingTap")
  static native int openMergingTap(Address name);

  /** Answers the device in the low half and the switch of its thread, or -1, in the high one. */
  @Import(name = "tulle_openThreadedTap")
  static native long openThreadedTap(Address name);

  @Import(name = "tulle_switchThread")
  static native void switchThread(int threadSwitch, int on);

  @Import(name = "tulle_openInterface")
  static native int openInterface(Address name);

  @Import(name = "tulle_openSender")
  static native int openSender(Address name);

  @Import(name = "tulle_hear")
  static native void hear(int link, Address name, Address octets, int at);

  @Import(name = "tulle_frameBytes")
  static native int frameBytes(Address name);

  @Import(name = "tulle_receive")
  static native int receive(int link, Address to, int at, int count);

  @Import(name = "tulle_send")
  static native int send(int link, Address from, int at, int count);

  @Import(name = "tulle_catchSignals")
  static native void catchSignals();

  @Import(name = "tulle_stopRequested")
  static native int stopRequested();

  /**
   * Sleeps until a file that is not negative is readable; for ever where {@code ns} is negative.
   */
  @Import(name = "tulle_wait")
  static native void await(int link, int secondLink, int input, long ns);

  /** Adds a file to a set of files, or makes one of it where {@code set} is negative. */
  @Import(name = "tulle_gather")
  static native int gather(int set, int file, int events);

  /** Listens at a path. */
  @Import(name = "tulle_openControl")
  static native int openControl(Address path);

  /** Answers who asks there. */
  @Import(name = "tulle_accept")
  static native int accept(int control);

  @Import(name = "tulle_tell")
  static native int tell(int client, Address from, int at, int count);

  @Import(name = "tulle_removeControl")
  static native void removeControl();

  /** Asks a program that listens at a path; waits for its whole answer. */
  @Import(name = "tulle_ask")
  static native int ask(Address path, Address to);

  @Import(name = "tulle_inputReady")
  static native int inputReady();

  @Import(name = "tulle_readInput")
  static native int readInput(Address to, int at, int count);

  @Import(name = "tulle_writeAll")
  static native int writeAll(int file, Address from, int at, int count);

  @Import(name = "tulle_writeText")
  static native int writeText(int file, Address string);

  @Import(name = "tulle_terminal")
  static native int terminal(int file);

  @Import(name = "tulle_exit")
  static native void exit(int code);

  @Import(name = "tulle_look")
  static native int look(Address path, int length, Address status);

  @Import(name = "tulle_open")
  static native int open(Address path, int length, Address status);

  @Import(name = "tulle_readAt")
  static native int readAt(int file, long offset, Address to, int at, int count);

  @Import(name = "tulle_openDirectory")
  static native int openDirectory(Address path, int length);

  @Import(name = "tulle_nextName")
  static native int nextName(int directory, Address to, int at, int count);

  @Import(name = "tulle_create")
  static native int create(Address path, int length);

  @Import(name = "tulle_createInPlace")
  static native int createInPlace(Address path, int length);

  @Import(name = "tulle_commit")
  static native int commit(int file);

  @Import(name = "tulle_discard")
  static native void discard(int file);

  @Import(name = "tulle_close")
  static native void close(int file);
}
