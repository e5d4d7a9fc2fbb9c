// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/** The words of the command line, without the program's name, as the octets that were typed. */
public interface Arguments {
  int count();

  /** The word at {@code index}, from 0: the caller does not write to it. */
  byte[] get(int index);
}
