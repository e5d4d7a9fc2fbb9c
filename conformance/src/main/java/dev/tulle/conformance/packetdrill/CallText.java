// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.List;

/**
 * A call of the socket interface as a script writes it.
 *
 * @param result what it returns; null where the script does not care
 * @param error the name of the error, or null
 */
record CallText(String name, List<Value> arguments, Value result, String error) {
  @Override
  public String toString() {
    StringBuilder s = new StringBuilder(name).append('(');
    for (int i = 0; i < arguments.size(); i++) {
      s.append(i == 0 ? "" : ", ").append(arguments.get(i));
    }
    return s.append(')').toString();
  }
}
