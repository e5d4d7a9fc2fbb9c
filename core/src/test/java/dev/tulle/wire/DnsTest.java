// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Names and headers of DNS against octets that were not made with the codec. */
class DnsTest {
  private static final int START = 5;
  private final byte[] to = new byte[Dns.NAME];

  private static byte[] hex(String octets) {
    return HexFormat.of().parseHex(octets.replace(" ", ""));
  }

  /** Reads a name in a message that starts with a header of zeros, behind other octets. */
  private String read(String octets, int at) {
    byte[] tail = hex(octets);
    byte[] b = new byte[START + Dns.HEADER + tail.length];
    System.arraycopy(tail, 0, b, START + Dns.HEADER, tail.length);
    int n = Dns.name(b, START, START + Dns.HEADER, START + at, b.length, to);
    return n < 0 ? "bad" : HexFormat.of().formatHex(to, 0, n);
  }

  private String text(String name) {
    byte[] b = ("xx" + name + "yy").getBytes(StandardCharsets.ISO_8859_1);
    int n = Dns.fromText(b, 2, b.length - 4, to);
    return n < 0 ? "bad" : HexFormat.of().formatHex(to, 0, n);
  }

  @Test
  void aNameIsReadInLowerCaseAndPointersAreFollowedBack() {
    assertEquals("016102627a00", read("0141 02 625a 00", 12));
    assertEquals("0163016100", read("0161 00 0163 c00c", 15));
    assertEquals("00", read("00", 12));
  }

  @Test
  void aNameWithoutItsEndIsBad() {
    assertEquals("bad", read("0161", 12));
    assertEquals("bad", read("0261", 12));
    assertEquals("bad", read("0161 c0", 12));
    assertEquals("bad", read("0161", 14));
  }

  @Test
  void aPointerLeadsBackBehindTheHeaderOrIsBad() {
    assertEquals("bad", read("c00c", 12)); // to itself
    assertEquals("bad", read("c00e 0161 00", 12)); // forward
    assertEquals("bad", read("0161 c00c", 12)); // into the name that is read
    assertEquals("bad", read("c00b 00", 12)); // into the header
    assertEquals("bad", read("00 c000", 13));
    assertEquals("bad", read("00 ffff", 13));
    assertEquals("bad", read("c00e c00c", 14)); // to each other
  }

  @Test
  void pointersToPointersAreCountedAndNoMoreThanSixteen() {
    for (int hops = 1; hops <= 20; hops++) {
      StringBuilder b = new StringBuilder("00");
      for (int i = 0; i < hops; i++) {
        b.append(String.format("%04x", 0xC000 | (i == 0 ? 12 : 13 + 2 * (i - 1))));
      }
      assertEquals(hops <= 16 ? "00" : "bad", read(b.toString(), 13 + 2 * (hops - 1)));
    }
  }

  @Test
  void lengthsFrom64To191AreReserved() {
    for (int length : new int[] {64, 127, 128, 191}) {
      String octets = String.format("%02x", length) + "61".repeat(length) + "00";
      assertEquals("bad", read(octets, 12));
      byte[] b = hex(octets);
      assertEquals(Dns.BAD, Dns.skipName(b, 0, b.length));
    }
  }

  @Test
  void aNameHas255OctetsAtMost() {
    String label = "3f" + "61".repeat(63);
    String longest = label.repeat(3) + "3d" + "61".repeat(61) + "00";
    assertEquals(longest, read(longest, 12));
    assertEquals("bad", read(label.repeat(3) + "3e" + "61".repeat(62) + "00", 12));
    assertEquals("0161".repeat(127) + "00", read("0161".repeat(127) + "00", 12));
    assertEquals("bad", read("0161".repeat(128) + "00", 12));
    // Two halves, together too long.
    assertEquals("bad", read("0161".repeat(70) + "00" + "0161".repeat(70) + "c00c", 12 + 141));
  }

  @Test
  void theEndOfANameInPlaceIsFoundWithoutFollowing() {
    byte[] b = hex("0161 c0ff 99 0161 00 c0");
    assertEquals(4, Dns.skipName(b, 0, b.length));
    assertEquals(8, Dns.skipName(b, 5, b.length));
    assertEquals(Dns.BAD, Dns.skipName(b, 8, b.length));
    assertEquals(Dns.BAD, Dns.skipName(b, 9, b.length));
    assertEquals(Dns.BAD, Dns.skipName(b, 5, 7));
  }

