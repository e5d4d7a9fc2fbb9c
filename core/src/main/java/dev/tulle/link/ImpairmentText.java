// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

/**
 * Reads {@link ImpairmentSettings} from text such as {@code
 * loss=1%,delay=20ms,rate=100mbit,seed=7}.
 *
 * <p>Pieces are separated by commas, in any order, none twice:
 *
 * <table>
 * <caption>Pieces</caption>
 * <tr><td>{@code loss reorder duplicate corrupt mark}<td>percent, as {@code 0.1%}
 * <tr><td>{@code delay jitter}<td>time, as {@code 20ms}: {@code us}, {@code ms} or {@code s}
 * <tr><td>{@code rate}<td>bits a second, as {@code 100mbit}: {@code bit kbit mbit gbit}
 * <tr><td>{@code burst queue mtu seed}<td>a whole number: mean losses in a row, frames, octets, any
 * </table>
 *
 * <p>Numbers may have up to six decimals; everything is integer arithmetic. On an error {@link
 * #errorAt} and {@link #errorBytes} are the offending piece and {@link #error} what is wrong.
 */
public final class ImpairmentText {
  /** The name before the equals sign is none of those known. */
  public static final int UNKNOWN_NAME = 1;

  /** There is no number after the equals sign, or it has too many digits. */
  public static final int BAD_NUMBER = 2;

  /** The unit after the number is missing or not one of this piece's. */
  public static final int BAD_UNIT = 3;

  /** The number is larger than makes sense here: more than 100 %, an hour, a terabit. */
  public static final int OUT_OF_RANGE = 4;

  /** The same name came before. */
  public static final int TWICE = 5;

  private static final byte[] LOSS = {'l', 'o', 's', 's'};
  private static final byte[] BURST = {'b', 'u', 'r', 's', 't'};
  private static final byte[] DELAY = {'d', 'e', 'l', 'a', 'y'};
  private static final byte[] JITTER = {'j', 'i', 't', 't', 'e', 'r'};
  private static final byte[] REORDER = {'r', 'e', 'o', 'r', 'd', 'e', 'r'};
  private static final byte[] DUPLICATE = {'d', 'u', 'p', 'l', 'i', 'c', 'a', 't', 'e'};
  private static final byte[] CORRUPT = {'c', 'o', 'r', 'r', 'u', 'p', 't'};
  private static final byte[] MARK = {'m', 'a', 'r', 'k'};
  private static final byte[] RATE = {'r', 'a', 't', 'e'};
  private static final byte[] QUEUE = {'q', 'u', 'e', 'u', 'e'};
  private static final byte[] MTU = {'m', 't', 'u'};
  private static final byte[] SEED = {'s', 'e', 'e', 'd'};
  private static final byte[] PERCENT = {'%'};
  private static final byte[] US = {'u', 's'};
  private static final byte[] MS = {'m', 's'};
  private static final byte[] S = {'s'};
  private static final byte[] BIT = {'b', 'i', 't'};
  private static final byte[] KBIT = {'k', 'b', 'i', 't'};
  private static final byte[] MBIT = {'m', 'b', 'i', 't'};
  private static final byte[] GBIT = {'g', 'b', 'i', 't'};

  private static final long MILLION = 1_000_000L;
  private static final long HOUR_NS = 3_600_000_000_000L;
  private static final long TERABIT = 1_000_000_000_000L;
  private static final int MAX_FRAMES = 100_000;
  private static final int MAX_DIGITS = 12;
  private static final int MAX_SEED_DIGITS = 18;

  private byte[] text;
  private int at;
  private int end;
  private int error;
  private int errorAt;
  private int errorBytes;
  private int seen;

  public ImpairmentText() {}

  /** What is wrong with the piece at {@link #errorAt}, one of the constants here; 0 for nothing. */
  public int error() {
    return error;
  }

  /** Where the offending piece begins. */
  public int errorAt() {
    return errorAt;
  }

  /** How long the offending piece is; 0 where a piece is missing. */
  public int errorBytes() {
    return errorBytes;
  }

  /**
   * Reads {@code length} octets from {@code start} into the settings; what the text does not name
   * stays as it is.
   *
   * @return whether all of it was understood; otherwise the settings are half done
   */
  public boolean parse(byte[] from, int start, int length, ImpairmentSettings to) {
    text = from;
    error = 0;
    seen = 0;
    int limit = start + length;
    int piece = start;
    while (piece <= limit) {
      int next = piece;
      while (next < limit && text[next] != ',') {
        next++;
      }
      errorAt = piece;
      errorBytes = next - piece;
      at = piece;
      end = next;
      piece(to);
      if (error != 0) {
        return false;
      }
      piece = next + 1;
    }
    return true;
  }

