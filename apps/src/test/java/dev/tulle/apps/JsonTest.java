// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static byte[] b(String text) {
    return text.getBytes(ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "1",
        "\"a\"",
        "true",
        "{\"a\":1}",
        "{\"a\":{\"b\":[1,2,{}]},\"c\":[]}",
        "[[],{}]",
        " { \"a\" : [ 1 , 2 ] } ",
        "-1.5e-07",
        "{\"a\\\"b\":\"c\\\\\"}",
        "[null,false]",
        "[[[[1]]]]"
      })
  void textsAreAccepted(String text) {
    assertTrue(Json.valid(b(text), 0, text.length()), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "}",
        "[",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "[1,]",
        "[1 2]",
        "{\"a\":1,}",
        "{,}",
        "1 2",
        "\"a",
        "\"a\\\"",
        "tru",
        "-",
        "1e",
        "{\"a\":1]",
        "[1}",
        "[,1]",
        "{\"a\":1 \"b\":2}",
        "nul",
        "{\"a\":\"\n\"}",
        "{\"a\" 1}",
        "[1]]",
        "--1",
        "1-1",
        "+1"
      })
  void othersAreRefused(String text) {
    assertFalse(Json.valid(b(text), 0, text.length()), text);
  }

  @Test
  void depthIsBounded() {
    String deep = "[".repeat(30) + "]".repeat(30);
    assertTrue(Json.valid(b(deep), 0, deep.length()));
    String deeper = "[".repeat(31) + "]".repeat(31);
    assertFalse(Json.valid(b(deeper), 0, deeper.length()));
  }

  @Test
  void nothingReadsBeyondTheEnd() {
    byte[] text = b("{\"a\":{\"b\":[1,-2.5e3,{}],\"c\":\"d\\\"\"},\"e\":[true,null,[[]]]}");
    Random random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      byte[] changed = text.clone();
      for (int k = random.nextInt(3); k >= 0; k--) {
        changed[random.nextInt(changed.length)] =
            (byte) " {}[]\",:1e-.\\t".charAt(random.nextInt(14));
      }
      byte[] cut = java.util.Arrays.copyOf(changed, random.nextInt(changed.length + 1));
      if (Json.valid(cut, 0, cut.length)) {
        Json.number(cut, Json.member(cut, 0, cut.length, "e"), cut.length, 3);
        int at = Json.first(cut, Json.member(cut, 0, cut.length, "a"), cut.length);
        while (at != Json.NONE) {
          at = Json.next(cut, at, cut.length);
        }
      }
    }
  }

  @Test
  void numbersAreScaledAndBounded() {
    assertEquals(5_834, number("5.834118742485e-06", 9));
    assertEquals(12, number("12.99", 0));
    assertEquals(-7, number("-7", 0));
    assertEquals(Long.MAX_VALUE, number("1e400", 0));
    assertEquals(0, number("1e-400", 9));
    assertTrue(number("18446744073709551615", 0) > 1L << 62);
    assertTrue(number("9".repeat(500), 0) > 1L << 62);
    assertEquals(0, number("null", 0));
  }

  private static long number(String text, int decimals) {
    return Json.number(b(text), 0, text.length(), decimals);
  }

  @Test
  void membersAreFoundByName() {
    byte[] text = b("{\"x\":{\"time\":1},\"time\":[ 2, 3 ],\"t\":true}");
    int at = Json.first(text, Json.member(text, 0, text.length, "time"), text.length);
    assertEquals(2, Json.number(text, at, text.length, 0));
    at = Json.next(text, at, text.length);
    assertEquals(3, Json.number(text, at, text.length, 0));
    assertEquals(Json.NONE, Json.next(text, at, text.length));
    assertEquals(Json.NONE, Json.member(text, 0, text.length, "none"));
    assertTrue(Json.isTrue(text, Json.member(text, 0, text.length, "t"), text.length));
  }
}
