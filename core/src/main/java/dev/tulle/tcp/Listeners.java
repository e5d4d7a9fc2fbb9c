// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/** The listeners of a stack, found by their port. */
final class Listeners {
  Listener first;

  /** Listens on all ports that no other listens on; null where nobody does. */
  Listener rest;

  /** Who accepts connections to a port; or null. */
  Listener find(int port) {
    Listener listener = exactly(port);
    return listener == null ? rest : listener;
  }

  /** Who listens on a port and no other; or null. */
  Listener exactly(int port) {
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
    if (listener == rest) {
      rest = null;
      return;
    }
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
