// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.selfcheck;

import dev.tulle.link.Link;
import dev.tulle.link.MemoryLink;
import dev.tulle.posix.PosixPlatform;
import dev.tulle.profile.Client;
import dev.tulle.profile.Minimal;
import org.teavm.interop.Export;
import org.teavm.interop.Import;
import org.teavm.interop.c.Include;

/** Assembles a stack of two profiles and prints what each took of the heap. */
@Include(value = "tulle.h", isSystem = false)
public final class RamMain {
  private static final int CONNECTIONS = 4;
  private static final int BUFFER_BYTES = 8192;
  private static final long MAC = 0x020000000001L;

  private RamMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    PosixPlatform platform = new PosixPlatform();
    Link link = MemoryLink.pair(1, 1514);
    byte[] line = new byte[20];
    int before = heapUsed();
    Minimal.host(link, MAC, platform.entropy(), CONNECTIONS, BUFFER_BYTES);
    int minimal = heapUsed();
    Client.host(link, MAC, platform.entropy(), CONNECTIONS, BUFFER_BYTES);
    int client = heapUsed();
    put(line, 8, minimal - before);
    put(line, 18, client - minimal);
    line[9] = ' ';
    line[19] = '\n';
    platform.console().out(line, 0, line.length);
    PosixPlatform.exit(0);
  }

  /** Puts the digits of a number that end at {@code at}, with zeros in front. */
  private static void put(byte[] line, int at, int number) {
    for (int i = 0, rest = number; i < 9; i++, rest /= 10) {
      line[at - i] = (byte) ('0' + rest % 10);
    }
  }

  @Import(name = "tulle_heapUsed")
  private static native int heapUsed();
}
