// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/** The listeners of a stack, found by their port. */
final class Listeners {
  private Listener first;

  Listener find(int port) {
    Listener listener = first;
    while (listener != null && listener.port() != port) {
      listener = listener.next;
    }
    return listener;
  }

  void add(Listener listener) {
    listener.next = first;
    first = listener;
  }

  void remove(Listener listener) {
    if (first == listener) {
      first = listener.next;
      return;
    }
    Listener before = first;
    while (before != null && before.next != listener) {
      before = before.next;
    }
    if (before != null) {
      before.next = listener.next;
    }
  }
}
