// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/**
 * Takes the chunked transfer coding apart as its octets arrive, in pieces of any size.
 *
 * <p>Extensions and trailers are skipped, and bounded. RFC 9112 7.1.
 */
final class HttpChunks {
  /** Longest chunk-size line, and longest trailer section, in octets. */
  private static final int LINE_MAX = 4096;

  private static final int SIZE = 0;
  private static final int EXTENSION = 1;
  private static final int DATA = 2;
  private static final int DATA_END = 3;
  private static final int TRAILER = 4;
  private static final int DONE = 5;
  private static final int BAD = 6;

  private int state;
  private long left;
  private int digits;
  private int line;
  private boolean carriageReturn;
  private int dataAt;
  private int dataBytes;

  void begin() {
    state = SIZE;
    left = 0;
    digits = 0;
    line = 0;
    carriageReturn = false;
  }

  boolean done() {
    return state == DONE;
  }

  /** Whether what came is not the chunked coding; nothing more is taken then. */
  boolean malformed() {
    return state == BAD;
  }

  /** Where the data lie that the last {@link #take} found, and how many. */
  int dataAt() {
    return dataAt;
  }

  int dataBytes() {
    return dataBytes;
  }

  /**
   * Takes octets up to the end of the next run of data, or all of them.
   *
   * @return how many were taken: more than 0 unless done, malformed or {@code count} is 0
   */
  int take(byte[] b, int at, int count) {
    dataBytes = 0;
    int end = at + count;
    int i = at;
    while (i < end && state < DONE) {
      if (state == DATA) {
        dataAt = i;
        dataBytes = (int) Math.min(left, end - i);
        left -= dataBytes;
        if (left == 0) {
          state = DATA_END;
        }
        return i + dataBytes - at;
      }
      octet(b[i++]);
    }
    return i - at;
  }

  private void octet(int octet) {
    if (++line > LINE_MAX) {
      state = BAD;
    } else if (state == SIZE) {
      sizeOctet(octet);
    } else if (octet == '\n') {
      lineFinished();
    } else if (octet == '\r') {
      if (carriageReturn) {
        state = BAD;
      }
      carriageReturn = true;
    } else if (state == DATA_END || carriageReturn) {
      state = BAD; // chunk data have an end of line right behind them; CR comes with LF only
    } else {
      digits = 1; // a trailer line with something in it
    }
  }

  private void sizeOctet(int octet) {
    int digit = Parse.hexDigit(octet);
    if (digit >= 0) {
      // 15 digits: no value overflows, none is negative
      if (++digits > 15) {
        state = BAD;
      }
      left = left << 4 | digit;
    } else if (digits == 0) {
      state = BAD;
    } else if (octet == '\n') {
      lineFinished();
    } else if (octet == '\r' || octet == ';' || octet == ' ' || octet == '\t') {
      carriageReturn = octet == '\r';
      state = EXTENSION;
    } else {
      state = BAD;
    }
  }

  private void lineFinished() {
    carriageReturn = false;
    if (state == DATA_END) {
      state = SIZE;
      left = 0;
      digits = 0;
      line = 0;
    } else if (state == TRAILER) {
      state = digits == 0 ? DONE : TRAILER;
      digits = 0; // but the section's length goes on being counted
    } else {
      state = left == 0 ? TRAILER : DATA;
      digits = 0;
      line = 0;
    }
  }
}