  @Test
  void aHostsNameBecomesLabels() {
    assertEquals("0377777707657861 6d706c6503636f6d00".replace(" ", ""), text("WWW.exAmple.com."));
    assertEquals("016100", text("a"));
    assertEquals("0361623104782d2d3900", text("ab1.x--9"));
    assertEquals("045f7463700161 00".replace(" ", ""), text("_tcp.a"));
  }

  @Test
  void whatIsNoHostsNameIsRefused() {
    String[] texts = {
      "",
      ".",
      "..",
      "a..b",
      ".a",
      "a b",
      "a/b",
      "é.b",
      "-a",
      "a-",
      "a.-b",
      "a.b-",
      "1",
      "1.2.3.4",
      "a.1",
      "a" + "b".repeat(63),
      "a.".repeat(127) + "aa"
    };
    for (String name : texts) {
      assertEquals("bad", text(name), name);
    }
    assertEquals(255, text("a.".repeat(126) + "a").length() / 2);
  }

  @Test
  void aQueryHasAHeaderAndOneQuestion() {
    byte[] b = new byte[40];
    byte[] name = hex("0161 00");
    int n = Dns.putQuery(b, 2, 0xFEDC, name, name.length, Dns.TYPE_AAAA);
    assertArrayEquals(
        hex("fedc 0100 0001 0000 0000 0000 0161 00 001c 0001"), Arrays.copyOfRange(b, 2, 2 + n));
  }

  @Test
  void theHeadersFieldsAreUnsigned() {
    byte[] b = hex("ff80 8285 0001 ffff 8000 7fff");
    assertEquals(0xFF80, Dns.identifier(b, 0));
    assertTrue(Dns.response(b, 0));
    assertTrue(Dns.truncated(b, 0));
    assertEquals(5, Dns.rcode(b, 0));
    assertEquals(1, Dns.questions(b, 0));
    assertEquals(0xFFFF, Dns.answers(b, 0));
    assertEquals(0x8000, Dns.authorities(b, 0));
    assertEquals(0x7FFF, Dns.additionals(b, 0));
    assertFalse(Dns.response(hex("0000 0100"), 0));
    assertFalse(Dns.response(hex("0000 a000"), 0)); // another opcode
  }

  @Property
  void anyOctetsAreReadWithinTheirBounds(
      @ForAll @Size(max = 300) byte[] octets, @ForAll @IntRange(max = 300) int at) {
    int from = Math.min(at, octets.length);
    int n = Dns.name(octets, 0, 0, from, octets.length, to);
    assertTrue(n == Dns.BAD || n >= 1 && n <= Dns.NAME && to[n - 1] == 0);
    int end = Dns.skipName(octets, from, octets.length);
    assertTrue(end == Dns.BAD || end > from && end <= octets.length);
    assertTrue(n == Dns.BAD || end != Dns.BAD, "what can be read can be skipped");
    int text = Dns.fromText(octets, from, octets.length - from, to);
    assertTrue(text == Dns.BAD || text == Dns.skipName(to, 0, text));
  }

  @Test
  void addressesAsTextAreStrict() {
    assertEquals(0x0A0900FF, address("10.9.0.255"));
    assertEquals(0xFFFFFFFFL, address("255.255.255.255"));
    assertEquals(0, address("0.0.0.0"));
    String[] texts = {
      "",
      "1.2.3",
      "1.2.3.4.5",
      "1.2.3.256",
      "01.2.3.4",
      "1..3.4",
      "1.2.3.4.",
      "1.2.3.0x4",
      " 1.2.3.4",
      "1.2.3.4 ",
      "00.0.0.0",
      "1.2.3.99999999999"
    };
    for (String text : texts) {
      assertEquals(AddressText.BAD, address(text), text);
    }
  }

  private static long address(String text) {
    byte[] b = ("7" + text + "7").getBytes(StandardCharsets.US_ASCII);
    return AddressText.ipv4(b, 1, b.length - 1);
  }
}
