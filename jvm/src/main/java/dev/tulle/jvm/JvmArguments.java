// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.apps.Arguments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The words of a command line as octets. */
final class JvmArguments implements Arguments {
  private final byte[][] words;

  private JvmArguments(byte[][] words) {
    this.words = words;
  }

  /** Words that a program or a test made up. */
  static JvmArguments of(String... words) {
    byte[][] octets = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      octets[i] = words[i].getBytes(StandardCharsets.UTF_8);
    }
    return new JvmArguments(octets);
  }

  /**
   * The words that were typed for {@code main}'s arguments from {@code skip} on.
   *
   * <p>The JVM has decoded them with the locale's charset, which loses octets under LANG=C; the
   * kernel still has them, so the last words of /proc/self/cmdline are taken where they agree.
   */
  static JvmArguments typed(String[] arguments, int skip) {
    JvmArguments decoded = of(Arrays.copyOfRange(arguments, skip, arguments.length));
    byte[] line;
    try {
      line = Files.readAllBytes(Path.of("/proc/self/cmdline"));
    } catch (IOException e) {
      return decoded;
    }
    int end = line.length - 1; // the zero after the last word
    for (int i = decoded.words.length - 1; i >= 0; i--) {
      int start = end;
      while (start > 0 && line[start - 1] != 0) {
        start--;
      }
      if (end < 0 || !agree(line, start, end, arguments[skip + i])) {
        return decoded;
      }
      decoded.words[i] = Arrays.copyOfRange(line, start, end);
      end = start - 1;
    }
    return decoded;
  }

  /** The position of a word, or −1. */
  int find(String word) {
    byte[] octets = word.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < words.length; i++) {
      if (Arrays.equals(words[i], octets)) {
        return i;
      }
    }
    return -1;
  }

  /** The same words but for one. */
  JvmArguments with(int index, String word) {
    byte[][] changed = words.clone();
    changed[index] = word.getBytes(StandardCharsets.UTF_8);
    return new JvmArguments(changed);
  }

  /** All words but {@code count} of them from {@code index} on. */
  JvmArguments without(int index, int count) {
    byte[][] rest = new byte[words.length - count][];
    System.arraycopy(words, 0, rest, 0, index);
    System.arraycopy(words, index + count, rest, index, rest.length - index);
    return new JvmArguments(rest);
  }

  /** Whether the octets can be what the text was decoded from: equal wherever both are ASCII. */
  private static boolean agree(byte[] line, int start, int end, String text) {
    String ascii = new String(line, start, end - start, StandardCharsets.ISO_8859_1);
    if (text.chars().allMatch(c -> c < 0x80) && ascii.chars().allMatch(c -> c < 0x80)) {
      return ascii.equals(text);
    }
    return !text.isEmpty() && start < end;
  }

  @Override
  public int count() {
    return words.length;
  }

  @Override
  public byte[] get(int index) {
    return words[index];
  }
}
