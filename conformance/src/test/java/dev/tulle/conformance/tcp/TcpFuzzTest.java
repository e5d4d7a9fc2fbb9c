// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tulle.profile.Client;
import org.junit.jupiter.api.Tag;

/**
 * The chaotic peer of {@link ChaosTest} with a fuzzer's choices, which follow coverage.
 *
 * <p>As a test among others it runs what is in its folder of inputs, and the empty input. {@code
 * JAZZER_FUZZ=1 ./tulle test TcpFuzzTest} searches for new ones.
 */
@Tag("fuzz")
final class TcpFuzzTest {
  private static final int MOST_STEPS = 400;

  @FuzzTest(maxDuration = "10m")
  void connectionsSurviveAnyPeer(FuzzedDataProvider data) {
    int iss = data.consumeInt();
    new ChaoticPeer(
            (link, mac, entropy) -> Client.host(link, mac, entropy, 2, 32 * 1024),
            iss,
            data::consumeInt)
        .run(Math.min(MOST_STEPS, data.remainingBytes() / 2));
  }
}
