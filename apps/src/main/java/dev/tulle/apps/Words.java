// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/** Reads the words of a command line and says what is wrong with them. */
final class Words {
  /** Longest time that an option accepts. */
  private static final long DAY_S = 86_400;

  private final Messages messages;

  Words(Messages messages) {
    this.messages = messages;
  }

  /** Whether the word at {@code index} is this option. */
  static boolean is(Arguments arguments, int index, String option) {
    byte[] word = arguments.get(index);
    return Text.is(word, 0, word.length, option);
  }

  /** Whether the word is an operand: no option, or a single dash. */
  static boolean operand(byte[] word) {
    return word.length < 2 || word[0] != '-';
  }

  /** The word after the option at {@code index}; null, with a complaint, where there is none. */
  byte[] value(Arguments arguments, int index) {
    if (index + 1 < arguments.count()) {
      return arguments.get(index + 1);
    }
    messages.say("", arguments.get(index), " needs a value (see --help)");
    return null;
  }

  /** A whole number after the option; -1, with a complaint, where it is not one in the range. */
  long number(Arguments arguments, int index, long min, long max) {
    byte[] value = value(arguments, index);
    if (value == null) {
      return Parse.BAD;
    }
    long number = Parse.number(value, max);
    if (number < min) {
      range(arguments.get(index), " needs a whole number from ", min, max);
      return Parse.BAD;
    }
    return number;
  }

  /** A number with a suffix K, M or G, which stand for powers of {@code kilo}. */
  long amount(Arguments arguments, int index, int kilo, long min, long max) {
    byte[] value = value(arguments, index);
    if (value == null) {
      return Parse.BAD;
    }
    long number = Parse.amount(value, kilo, max);
    if (number < min) {
      range(
          arguments.get(index), " needs a number, with K, M or G after it or not, from ", min, max);
      return Parse.BAD;
    }
    return number;
  }

  /** Seconds after the option, with or without a fraction, in nanoseconds. */
  long seconds(Arguments arguments, int index, long minNs) {
    byte[] value = value(arguments, index);
    if (value == null) {
      return Parse.BAD;
    }
    long ns = Parse.scaled(value, 0, value.length, 9, DAY_S * 1_000_000_000L);
    if (ns < minNs) {
      messages.begin("").line().shown(arguments.get(index), 0, arguments.get(index).length, 40);
      messages.line().put(" needs seconds, such as 0.5, from ").fixed(minNs / 1_000_000, 3);
      messages.line().put(" to ").decimal(DAY_S);
      messages.end();
      return Parse.BAD;
    }
    return ns;
  }

  /** A port from 1 to 65535; -1, with a complaint, for anything else. */
  long port(byte[] word) {
    long port = Parse.number(word, 65535);
    if (port < 1) {
      messages.say("", word, " is not a port from 1 to 65535");
      return Parse.BAD;
    }
    return port;
  }

  private void range(byte[] option, String needs, long min, long max) {
    Text line = messages.begin("").line().shown(option, 0, option.length, 40);
    line.put(needs).decimal(min).put(" to ").decimal(max);
    messages.end();
  }
}
