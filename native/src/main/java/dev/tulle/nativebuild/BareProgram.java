// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;

/** A program for a machine without an operating system, to be weighed with the others. */
public interface BareProgram {
  String profile();

  String program();

  String board();

  /** Makes it, and answers its text, data and bss without the files that it serves. */
  long[] sizes() throws IOException, BuildFailure;
}
