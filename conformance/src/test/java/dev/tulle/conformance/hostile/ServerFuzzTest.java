// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/** Answers of servers under a fuzzer: {@code JAZZER_FUZZ=1} searches. */
@Tag("fuzz")
final class ServerFuzzTest {
  @FuzzTest(maxDuration = "10m")
  void anyAnswersAreSurvived(FuzzedDataProvider data) {
    ServerFuzz.run(data);
  }
}
