// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.stack.Interface;
import dev.tulle.stack.Status;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RouteTrieTest {
  private static final Interface[] NONE = {};
  private static final int OFFICE = 0x0A090002;

  private final TestPort office = new TestPort(OFFICE, 0xFFFFFF00);
  private final RouteTrie trie = new RouteTrie(new Interface[] {office}, 64);

  /** The obvious way: every prefix with its routes by metric, tried from the longest down. */
  private static final class Model {
    final Map<Long, TreeMap<Integer, Integer>> prefixes = new HashMap<>();
    int count;

    static long key(int prefix, int length) {
      return (long) length << 32 | prefix & 0xFFFFFFFFL;
    }

    void add(int prefix, int length, int gateway, int metric) {
      TreeMap<Integer, Integer> routes =
          prefixes.computeIfAbsent(key(prefix, length), k -> new TreeMap<>());
      count += routes.put(metric, gateway) == null ? 1 : 0;
    }

    boolean remove(int prefix, int length, int metric) {
      TreeMap<Integer, Integer> routes = prefixes.get(key(prefix, length));
      boolean there = routes != null && routes.remove(metric) != null;
      count -= there ? 1 : 0;
      return there;
    }

    int gateway(int address) {
      for (int length = 32; length >= 0; length--) {
        TreeMap<Integer, Integer> routes = prefixes.get(key(address & mask(length), length));
        if (routes != null && !routes.isEmpty()) {
          return routes.firstEntry().getValue();
        }
      }
      return 0;
    }
  }

  private static int mask(int length) {
    return (int) (-1L << 32 - length);
  }

  @Property(tries = 300)
  void findsWhatTheObviousWayFindsThroughAdditionsAndRemovals(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 3000) int capacity) {
    SplittableRandom random = new SplittableRandom(seed);
    RouteTrie routes = new RouteTrie(NONE, capacity);
    Model model = new Model();
    // Few different bits, so that prefixes lie within each other and meet again.
    int bits = random.nextInt() | random.nextInt() & 0xFF00FF00;
    for (int i = 0; i < 400; i++) {
      int length = random.nextInt(33);
      int prefix = random.nextInt() & bits & mask(length);
      int metric = random.nextInt(3);
      if (random.nextInt(3) > 0) {
        int gateway = 1 + random.nextInt(1000);
        int status = routes.add(prefix, mask(length), gateway, metric);
        if (status == Status.OK) {
          model.add(prefix, length, gateway, metric);
        } else {
          assertEquals(Status.NO_RESOURCES, status);
          assertEquals(capacity, model.count);
        }
      } else {
        boolean there = model.remove(prefix, length, metric);
        int status = routes.remove(prefix, mask(length), metric);
        assertEquals(there ? Status.OK : Status.INVALID, status);
      }
      assertEquals(model.count, routes.count());
      assertEquals(model.gateway(prefix), routes.gateway(prefix));
      int address = random.nextInt() & bits;
      assertEquals(model.gateway(address), routes.gateway(address));
      int neighbour = prefix ^ 1 << random.nextInt(32);
      assertEquals(model.gateway(neighbour), routes.gateway(neighbour));
    }
  }

  @Test
  void noNodeIsLostHoweverOftenRoutesComeAndGo() {
    SplittableRandom random = new SplittableRandom(7);
    RouteTrie routes = new RouteTrie(NONE, 50);
    for (int round = 0; round < 2000; round++) {
      int[] prefixes = new int[50];
      int[] masks = new int[50];
      for (int i = 0; i < 50; i++) {
        masks[i] = mask(random.nextInt(33));
        prefixes[i] = random.nextInt() & masks[i];
        int status = routes.add(prefixes[i], masks[i], 1 + i, 0);
        assertEquals(Status.OK, status);
      }
      for (int i = 0; i < 50; i++) {
        int unused = routes.remove(prefixes[i], masks[i], 0);
      }
      assertEquals(0, routes.count());
      assertEquals(0, routes.gateway(random.nextInt()));
    }
  }

  @Test
  void theLeastMetricIsUsedAndTheNextWhenItGoes() {
    assertEquals(Status.OK, trie.add(0x0B000000, 0xFF000000, 3, 30));
    assertEquals(Status.OK, trie.add(0x0B000000, 0xFF000000, 1, 10));
    assertEquals(Status.OK, trie.add(0x0B000000, 0xFF000000, 2, 20));
    assertEquals(1, trie.gateway(0x0B010203));
    assertEquals(Status.OK, trie.remove(0x0B000000, 0xFF000000, 10));
    assertEquals(2, trie.gateway(0x0B010203));
    assertEquals(Status.OK, trie.remove(0x0B000000, 0xFF000000, 30));
    assertEquals(Status.OK, trie.remove(0x0B000000, 0xFF000000, 20));
    assertEquals(0, trie.gateway(0x0B010203));
    assertEquals(Status.INVALID, trie.remove(0x0B000000, 0xFF000000, 20));
  }

  @Test
  void aSubnetOfOursIsItsOwnWayUnlessARouteKnowsBetter() {
    trie.add(0, 0, 1);
    trie.add(0x0A000000, 0xFF000000, 2);
    trie.add(0x0A090000, 0xFFFFFF00, 3);
    assertEquals(0x0A090007, trie.nextHop(0x0A090007, 0));
    trie.add(0x0A090007, -1, 4);
    assertEquals(4, trie.nextHop(0x0A090007, 0));
    assertEquals(0x0A090008, trie.nextHop(0x0A090008, 0));
    assertEquals(2, trie.nextHop(0x0A0A0001, 0));
    assertEquals(1, trie.nextHop(0x08080808, 0));
  }

  @Test
  void whatIsNoPrefixIsRefused() {
    assertEquals(Status.INVALID, trie.add(0x0A000001, 0xFF000000, 1));
    assertEquals(Status.INVALID, trie.add(0x0A000000, 0xFF00FF00, 1));
    assertEquals(Status.INVALID, trie.add(0x0A000000, 0xFF000000, 1, -1));
    assertEquals(0, trie.count());
  }

  @Test
  void clearedItIsAsNew() {
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 64; i++) {
        assertEquals(Status.OK, trie.add(i << 24, 0xFF000000, 1 + i));
      }
      assertEquals(Status.NO_RESOURCES, trie.add(0x7F000000, 0xFF000000, 1));
      trie.clear();
      assertEquals(0, trie.gateway(0x01020304));
    }
  }

  @Test
  void rulesPickTheRoutesBySourceAndFallBackToTheMainOnes() {
    Interface[] interfaces = {office};
    RouteTrie guests = new RouteTrie(interfaces, 4);
    RouteRules rules = new RouteRules(interfaces, trie, 1);
    assertEquals(Status.OK, rules.add(0, 0, 1));
    assertEquals(Status.OK, rules.rule(0xC0A80200, 0xFFFFFF00, guests));
    assertEquals(Status.NO_RESOURCES, rules.rule(0, 0, guests));
    guests.add(0x08000000, 0xFF000000, 2);
    assertEquals(2, rules.nextHop(0x08080808, 0xC0A80205));
    assertEquals(1, rules.nextHop(0x08080808, 0xC0A80305));
    assertEquals(1, rules.nextHop(0x09090909, 0xC0A80205));
    rules.clearRules();
    assertEquals(1, rules.nextHop(0x08080808, 0xC0A80205));
  }
}
