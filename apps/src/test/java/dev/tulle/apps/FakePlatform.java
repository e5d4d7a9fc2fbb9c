// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tulle.link.Link;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.Status;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;

/**
 * A machine that is nothing but memory: what a program writes can be read, what it reads is set.
 */
final class FakePlatform implements Platform, Console, Arguments, Input, Entropy {
  /** What {@link #await} does: lets the rest of the world go on until the deadline. */
  interface Sleep {
    void until(long deadlineNs);
  }

  final ByteArrayOutputStream output = new ByteArrayOutputStream();
  final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  final FakeFiles files = new FakeFiles();
  final Deque<byte[]> input = new ArrayDeque<>();
  boolean inputOpen;
  private boolean inputWanted;
  boolean terminal;
  boolean stop;
  long outputLimit = Long.MAX_VALUE;
  boolean memoryIsKnown;
  private int heap;
  Link tap;
  Control control;
  Sleep sleep = deadlineNs -> {};
  private final SplittableRandom random;
  private final World world;
  private String[] words = {};

  FakePlatform(World world, long seed) {
    this.world = world;
    random = new SplittableRandom(seed);
  }

  FakePlatform arguments(String... words) {
    this.words = words;
    return this;
  }

  String out() {
    return output.toString(ISO_8859_1);
  }

  String err() {
    return errors.toString(ISO_8859_1);
  }

  @Override
  public int programOctets() {
    return memoryIsKnown ? 100_000 : -1;
  }

  /** Each question finds 4,000,000 more taken. */
  @Override
  public int heapOctets() {
    heap += 4_000_000;
    return memoryIsKnown ? heap : -1;
  }

  @Override
  public int out(byte[] from, int at, int count) {
    if (output.size() + count > outputLimit) {
      return Files.FULL;
    }
    output.write(from, at, count);
    return 0;
  }

  @Override
  public int out(String literal) {
    return out(literal.getBytes(ISO_8859_1), 0, literal.length());
  }

  @Override
  public void error(byte[] from, int at, int count) {
    errors.write(from, at, count);
  }

  @Override
  public void error(String literal) {
    errors.writeBytes(literal.getBytes(ISO_8859_1));
  }

  @Override
  public boolean terminal() {
    return terminal;
  }

  @Override
  public int count() {
    return words.length;
  }

  @Override
  public byte[] get(int index) {
    return words[index].getBytes(ISO_8859_1);
  }

  @Override
  public int read(byte[] to, int at, int count) {
    byte[] next = input.poll();
    inputWanted = next == null && inputOpen;
    if (next == null) {
      return inputOpen ? Status.WOULD_BLOCK : Status.CLOSED;
    }
    int n = Math.min(count, next.length);
    System.arraycopy(next, 0, to, at, n);
    if (n < next.length) {
      byte[] rest = new byte[next.length - n];
      System.arraycopy(next, n, rest, 0, rest.length);
      input.addFirst(rest);
    }
    return n;
  }

  boolean inputReady() {
    return inputWanted && (!inputOpen || !input.isEmpty());
  }

  @Override
  public long next() {
    return random.nextLong();
  }

  @Override
  public Console console() {
    return this;
  }

  @Override
  public Files files() {
    return files;
  }

  @Override
  public Arguments arguments() {
    return this;
  }

  @Override
  public Input input() {
    return this;
  }

  @Override
  public Entropy entropy() {
    return this;
  }

  @Override
  public long nowNs() {
    return world.nowNs++;
  }

  @Override
  public long unixTimeNs() {
    return 1_700_000_000_000_000_000L + world.nowNs;
  }

  @Override
  public Link openTap(byte[] name) {
    return tap;
  }

  @Override
  public Link openInterface(byte[] name) {
    return tap;
  }

  @Override
  public Control openControl(byte[] path) {
    return control;
  }

  @Override
  public String failure() {
    return "there is no such device";
  }

  @Override
  public void await(long deadlineNs) {
    sleep.until(deadlineNs);
  }

  @Override
  public boolean stopRequested() {
    boolean requested = stop;
    stop = false;
    return requested;
  }
}
