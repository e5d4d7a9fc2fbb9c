// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KernelEntropyTest {
  @Test
  void xct07_twoStartsFromTheSameImageHaveDifferentSecrets() {
    Set<Long> seen = new HashSet<>();
    for (int start = 0; start < 100; start++) {
      KernelEntropy entropy = new KernelEntropy(new Libc());
      for (int draw = 0; draw < 10; draw++) {
        assertTrue(seen.add(entropy.next()), "a secret came twice");
      }
    }
  }
}
