// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

/**
 * One line of the demo: what was tried, whether it passed, and what was measured.
 *
 * @param name stable and in lower case: platform, dot, what
 * @param pass whether all of it was as it must be
 * @param value what was measured; NaN where it failed before
 * @param unit of the value
 * @param detail for people: what exactly ran, or why it failed
 */
record Check(String name, boolean pass, double value, String unit, String detail) {
  static Check passed(String name, double value, String unit, String detail) {
    return new Check(name, true, value, unit, detail);
  }

  static Check failed(String name, String unit, String why) {
    return new Check(name, false, Double.NaN, unit, why);
  }
}
