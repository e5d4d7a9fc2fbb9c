// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/**
 * HTTP's date, such as {@code Sun, 06 Nov 1994 08:49:37 GMT}, and seconds since 1970. RFC 9110
 * 5.6.7.
 */
final class HttpDate {
  private static final String DAYS = "SunMonTueWedThuFriSat";
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
  private static final int DAY_S = 86_400;

  private HttpDate() {}

  /** Appends the date of a moment between the years 1970 and 9999. */
  static Text put(Text text, long seconds) {
    long days = Math.max(seconds, 0) / DAY_S;
    int second = (int) (Math.max(seconds, 0) % DAY_S);
    // Civil date from a count of days, with years that begin in March: leap days come last.
    long shifted = days + 719_468;
    long era = shifted / 146_097;
    long dayOfEra = shifted % 146_097;
    long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int month = (int) ((5 * dayOfYear + 2) / 153);
    long day = dayOfYear - (153 * month + 2) / 5 + 1;
    month = month < 10 ? month + 2 : month - 10; // 0 is January
    long year = yearOfEra + era * 400 + (month < 2 ? 1 : 0);
    three(text, DAYS, (int) ((days + 4) % 7)).put(", ").padded(day, 2).octet(' ');
    three(text, MONTHS, month).octet(' ').padded(year, 4).octet(' ');
    text.padded(second / 3600, 2).octet(':').padded(second / 60 % 60, 2).octet(':');
    return text.padded(second % 60, 2).put(" GMT");
  }

  /** Seconds since 1970 of a date in exactly this form and not before 1970; -1 for all else. */
  static long parse(byte[] b, int at, int end) {
    if (end - at != 29
        || b[at + 3] != ','
        || !Text.is(b, at + 25, 4, " GMT")
        || b[at + 19] != ':'
        || b[at + 22] != ':') {
      return -1;
    }
    long day = Parse.number(b, at + 5, at + 7, 31);
    int month = 0;
    while (month < 12 && !isMonth(b, at + 8, month)) {
      month++;
    }
    long year = Parse.number(b, at + 12, at + 16, 9999);
    long hour = Parse.number(b, at + 17, at + 19, 23);
    long minute = Parse.number(b, at + 20, at + 22, 59);
    long second = Parse.number(b, at + 23, at + 25, 60);
    if (day < 1 || month == 12 || year < 1970 || hour < 0 || minute < 0 || second < 0) {
      return -1;
    }
    long marchYear = month < 2 ? year - 1 : year;
    long marchMonth = month < 2 ? month + 10 : month - 2;
    long dayOfEra = marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400;
    long days = dayOfEra + (153 * marchMonth + 2) / 5 + day - 1 - 719_468;
    return days * DAY_S + hour * 3600 + minute * 60 + second;
  }

  private static Text three(Text text, String names, int index) {
    for (int i = 3 * index; i < 3 * index + 3; i++) {
      text.octet(names.charAt(i));
    }
    return text;
  }

  private static boolean isMonth(byte[] b, int at, int month) {
    for (int i = 0; i < 3; i++) {
      if (b[at + i] != MONTHS.charAt(3 * month + i)) {
        return false;
      }
    }
    return true;
  }
}
