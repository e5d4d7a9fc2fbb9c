// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.architecture.bad.names;

/** A class with a name that says nothing, not final, with a getter. */
class AbstractThingManager {
  int getThing() {
    return 1;
  }
}
