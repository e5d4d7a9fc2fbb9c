// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/**
 * The lines of an HTTP message's head, one after the other: where name and value are in the buffer.
 *
 * <p>RFC 9112 5: no white space before the colon, no folded lines, no control characters.
 */
final class HttpFields {
  /** What {@link #next} answers when a line is not a field. */
  static final int MALFORMED = -1;

  byte[] bytes;
  int nameAt;
  int nameEnd;
  int valueAt;
  int valueEnd;
  private int at;
  private int end;

  /**
   * Where a head that begins at {@code at} ends, behind its empty line; -1 where that has not come.
   *
   * @param from where to look: what lies before was searched by an earlier call
   */
  static int headEnd(byte[] b, int from, int at, int end) {
    // RFC 9112 2.2: a single LF may be taken for the end of a line.
    for (int i = from; i < end; i++) {
      if (b[i] == '\n' && i > at) {
        int before = b[i - 1] == '\r' ? i - 2 : i - 1;
        if (before >= at && b[before] == '\n') {
          return i + 1;
        }
      }
    }
    return -1;
  }

  /** Where the line at {@code at} ends, its CR or LF excluded. */
  static int lineEnd(byte[] b, int at, int end) {
    int i = Parse.find(b, at, end, '\n');
    return i > at && b[i - 1] == '\r' ? i - 1 : i;
  }

  /** Begins at the first field: behind the start line of the head in {@code [at, end)}. */
  void begin(byte[] b, int at, int end) {
    bytes = b;
    this.at = Math.min(Parse.find(b, at, end, '\n') + 1, end);
    this.end = end;
  }

  /** Goes to the next field: 1 where there is one, 0 at the empty line, or {@link #MALFORMED}. */
  int next() {
    int stop = lineEnd(bytes, at, end);
    if (stop == at) {
      return 0;
    }
    nameAt = at;
    nameEnd = at;
    while (nameEnd < stop && token(bytes[nameEnd])) {
      nameEnd++;
    }
    if (nameEnd == nameAt || nameEnd == stop || bytes[nameEnd] != ':') {
      return MALFORMED;
    }
    valueAt = nameEnd + 1;
    valueEnd = stop;
    while (valueAt < valueEnd && blank(bytes[valueAt])) {
      valueAt++;
    }
    while (valueEnd > valueAt && blank(bytes[valueEnd - 1])) {
      valueEnd--;
    }
    for (int i = valueAt; i < valueEnd; i++) {
      if (control(bytes[i])) {
        return MALFORMED;
      }
    }
    at = Math.min(Parse.find(bytes, stop, end, '\n') + 1, end);
    return 1;
  }

  boolean nameIs(String lowerCase) {
    return Text.isIgnoringCase(bytes, nameAt, nameEnd - nameAt, lowerCase);
  }

  boolean valueIs(String lowerCase) {
    return Text.isIgnoringCase(bytes, valueAt, valueEnd - valueAt, lowerCase);
  }

  /** Whether the value, a list with commas, has this element. */
  boolean valueHas(String lowerCase) {
    int i = valueAt;
    while (i < valueEnd) {
      int stop = Parse.find(bytes, i, valueEnd, ',');
      int last = stop;
      while (i < last && blank(bytes[i])) {
        i++;
      }
      while (last > i && blank(bytes[last - 1])) {
        last--;
      }
      if (Text.isIgnoringCase(bytes, i, last - i, lowerCase)) {
        return true;
      }
      i = stop + 1;
    }
    return false;
  }

  private static boolean blank(int octet) {
    return octet == ' ' || octet == '\t';
  }

  /** A control character other than the tab: CR and NUL above all. */
  private static boolean control(int octet) {
    return octet >= 0 && octet < 0x20 && octet != '\t' || octet == 0x7F;
  }

  /** RFC 9110 5.6.2: what a name or a method is made of. */
  static boolean token(int octet) {
    int letter = Text.lower(octet);
    if (letter >= 'a' && letter <= 'z' || octet >= '0' && octet <= '9') {
      return true;
    }
    switch (octet) {
      case '!':
      case '#':
      case '$':
      case '%':
      case '&':
      case '\'':
      case '*':
      case '+':
      case '-':
      case '.':
      case '^':
      case '_':
      case '`':
      case '|':
      case '~':
        return true;
      default:
        return false;
    }
  }
}
