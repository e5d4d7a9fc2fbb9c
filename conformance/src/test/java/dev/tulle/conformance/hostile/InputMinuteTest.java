// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/**
 * As {@link InputFuzzTest}, but a minute of search in every run of the tests, in a JVM of its own.
 */
@Tag("minute")
final class InputMinuteTest {
  @FuzzTest(maxDuration = "1m")
  void aMinuteOfFramesIsSurvived(FuzzedDataProvider data) {
    InputFuzz.run(data);
  }
}
