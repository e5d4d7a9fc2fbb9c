// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import dev.tulle.apps.Arguments;
import org.teavm.interop.Address;

/** Words that the image brings along, and behind them those of the loader's line. */
final class BootArguments implements Arguments {
  private final byte[][] words;

  /**
   * @param own words before those of the loader, separated by blanks
   * @param skipped words of the loader's line that are none of ours: the image's name
   */
  BootArguments(String own, int skipped) {
    byte[] loaders = new byte[Metal.argumentsLength()];
    Metal.arguments(Address.ofObject(loaders));
    int rest = 0;
    for (int i = 0; i < skipped; i++) {
      rest = endOfWord(loaders, beginOfWord(loaders, rest));
    }
    int before = own.length();
    byte[] line = new byte[before + 1 + loaders.length - rest];
    for (int i = 0; i < before; i++) {
      line[i] = (byte) own.charAt(i);
    }
    line[before] = ' ';
    System.arraycopy(loaders, rest, line, before + 1, loaders.length - rest);
    int count = 0;
    for (int at = beginOfWord(line, 0); at < line.length; count++) {
      at = beginOfWord(line, endOfWord(line, at));
    }
    words = new byte[count][];
    int at = 0;
    for (int i = 0; i < count; i++) {
      at = beginOfWord(line, at);
      int end = endOfWord(line, at);
      words[i] = new byte[end - at];
      System.arraycopy(line, at, words[i], 0, end - at);
      at = end;
    }
  }

  private static int beginOfWord(byte[] line, int at) {
    int i = at;
    while (i < line.length && line[i] == ' ') {
      i++;
    }
    return i;
  }

  private static int endOfWord(byte[] line, int at) {
    int i = at;
    while (i < line.length && line[i] != ' ') {
      i++;
    }
    return i;
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
