// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.profile;

import dev.tulle.stack.Counters;
import dev.tulle.stack.Stack;
import dev.tulle.tcp.Tcp;

/** An assembled stack: its parts, each null where a profile has no such part. */
public final class Host {
  public Stack stack;
  public Counters counters;
  public Tcp tcp;
}
