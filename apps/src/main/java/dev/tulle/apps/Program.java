// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.profile.Host;

/**
 * One program: its command line, and what it does whenever the stack has moved.
 *
 * <p>{@link Runner} calls {@link #take} for every word that is not a common option, then {@link
 * #complete}, {@link #start}, and {@link #poll} until {@link #exitCode} is not negative. Nothing
 * here waits.
 */
public interface Program {
  /** What {@link #exitCode} answers while the program still has something to do. */
  int RUNNING = -1;

  /** The name under which it complains. */
  String name();

  /** What {@code --help} prints before the common options; it ends with a line end. */
  String usage();

  /**
   * Takes the word at {@code index} and those after it that belong to it.
   *
   * @return how many words were taken; 0 where the word means nothing to the program; negative
   *     where it does but is wrong, and the program has said why
   */
  int take(Arguments arguments, int index);

  /** Whether the command line is whole; the program has said what is missing where it is not. */
  boolean complete();

  /** TCP connections that its stack shall have, some for those in TIME-WAIT included. */
  int connections();

  /** Buffer of each connection in each direction, in octets. */
  int bufferBytes();

  /** The host that it talks to, whose name is looked up before it begins; null for none. */
  default Target target() {
    return null;
  }

  /** Whether it always takes its address from DHCP. */
  default boolean leases() {
    return false;
  }

  /** Whether it begins without any address but the link's own of IPv6. */
  default boolean bare() {
    return false;
  }

  /**
   * Begins on an assembled stack.
   *
   * @return 0; negative where it cannot, and it has said why
   */
  int start(Host host, long nowNs);

  /**
   * Does what can be done now.
   *
   * @return when to be called again even if nothing arrives: as {@code Part.poll} does
   */
  long poll(long nowNs);

  /** Asks it to come to an end: called once, when the user interrupts. */
  void stop(long nowNs);

  /**
   * Leaves nothing half done behind: called where the program has to end without its stack, because
   * the link is gone or the user insists.
   */
  default void abandon() {}

  /** The process's exit code, or {@link #RUNNING}. */
  int exitCode();
}
