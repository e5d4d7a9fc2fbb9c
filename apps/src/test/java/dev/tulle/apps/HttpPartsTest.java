// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpPartsTest {
  private final HttpRequest request = new HttpRequest();

  private int parse(String head) {
    byte[] b = head.getBytes(ISO_8859_1);
    return request.parse(b, 0, b.length);
  }

  private int get(String fields) {
    return parse("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
  }

  @Test
  void requestLinesAreReadStrictly() {
    assertEquals(0, parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    assertEquals(0, parse("GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n"));
    assertEquals(0, parse("HEAD /a?b HTTP/1.0\r\n\r\n"));
    assertEquals(501, parse("BREW / HTTP/1.1\r\nHost: a\r\n\r\n"));
    assertEquals(501, parse("get / HTTP/1.1\r\nHost: a\r\n\r\n"));
    assertEquals(505, parse("GET / HTTP/2.0\r\nHost: a\r\n\r\n"));
    assertEquals(400, parse("POST\r\n\r\n")); // APP-03: no URI
    assertEquals(400, parse("GET  / HTTP/1.1\r\nHost: a\r\n\r\n"));
    assertEquals(400, parse("GET /\r\n\r\n"));
    assertEquals(400, parse("GET / HTTP/1.1 \r\nHost: a\r\n\r\n"));
    assertEquals(400, parse("GET a HTTP/1.1\r\nHost: a\r\n\r\n"));
    assertEquals(400, parse("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"));
    assertEquals(400, parse("G\0T / HTTP/1.1\r\nHost: a\r\n\r\n"));
    assertEquals(400, parse(" / HTTP/1.1\r\nHost: a\r\n\r\n"));
  }

  // APP-03: lengths are unsigned and checked, never both of length and coding
  @ParameterizedTest
  @CsvSource({
    "Content-Length: 0, 0",
    "Content-Length: 2147483648, 0",
    "Content-Length: -1, 400",
    "Content-Length: 9223372036854775808, 400",
    "Content-Length: 1 2, 400",
    "Content-Length: +1, 400",
    "Content-Length:, 400",
    "Content-Length : 1, 400",
    "Transfer-Encoding: chunked, 0",
    "Transfer-Encoding: gzip, 501",
    " folded, 400",
    "noColon, 400",
    ": empty, 400"
  })
  void fieldsAreReadStrictly(String field, int status) {
    assertEquals(status, get(field + "\r\n"));
  }

  @Test
  void contradictionsAreRefused() {
    assertEquals(400, get("Content-Length: 1\r\nContent-Length: 1\r\n"));
    assertEquals(400, get("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"));
    assertEquals(400, get("Host: b\r\n"));
    assertEquals(400, parse("GET / HTTP/1.1\r\n\r\n"));
    assertEquals(400, get("X: a\rb\r\n"));
    assertEquals(400, get("X: a\0b\r\n"));
  }

  @Test
  void connectionsAreKeptAsVersionAndFieldSay() {
    assertEquals(0, get(""));
    assertTrue(request.keepAlive);
    assertEquals(0, get("Connection: foo, Close\r\n"));
    assertFalse(request.keepAlive);
    assertEquals(0, parse("GET / HTTP/1.0\r\n\r\n"));
    assertFalse(request.keepAlive);
    assertEquals(0, parse("GET / HTTP/1.0\r\nconnection: Keep-Alive\r\n\r\n"));
    assertTrue(request.keepAlive);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, true, 0, 0", "bytes=5-, true, 5, 9223372036854775807", "bytes=-5, true, -1, 5",
    "bytes=-0, true, -1, 0", "bytes=5-4, false, 0, 0", "bytes=-, false, 0, 0",
    "'bytes=0-1,3-4', false, 0, 0", "bytes=a-b, false, 0, 0", "octets=0-1, false, 0, 0",
    "bytes=0-99999999999999999999, false, 0, 0", "bytes=--1, false, 0, 0"
  })
  void ranges(String value, boolean ranged, long first, long last) {
    assertEquals(0, get("Range: " + value + "\r\n"));
    assertEquals(ranged, request.ranged);
    if (ranged) {
      assertEquals(first, request.rangeFirst);
      assertEquals(last, request.rangeLast);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/a, 0, /www/a",
    "/, 0, /www",
    "//a//b/, 0, /www/a/b",
    "/./a/., 0, /www/a",
    "/%41%2e, 0, /www/A.",
    "/.., 400,",
    "/a/../b, 400,",
    "/%2e%2E/etc, 400,",
    "/a%2fb, 400,",
    "/a%5cb, 400,",
    "/a%00b, 400,",
    "/a%, 400,",
    "/a%4, 400,",
    "/a%zz, 400,",
    "/..., 0, /www/...",
    "/a\\b, 400,"
  })
  void pathsStayBelowTheServedDirectory(String asked, int status, String onDisk) {
    HttpPath path = new HttpPath();
    path.root("/www/".getBytes(ISO_8859_1));
    byte[] b = asked.getBytes(ISO_8859_1);
    assertEquals(status, path.take(b, 0, b.length));
    if (status == 0) {
      assertEquals(onDisk, new String(path.bytes, 0, path.length, ISO_8859_1));
    }
  }

  @Test
  void veryLongPathsAreRefused() {
    HttpPath path = new HttpPath();
    path.root("/www".getBytes(ISO_8859_1));
    byte[] b = ("/" + "a".repeat(7000)).getBytes(ISO_8859_1);
    assertEquals(414, path.take(b, 0, b.length));
    b = "/a".repeat(3500).getBytes(ISO_8859_1);
    assertEquals(414, path.take(b, 0, b.length));
  }

  @Test
  void datesAreThoseOfTheLibrary() {
    DateTimeFormatter format =
        DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    Random random = new Random(1);
    Text text = new Text(40);
    for (int i = 0; i < 20_000; i++) {
      long seconds = i < 2000 ? i * 86_399L : random.nextLong(253_402_300_800L);
      HttpDate.put(text.clear(), seconds);
      String shown = new String(text.bytes, 0, text.length, ISO_8859_1);
      assertEquals(format.format(Instant.ofEpochSecond(seconds)), shown);
      assertEquals(seconds, HttpDate.parse(text.bytes, 0, text.length));
    }
  }

  @Test
  void otherDatesAreIgnored() {
    for (String s :
        new String[] {
          "",
          "x",
          "Sunday, 06-Nov-94 08:49:37 GMT",
          "Sun, 06 Nov 1994 08:49:37 UTC",
          "Sun, 06 Foo 1994 08:49:37 GMT",
          "Sun, -6 Nov 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 24:49:37 GMT"
        }) {
      byte[] b = s.getBytes(ISO_8859_1);
      assertEquals(-1, HttpDate.parse(b, 0, b.length), s);
    }
  }

  private static String unchunk(String coded, int step) {
    HttpChunks chunks = new HttpChunks();
    chunks.begin();
    byte[] b = coded.getBytes(ISO_8859_1);
    StringBuilder data = new StringBuilder();
    int at = 0;
    while (at < b.length && !chunks.done() && !chunks.malformed()) {
      int taken = chunks.take(b, at, Math.min(step, b.length - at));
      assertTrue(taken > 0);
      data.append(new String(b, chunks.dataAt(), chunks.dataBytes(), ISO_8859_1));
      at += taken;
    }
    String rest = new String(b, at, b.length - at, ISO_8859_1);
    return (chunks.malformed() ? "bad" : chunks.done() ? "done:" : "open:") + data + rest;
  }

  @Test
  void chunksComeApartWhateverThePieces() {
    String coded = "4;x=y\r\nWiki\r\n00a \r\npedia in\r\n\r\n0\r\nTrailer: a\r\nb: c\r\n\r\nNext";
    for (int step = 1; step < coded.length() + 1; step++) {
      assertEquals("done:Wikipedia in\r\nNext", unchunk(coded, step), "in steps of " + step);
    }
  }

  @Test
  void badChunksAreSeen() {
    for (String s :
        new String[] {
          "x\r\n",
          "\r\n",
          "-1\r\n",
          "1\rx",
          "1\r\nab\r\n",
          "1\r\na\rb",
          "1\r\r\n",
          "1234567890abcdef0\r\n",
          "ffffffffffffffff\r\n",
          "0;" + "x".repeat(5000)
        }) {
      assertTrue(unchunk(s, 3).startsWith("bad"), s);
    }
    assertEquals("open:a", unchunk("5\r\na", 1));
    assertTrue(unchunk("0\r\n" + "a: b\r\n".repeat(2000), 7).startsWith("bad"));
  }

  @Test
  void responsesAreReadStrictly() {
    assertEquals("200 -1", response("HTTP/1.1 200 OK\r\n\r\n"));
    assertEquals("204 0", response("HTTP/1.1 204\r\nContent-Length: 5\r\n\r\n"));
    assertEquals("200 5", response("HTTP/1.0 200 \r\nContent-Length: 5\r\n\r\n"));
    assertEquals("200 -2", response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
    assertEquals(
        "200 -2",
        response("HTTP/1.1 200 OK\r\ncontent-length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"));
    assertEquals("bad", response("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"));
    assertEquals("bad", response("HTTP/1.1 2x0 OK\r\n\r\n"));
    assertEquals("bad", response("ICY 200 OK\r\n\r\n"));
    assertEquals(
        "bad", response("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"));
  }

  private static String response(String head) {
    HttpResponse response = new HttpResponse();
    byte[] b = head.getBytes(ISO_8859_1);
    return response.parse(b, 0, b.length) ? response.status + " " + response.contentBytes : "bad";
  }

  @Test
  void urlsAndRedirects() {
    assertEquals("10.0.0.1:80/", url("http://10.0.0.1"));
    assertEquals("10.0.0.1:8080/a?b", url("HTTP://10.0.0.1:8080/a?b#c"));
    assertEquals("10.0.0.1:80/?q", url("http://10.0.0.1?q"));
    assertEquals("10.0.0.1:80/a/c", url("http://10.0.0.1/a/b", "c"));
    assertEquals("10.0.0.1:80/c", url("http://10.0.0.1/a/b?/x", "/c"));
    assertEquals("10.0.0.2:81/c", url("http://10.0.0.1/a", "http://10.0.0.2:81/c"));
    for (String s :
        new String[] {
          "",
          "https://10.0.0.1/",
          "http://",
          "http://a..b/",
          "http://10.0.0.256/",
          "http://10.0.0.1:0/",
          "http://10.0.0.1:65536/",
          "http://u@10.0.0.1/",
          "http://10.0.0.1/a b",
          "http://10.0.0.1:/",
          "http://10.0.0.1/" + "a".repeat(5000),
          "10.0.0.1"
        }) {
      assertTrue(url(s).startsWith("error"), s);
    }
    assertTrue(url("http://10.0.0.1/", "https://10.0.0.1/").startsWith("error"));
    assertTrue(url("http://10.0.0.1/", "//10.0.0.1/").startsWith("error"));
  }

  private static String url(String text, String... redirects) {
    HttpUrl url = new HttpUrl();
    byte[] b = text.getBytes(ISO_8859_1);
    boolean good = url.parse(b, 0, b.length);
    for (String redirect : redirects) {
      b = redirect.getBytes(ISO_8859_1);
      good = good && url.follow(b, 0, b.length);
    }
    Text shown = new Text(5000).address(url.endpoint.address).octet(':').decimal(url.endpoint.port);
    shown.put(url.path.bytes, 0, url.path.length);
    return good ? new String(shown.bytes, 0, shown.length, ISO_8859_1) : "error" + url.error();
  }
}
