// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/** Forwarding, translation and filter under a fuzzer: {@code JAZZER_FUZZ=1} searches. */
@Tag("fuzz")
final class RouterFuzzTest {
  @FuzzTest(maxDuration = "10m")
  void anyPacketsAreSurvived(FuzzedDataProvider data) {
    RouterFuzz.run(
        new RouterFuzz.Choices() {
          @Override
          public int between(int least, int most) {
            return data.consumeInt(least, most);
          }

          @Override
          public byte[] octets(int most) {
            return data.consumeBytes(data.consumeInt(0, most));
          }

          @Override
          public boolean more() {
            return data.remainingBytes() > 0;
          }
        });
  }
}
