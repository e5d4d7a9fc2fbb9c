// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/**
 * The whole input path under a fuzzer that follows coverage, for as long as one likes to wait.
 *
 * <p>As a test among others it runs what is in its folder of inputs, and the empty input. {@code
 * JAZZER_FUZZ=1 ./tulle test InputFuzzTest} searches for new ones for ten minutes; what it finds is
 * put into that folder and stays a test. {@link InputMinuteTest} searches for a minute each time.
 */
@Tag("fuzz")
final class InputFuzzTest {
  @FuzzTest(maxDuration = "10m")
  void anyFramesAreSurvived(FuzzedDataProvider data) {
    InputFuzz.run(data);
  }
}
