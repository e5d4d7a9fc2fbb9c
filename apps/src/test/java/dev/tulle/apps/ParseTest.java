// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParseTest {
  private static byte[] b(String text) {
    return text.getBytes(ISO_8859_1);
  }

  @Test
  void addressesAreFourDecimalNumbers() {
    assertEquals(0x0A090002L, Parse.address(b("10.9.0.2")));
    assertEquals(0xFFFFFFFFL, Parse.address(b("255.255.255.255")));
    assertEquals(0, Parse.address(b("0.0.0.0")));
  }

  // XCT-08: no octal, no short forms, no other digits, no signs, bounded
  @ParameterizedTest
  @ValueSource(
      strings = {
        "010.1.1.1", "1.2.3", "1.2.3.4.", "1.2.3.4.5", ".1.2.3.4", "1..2.3", "256.1.1.1",
            "0x1.2.3.4",
        "1.2.3.4 ", " 1.2.3.4", "+1.2.3.4", "1.2.3.-4", "1.2.3.04", "", "1.2.3.4:80", "16909060",
        "1.2.3.\u0664", "1.2.3.4444444444444444444444444444444444444444444", "00.1.1.1"
      })
  void badAddressesAreRefused(String text) {
    assertEquals(Parse.BAD, Parse.address(b(text)));
    assertEquals(Parse.BAD, Parse.address(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  @Test
  void numbersDoNotOverflow() {
    assertEquals(65535, Parse.number(b("65535"), 65535));
    assertEquals(Parse.BAD, Parse.number(b("65536"), 65535));
    assertEquals(Long.MAX_VALUE, Parse.number(b("9223372036854775807"), Long.MAX_VALUE));
    assertEquals(Parse.BAD, Parse.number(b("9223372036854775808"), Long.MAX_VALUE));
    assertEquals(Parse.BAD, Parse.number(b("1".repeat(1000)), Long.MAX_VALUE));
    assertEquals(Parse.BAD, Parse.number(b("-1"), Long.MAX_VALUE));
    assertEquals(Parse.BAD, Parse.number(b(""), 9));
  }

  @Test
  void fractionsAreScaled() {
    assertEquals(200_000_000, Parse.scaled(b("0.2"), 0, 3, 9, Long.MAX_VALUE));
    assertEquals(3_000, Parse.scaled(b("3"), 0, 1, 3, Long.MAX_VALUE));
    assertEquals(1_234, Parse.scaled(b("1.23456"), 0, 7, 3, Long.MAX_VALUE));
    assertEquals(Parse.BAD, Parse.scaled(b("1."), 0, 2, 3, Long.MAX_VALUE));
    assertEquals(Parse.BAD, Parse.scaled(b(".5"), 0, 2, 3, Long.MAX_VALUE));
    assertEquals(Parse.BAD, Parse.scaled(b("1.2.3"), 0, 5, 3, Long.MAX_VALUE));
  }

  @Test
  void amountsHaveSuffixes() {
    assertEquals(1_500_000, Parse.amount(b("1.5M"), 1000, Long.MAX_VALUE));
    assertEquals(131_072, Parse.amount(b("128K"), 1024, Long.MAX_VALUE));
    assertEquals(1L << 30, Parse.amount(b("1g"), 1024, Long.MAX_VALUE));
    assertEquals(Parse.BAD, Parse.amount(b("M"), 1000, Long.MAX_VALUE));
    assertEquals(Parse.BAD, Parse.amount(b("99999999999G"), 1000, 1L << 40));
  }

  @Test
  void xct08_addressesAndPortsThatProgramsDisagreeAbout() {
    String[] addresses = {
      "010.1.1.1",
      "1.2.3",
      "1.2.3.",
      "1.2.3.4.",
      ".1.2.3",
      "1..2.3",
      "1.2.3.4 ",
      " 1.2.3.4",
      "0x1.2.3.4",
      "1.2.3.256",
      "1.2.3.-4",
      "1.2.3.+4",
      "16909060",
      "",
      "::1%" + "x".repeat(1000),
      "1.2.3.4:" + "1".repeat(1000),
      "\u0661.\u0662.\u0663.\u0664",
      "1.2.3." + "4".repeat(1000)
    };
    for (String address : addresses) {
      assertEquals(Parse.BAD, Parse.address(b(address)), address);
    }
    String[] ports = {"", "0x50", "-1", "+1", "65536", "1".repeat(1000), "8O", "\u0661"};
    for (String port : ports) {
      assertEquals(Parse.BAD, Parse.number(b(port), 65_535), port);
    }
  }

  @Test
  void stationAddresses() {
    assertEquals(0x020000000001L, Parse.mac(b("02:00:00:00:00:01")));
    assertEquals(Parse.BAD, Parse.mac(b("01:00:5e:00:00:01")));
    assertEquals(Parse.BAD, Parse.mac(b("00:00:00:00:00:00")));
    assertEquals(Parse.BAD, Parse.mac(b("2:0:0:0:0:1")));
    assertEquals(Parse.BAD, Parse.mac(b("02-00-00-00-00-01")));
  }

  @Test
  void hexadecimalNumbers() {
    assertEquals(255, Parse.hexadecimal(b("fF"), 0, 2, 255));
    assertEquals(Parse.BAD, Parse.hexadecimal(b("100"), 0, 3, 255));
    assertEquals(Parse.BAD, Parse.hexadecimal(b("g"), 0, 1, 255));
  }

  @Test
  void textIsWrittenDigitByDigit() {
    Text text = new Text(100);
    assertEquals(
        "0 -7 1.050 007 ff 10.9.0.2",
        s(
            text.decimal(0)
                .octet(' ')
                .decimal(-7)
                .octet(' ')
                .fixed(1050, 3)
                .octet(' ')
                .padded(7, 3)
                .octet(' ')
                .hexadecimal(255)
                .octet(' ')
                .address(0x0A090002)));
    text.clear().put("ab").decimal(12).alignRight(2, 5);
    assertEquals("ab   12", s(text));
    assertEquals("a?c...", s(text.clear().shown(b("a\nc123"), 0, 6, 3)));
  }

  private static String s(Text text) {
    return new String(text.bytes, 0, text.length, ISO_8859_1);
  }
}
