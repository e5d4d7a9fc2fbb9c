// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

/** The flags of open(2), two of which ARM numbers differently. */
final class OpenFlags {
  static final int READ_ONLY = 0;
  static final int WRITE_ONLY = 1;
  static final int READ_WRITE = 2;
  static final int CREATE = 0x40;
  static final int EXCLUSIVE = 0x80;
  static final int NO_TERMINAL = 0x100;
  static final int TRUNCATE = 0x200;
  static final int NONBLOCK = 0x800;
  static final int CLOEXEC = 0x80000;

  private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));

  static final int DIRECTORY = ARM ? 0x4000 : 0x10000;
  static final int NO_FOLLOW = ARM ? 0x8000 : 0x20000;

  private OpenFlags() {}
}