  private void piece(ImpairmentSettings to) {
    if (name(LOSS, 1)) {
      to.lossPpm = percent();
    } else if (name(DELAY, 2)) {
      to.delayNs = time();
    } else if (name(JITTER, 4)) {
      to.jitterNs = time();
    } else if (name(REORDER, 8)) {
      to.reorderPpm = percent();
    } else if (name(DUPLICATE, 16)) {
      to.duplicatePpm = percent();
    } else if (name(CORRUPT, 32)) {
      to.corruptPpm = percent();
    } else if (name(RATE, 64)) {
      to.rateBits = rate();
    } else if (name(SEED, 128)) {
      to.seed = whole(MAX_SEED_DIGITS, Long.MAX_VALUE);
    } else if (name(BURST, 256)) {
      to.burstFrames = (int) whole(MAX_DIGITS, MAX_FRAMES);
    } else if (name(QUEUE, 512)) {
      to.queueFrames = (int) whole(MAX_DIGITS, MAX_FRAMES);
    } else if (name(MARK, 1024)) {
      to.markPpm = percent();
    } else if (name(MTU, 2048)) {
      to.mtu = (int) whole(MAX_DIGITS, MAX_FRAMES);
    } else {
      fail(UNKNOWN_NAME);
    }
  }

  private void fail(int reason) {
    if (error == 0) {
      error = reason;
    }
  }

  /** Whether the piece begins with this name and an equals sign; then goes behind it. */
  private boolean name(byte[] name, int bit) {
    if (end - at <= name.length || text[at + name.length] != '=' || !matches(name)) {
      return false;
    }
    if ((seen & bit) != 0) {
      fail(TWICE);
    }
    seen |= bit;
    at += name.length + 1;
    return true;
  }

  private boolean matches(byte[] word) {
    for (int i = 0; i < word.length; i++) {
      if (text[at + i] != word[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean unit(byte[] unit) {
    return end - at == unit.length && matches(unit);
  }

  private int percent() {
    long millionths = number();
    if (!unit(PERCENT)) {
      fail(BAD_UNIT);
    }
    return (int) inRange(millionths / 100, MILLION);
  }

  private long time() {
    long millionths = number();
    long unitNs = unit(US) ? 1_000L : unit(MS) ? MILLION : unit(S) ? 1_000_000_000L : 0;
    return scaled(millionths, unitNs, HOUR_NS);
  }

  private long rate() {
    long millionths = number();
    long unitBits =
        unit(BIT) ? 1 : unit(KBIT) ? 1_000 : unit(MBIT) ? MILLION : unit(GBIT) ? 1_000_000_000L : 0;
    long rate = scaled(millionths, unitBits, TERABIT);
    if (rate == 0) {
      fail(OUT_OF_RANGE); // nothing would ever arrive
    }
    return rate;
  }

  private long scaled(long millionths, long unit, long most) {
    if (unit == 0) {
      fail(BAD_UNIT);
      return 0;
    }
    if (millionths / MILLION > most / unit) {
      fail(OUT_OF_RANGE);
      return 0;
    }
    long whole = millionths / MILLION * unit + millionths % MILLION * unit / MILLION;
    return inRange(whole, most);
  }

  private long inRange(long value, long most) {
    if (value > most) {
      fail(OUT_OF_RANGE);
      return 0;
    }
    return value;
  }

  private long whole(int maxDigits, long most) {
    long value = digits(maxDigits);
    if (at != end) {
      fail(BAD_UNIT);
    }
    return inRange(value, most);
  }

  /** A decimal number in millionths. */
  private long number() {
    long millionths = digits(MAX_DIGITS) * MILLION;
    if (at < end && text[at] == '.') {
      at++;
      long weight = MILLION / 10;
      if (at == end || !digit()) {
        fail(BAD_NUMBER);
      }
      while (at < end && digit()) {
        if (weight == 0) {
          fail(BAD_NUMBER);
        }
        millionths += (text[at++] - '0') * weight;
        weight /= 10;
      }
    }
    return millionths;
  }

  private long digits(int most) {
    int first = at;
    long value = 0;
    while (at < end && digit() && at - first < most) {
      value = value * 10 + text[at++] - '0';
    }
    if (at == first || at < end && digit()) {
      fail(BAD_NUMBER);
    }
    return value;
  }

  private boolean digit() {
    return text[at] >= '0' && text[at] <= '9';
  }
}
