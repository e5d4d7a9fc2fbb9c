// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import dev.tulle.profile.Client;
import dev.tulle.profile.Minimal;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What {@link ChaoticPeer} watches holds for any choices. */
class ChaosTest {
  private static final int STEPS = 300;

  private static ChaoticPeer.Choices random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return (low, high) -> low + random.nextInt(high - low + 1);
  }

  @Property(tries = 150)
  void newReno(@ForAll long seed, @ForAll int iss) {
    new ChaoticPeer(NewRenoHost::host, iss, random(seed)).run(STEPS);
  }

  @Property(tries = 150)
  void client(@ForAll long seed, @ForAll int iss) {
    new ChaoticPeer(
            (link, mac, entropy) -> Client.host(link, mac, entropy, 4, 32 * 1024),
            iss,
            random(seed))
        .run(STEPS);
  }

  @Property(tries = 150)
  void minimal(@ForAll long seed, @ForAll int iss) {
    new ChaoticPeer(Minimal::host, iss, random(seed)).run(STEPS);
  }
}
