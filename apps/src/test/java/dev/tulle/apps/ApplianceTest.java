// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.profile.Client;
import org.junit.jupiter.api.Test;

/** What a machine that runs one program makes of the words that it was started with. */
class ApplianceTest {
  private final World world = new World();

  private int run(String... words) {
    FakePlatform near = world.near.arguments(words);
    return Appliance.run(near, world.cable, new Httpd(near), Client::host);
  }

  @Test
  void aWordThatTheProgramDoesNotTakeEndsIt() {
    assertEquals(2, run("--address", "10.9.0.1/24", "--port", "0"));
    assertTrue(world.near.err().contains("wrong: --port\n"), world.near.err());
    assertEquals(2, run("--address", "10.9.0.1/24", "/www", "--port"));
    assertTrue(world.near.err().endsWith("wrong: --port\n"), world.near.err());
  }

  @Test
  void aWordIsNoOptionBecauseOfItsThirdLetter() {
    assertEquals(2, run("--address", "10.9.0.1/24", "/at", "/www"));
    assertTrue(world.near.err().endsWith("wrong: /www\n"), world.near.err());
  }

  @Test
  void anAddressIsNeeded() {
    assertEquals(2, run("/www"));
    assertTrue(world.near.err().endsWith("usage: --address A/P [--gateway A] [--mac M]\n"));
  }
}
