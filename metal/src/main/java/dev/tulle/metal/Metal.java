// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import org.teavm.interop.Address;
import org.teavm.interop.Import;
import org.teavm.interop.c.Include;

/** The C functions of {@code metal.h}. An {@link Address} is that of an array or a string. */
@Include(value = "metal.h", isSystem = false)
final class Metal {
  private Metal() {}

  @Import(name = "tulle_argumentsLength")
  static native int argumentsLength();

  @Import(name = "tulle_arguments")
  static native void arguments(Address to);

  @Import(name = "tulle_sayOctets")
  static native void sayOctets(Address from, int at, int count);

  /** Octets as they are, while the others begin each line at its beginning. */
  @Import(name = "tulle_putOctets")
  static native void putOctets(Address from, int at, int count);

  @Import(name = "tulle_sayString")
  static native void sayString(Address string);

  @Import(name = "tulle_sayNumber")
  static native void sayNumber(int value);

  /** Says 64 bits as 16 digits. */
  @Import(name = "tulle_sayBits")
  static native void sayBits(long value);

  @Import(name = "tulle_readFiles")
  static native void readFiles(int from, Address to, int at, int count);

  /** Reads octets from a port for words of 32 bits; the rest of the last word is lost. */
  @Import(name = "tulle_fromPort")
  static native void fromPort(int address, Address to, int at, int count);

  /** Writes octets to a port for words of 32 bits, the last word filled up with zeros. */
  @Import(name = "tulle_toPort")
  static native void toPort(int address, Address from, int at, int count);

  /** Octets of the program in memory that can be written, its stack included. */
  @Import(name = "tulle_imageOctets")
  static native int imageOctets();

  @Import(name = "tulle_heapUsed")
  static native int heapUsed();

  /** Where an array's octets are, for a device; nothing ever moves. */
  @Import(name = "tulle_addressOf")
  static native int addressOf(Address array);

  @Import(name = "tulle_read32")
  static native int read32(int address);

  @Import(name = "tulle_write32")
  static native void write32(int address, int value);

  @Import(name = "tulle_monotonicNs")
  static native long monotonicNs();

  /** How long reading a device takes, in ticks of a clock; always the same instructions. */
  @Import(name = "tulle_jitter")
  static native int jitter();

  /** 32 bits of the processor's own randomness; negative where it has none. */
  @Import(name = "tulle_processorRandom")
  static native long processorRandom();

  /** Lets interrupts of a line end {@link #halt}. */
  @Import(name = "tulle_listen")
  static native void listen(int line);

  /** Halts until an interrupt, or for about {@code ns} but not for long; negative is for ever. */
  @Import(name = "tulle_halt")
  static native void halt(long ns);

  @Import(name = "tulle_exit")
  static native void exit(int code);

  @Import(name = "tulle_in8")
  static native int in8(int port);

  @Import(name = "tulle_out8")
  static native void out8(int port, int value);

  @Import(name = "tulle_in16")
  static native int in16(int port);

  @Import(name = "tulle_out16")
  static native void out16(int port, int value);

  @Import(name = "tulle_in32")
  static native int in32(int port);

  @Import(name = "tulle_out32")
  static native void out32(int port, int value);

  /** Reads words of 16 bits: {@code count} octets, an even number. */
  @Import(name = "tulle_inWords")
  static native void inWords(int port, Address to, int at, int count);

  /** Writes words of 16 bits: {@code count} octets, an even number. */
  @Import(name = "tulle_outWords")
  static native void outWords(int port, Address from, int at, int count);
}
