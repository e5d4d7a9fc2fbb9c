// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

/** Memory that is only read: where an archive lies. */
interface Rom {
  /** Copies octets out; all of them must be there. */
  void read(int from, byte[] to, int at, int count);
}
