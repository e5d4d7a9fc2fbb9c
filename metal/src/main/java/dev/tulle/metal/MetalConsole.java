// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import dev.tulle.apps.Console;
import dev.tulle.stack.Status;
import org.teavm.interop.Address;

/** The serial port, for output and complaints alike; output goes out as it is. */
final class MetalConsole implements Console {
  static void say(String literal) {
    Metal.sayString(Address.ofObject(literal));
  }

  @Override
  public int out(byte[] from, int at, int count) {
    Metal.putOctets(Address.ofObject(from), at, count);
    return Status.OK;
  }

  @Override
  public int out(String literal) {
    say(literal);
    return Status.OK;
  }

  @Override
  public void error(byte[] from, int at, int count) {
    Metal.sayOctets(Address.ofObject(from), at, count);
  }

  @Override
  public void error(String literal) {
    say(literal);
  }

  @Override
  public boolean terminal() {
    return false;
  }
}
