// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/**
 * Reads JSON in place: finds members and elements of a text that {@link #valid} has accepted.
 *
 * <p>Values are told by where they begin; nothing is copied and nothing is built. RFC 8259. Names
 * with escapes are never equal to a literal, which is good enough for the names that are asked for.
 */
final class Json {
  /** Where something is that is not there. */
  static final int NONE = -1;

  /** Objects and arrays inside each other at most. */
  private static final int DEPTH_MAX = 30;

  private Json() {}

  /** Whether the range is one JSON value and nothing else. */
  static boolean valid(byte[] b, int at, int end) {
    int stop = skip(b, space(b, at, end), end);
    return stop != NONE && space(b, stop, end) == end;
  }

  /** Where the value of a member of the object at {@code at} begins, or {@link #NONE}. */
  static int member(byte[] b, int at, int end, String name) {
    int i = space(b, at, end);
    if (i >= end || b[i] != '{') {
      return NONE;
    }
    i = space(b, i + 1, end);
    while (i < end && b[i] == '"') {
      int nameEnd = skipString(b, i, end);
      boolean found = Text.is(b, i + 1, nameEnd - i - 2, name);
      int value = space(b, space(b, nameEnd, end) + 1, end); // behind the colon
      if (found) {
        return value;
      }
      i = space(b, skip(b, value, end), end);
      if (b[i] == ',') {
        i = space(b, i + 1, end);
      }
    }
    return NONE;
  }

  /** Where the first element of the array at {@code at} begins, or {@link #NONE}. */
  static int first(byte[] b, int at, int end) {
    if (at == NONE || at >= end || b[at] != '[') {
      return NONE;
    }
    int i = space(b, at + 1, end);
    return b[i] == ']' ? NONE : i;
  }

  /** Where the element behind the one at {@code at} begins, or {@link #NONE}. */
  static int next(byte[] b, int at, int end) {
    int i = space(b, skip(b, at, end), end);
    return b[i] == ',' ? space(b, i + 1, end) : NONE;
  }

  /** Whether there is a value and it is {@code true} or a number other than 0. */
  static boolean isTrue(byte[] b, int at, int end) {
    return at != NONE && (b[at] == 't' || number(b, at, end, 0) != 0);
  }

  /**
   * The number at {@code at}, times 10^decimals, cut to a whole one; 0 where there is no number.
   * What no long can hold becomes the nearest that can.
   */
  static long number(byte[] b, int at, int end, int decimals) {
    if (at == NONE || at >= end || b[at] != '-' && !digit(b[at])) {
      return 0;
    }
    boolean negative = b[at] == '-';
    int i = negative ? at + 1 : at;
    long value = 0;
    int exponent = decimals;
    boolean fraction = false;
    for (; i < end && (digit(b[i]) || b[i] == '.'); i++) {
      if (b[i] == '.') {
        fraction = true;
      } else if (value < Long.MAX_VALUE / 10 - 1) {
        value = value * 10 + (b[i] - '0');
        exponent -= fraction ? 1 : 0;
      } else {
        exponent += fraction ? 0 : 1; // digits too many: only their number counts
      }
    }
    if (i < end && (b[i] == 'e' || b[i] == 'E')) {
      exponent += exponent(b, i + 1, end);
    }
    return negative ? -scale(value, exponent) : scale(value, exponent);
  }

  private static int exponent(byte[] b, int at, int end) {
    boolean negative = at < end && b[at] == '-';
    int i = at < end && (b[at] == '-' || b[at] == '+') ? at + 1 : at;
    int value = 0;
    for (; i < end && digit(b[i]); i++) {
      value = Math.min(value * 10 + (b[i] - '0'), 10_000);
    }
    return negative ? -value : value;
  }

  private static long scale(long value, int exponent) {
    long scaled = value;
    for (int e = exponent; e < 0 && scaled != 0; e++) {
      scaled /= 10;
    }
    for (int e = exponent; e > 0 && scaled != 0; e--) {
      if (scaled > Long.MAX_VALUE / 10) {
        return Long.MAX_VALUE;
      }
      scaled *= 10;
    }
    return scaled;
  }

  /** Where the value that begins at {@code at} ends; {@link #NONE} where it is not JSON. */
  private static int skip(byte[] b, int at, int end) {
    int i = at;
    int depth = 0;
    int objects = 0; // a bit for each open object or array: 1 for an object
    boolean more = true;
    while (more) {
      if (i >= end) {
        return NONE;
      }
      boolean opens = b[i] == '{' || b[i] == '[';
      if (opens) {
        if (++depth > DEPTH_MAX) {
          return NONE;
        }
        boolean object = b[i] == '{';
        objects = objects << 1 | (object ? 1 : 0);
        i = space(b, i + 1, end);
        boolean empty = i < end && b[i] == (object ? '}' : ']');
        if (!empty) {
          i = object ? skipName(b, i, end) : i;
          if (i == NONE) {
            return NONE;
          }
          continue; // its first value
        }
      } else {
        i = b[i] == '"' ? skipString(b, i, end) : skipWord(b, i, end);
        if (i == NONE) {
          return NONE;
        }
      }
      // Behind a value, or at the end of an empty object or array: close what closes.
      boolean closing = opens;
      while (depth > 0) {
        boolean object = (objects & 1) != 0;
        if (!closing) {
          i = space(b, i, end);
        }
        if (i >= end) {
          return NONE;
        }
        if (b[i] == (object ? '}' : ']')) {
          depth--;
          objects >>>= 1;
          i++;
          closing = false;
        } else if (b[i] == ',') {
          i = space(b, i + 1, end);
          i = object ? skipName(b, i, end) : i;
          if (i == NONE) {
            return NONE;
          }
          break; // the next value
        } else {
          return NONE;
        }
      }
      more = depth > 0;
    }
    return i;
  }

  /** From a member's name to its value; {@link #NONE} where they are not there. */
  private static int skipName(byte[] b, int at, int end) {
    if (at >= end || b[at] != '"') {
      return NONE;
    }
    int stop = skipString(b, at, end);
    int i = stop == NONE ? end : space(b, stop, end);
    return i < end && b[i] == ':' ? space(b, i + 1, end) : NONE;
  }

  private static int skipString(byte[] b, int at, int end) {
    for (int i = at + 1; i < end; i++) {
      if (b[i] == '\\') {
        i++;
      } else if (b[i] == '"') {
        return i + 1;
      } else if (b[i] >= 0 && b[i] < 0x20) {
        return NONE;
      }
    }
    return NONE;
  }

  /** A number, true, false or null. */
  private static int skipWord(byte[] b, int at, int end) {
    int i = at;
    while (i < end && wordOctet(b[i])) {
      i++;
    }
    int n = i - at;
    boolean literal =
        Text.is(b, at, n, "true") || Text.is(b, at, n, "false") || Text.is(b, at, n, "null");
    return literal || number(b, at, i) ? i : NONE;
  }

  private static boolean number(byte[] b, int at, int end) {
    int i = at < end && b[at] == '-' ? at + 1 : at;
    if (i >= end || !digit(b[i])) {
      return false;
    }
    boolean exponent = false;
    for (; i < end; i++) {
      boolean e = b[i] == 'e' || b[i] == 'E';
      boolean sign = (b[i] == '-' || b[i] == '+') && (b[i - 1] == 'e' || b[i - 1] == 'E');
      if (e && exponent || !digit(b[i]) && !e && !sign && b[i] != '.') {
        return false;
      }
      exponent |= e;
    }
    return digit(b[end - 1]);
  }

  private static boolean wordOctet(int octet) {
    int letter = Text.lower(octet);
    return letter >= 'a' && letter <= 'z'
        || digit(octet)
        || octet == '-'
        || octet == '+'
        || octet == '.';
  }

  private static boolean digit(int octet) {
    return octet >= '0' && octet <= '9';
  }

  private static int space(byte[] b, int at, int end) {
    int i = at;
    while (i < end && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r')) {
      i++;
    }
    return i;
  }
}
