// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package org.teavm.runtime;

import org.teavm.interop.StaticInit;

/** No queue of events, in place of TeaVM's class of this name: the program has its own loop. */
@StaticInit
public final class EventQueue {
  private EventQueue() {}

  public static void process() {}
}
