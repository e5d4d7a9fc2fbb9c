// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.link.Link;
import dev.tulle.link.MemoryLink;
import dev.tulle.profile.Client;
import dev.tulle.profile.Full;
import dev.tulle.profile.Host;
import dev.tulle.profile.Minimal;
import dev.tulle.profile.RouterHost;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class InspectorTest {
  private static final long MAC = 0x020000000001L;

  private final World world = new World();
  private final Reader reader = new Reader();

  /** Who asks: so many times, and takes so many octets at a time. */
  private static final class Reader implements Control {
    final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    int questions = 1;
    int room = Integer.MAX_VALUE;
    int hungUp;

    @Override
    public boolean asked() {
      return questions-- > 0;
    }

    @Override
    public int write(byte[] from, int at, int count) {
      int taken = Math.min(count, room);
      heard.write(from, at, taken);
      room -= taken;
      return taken == 0 && count > 0 ? Status.WOULD_BLOCK : taken;
    }

    @Override
    public void hangUp() {
      hungUp++;
    }

    @Override
    public void close() {}
  }

  private Inspector open(Host host, String... names) {
    FakePlatform platform = world.near.arguments("--control", "/run/c");
    platform.control = reader;
    Inspector inspector = new Inspector(platform);
    Messages messages = new Messages(platform, "test");
    byte[][] octets = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      octets[i] = names[i].getBytes(ISO_8859_1);
    }
    assertEquals(2, inspector.take(messages, platform, 0));
    assertTrue(inspector.open(messages, host, octets));
    return inspector;
  }

  /** Lets it answer to the end, or until it has to wait; answers when it wants to go on. */
  private static long answer(Inspector inspector, long nowNs) {
    long next = inspector.poll(nowNs);
    while (next <= nowNs) {
      next = inspector.poll(nowNs);
    }
    return next;
  }

  private Host full() {
    Host host = Full.host(MemoryLink.pair(8, 1514), MAC, world.near, 4, 4096);
    host.address(World.NEAR, -256, World.FAR);
    return host;
  }

  /** What was heard, as the program prints it. */
  private String json() {
    byte[] answer = reader.heard.toByteArray();
    StatText text = new StatText(world.far, answer);
    assertTrue(text.read(answer.length));
    world.far.output.reset();
    assertEquals(0, text.json());
    return world.far.out();
  }

  @Test
  void everyProfileTellsOfItselfInJsonThatEverybodyReads() {
    Link link = MemoryLink.pair(8, 1514);
    Link[] links = {link, link};
    RouterHost router = Full.router(links, new long[] {MAC, MAC + 1}, world.near);
    router.addressOf(1, World.NEAR, -256);
    Host[] hosts = {
      Minimal.host(link, MAC, world.near), Client.host(link, MAC, world.near), full(), router
    };
    for (Host host : hosts) {
      reader.questions = 1;
      reader.heard.reset();
      assertEquals(Part.NEVER, answer(open(host, "a\"b", "c"), 0));
      String json = json();
      byte[] octets = json.getBytes(ISO_8859_1);
      assertTrue(Json.valid(octets, 0, octets.length), json);
      assertTrue(json.contains("{\"interface\": \"a?b\", \"state\": \"up\", \"mtu\": 1500"), json);
    }
    assertEquals(hosts.length, reader.hungUp);
  }

  @Test
  void whoReadsSlowlyIsAnsweredPieceByPieceAndTheSame() {
    Inspector inspector = open(full(), "t");
    answer(inspector, 0);
    String whole = reader.heard.toString(ISO_8859_1);
    reader.heard.reset();
    reader.questions = 1;
    reader.room = 7;
    long nowNs = 0;
    for (long next = 0; next != Part.NEVER; nowNs = Math.max(nowNs, next)) {
      next = inspector.poll(nowNs);
      reader.room += 7;
      assertTrue(nowNs < 100_000_000_000L);
    }
    assertEquals(whole, reader.heard.toString(ISO_8859_1));
    assertEquals(2, reader.hungUp);
  }

  @Test
  void whoDoesNotReadIsGivenUpAndTheNextOneIsAnswered() {
    Inspector inspector = open(full(), "t");
    reader.questions = 2;
    reader.room = 1500;
    long nowNs = answer(inspector, 0);
    while (reader.hungUp == 0) {
      nowNs = Math.max(nowNs + 1, inspector.poll(nowNs));
      assertTrue(nowNs < 3_000_000_000L);
    }
    assertTrue(nowNs >= 2_000_000_000L);
    reader.heard.reset();
    reader.room = Integer.MAX_VALUE;
    assertEquals(Part.NEVER, answer(inspector, nowNs + 20_000_000L));
    assertTrue(json().endsWith("}\n"));
    assertEquals(2, reader.hungUp);
  }

  @Test
  void anAnswerThatIsCutOrStrangeIsNotTaken() {
    answer(open(full(), "t"), 0);
    byte[] answer = reader.heard.toByteArray();
    StatText text = new StatText(world.far, answer);
    for (int end = 0; end < answer.length; end++) {
      assertTrue(!text.read(end));
    }
    for (int kind : new int[] {-1, 9, 127}) {
      answer[0] = (byte) kind;
      assertTrue(!text.read(answer.length));
    }
  }

  @Test
  void everyRouteIsToldOnceHoweverManyThereAre() {
    Host host = full();
    for (int i = 0; i < 60; i++) {
      assertEquals(Status.OK, host.routes.add(i + 1 << 24, 0xFF000000, World.FAR));
    }
    answer(open(host, "t"), 0);
    String text = json();
    for (int i = 0; i < 60; i++) {
      String route = "\"to\": \"" + (i + 1) + ".0.0.0\"";
      int at = text.indexOf(route);
      assertTrue(at > 0 && text.indexOf(route, at + 1) < 0, route);
    }
  }
}
