// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Every process that was started here and may still run, so that none outlives this one: a shutdown
 * hook ends them, whether by SIGINT, SIGTERM or a failure.
 */
final class Children {
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Children::endAll, "end-children"));
  }

  private Children() {}

  static void add(Process process) {
    RUNNING.add(process);
    process.onExit().thenAccept(RUNNING::remove);
  }

  private static void endAll() {
    for (Process process : RUNNING) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
