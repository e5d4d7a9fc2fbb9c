// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.sim;

/** {@code ./tulle sim} on networks that swallow everything from some time on. */
final class PlantedSim {
  private static final long SILENT_NS = 300_000_000;

  private PlantedSim() {}

  public static void main(String[] arguments) throws Exception {
    Sim.main(arguments, s -> s.meddle((frame, nowNs) -> nowNs > SILENT_NS ? null : frame));
  }
}
