// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.link.Impairment;
import dev.tulle.link.ImpairmentSettings;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HttpTest {
  private final World world = new World();

  HttpTest() {
    world.far.files.with("/www/a.txt", "hello, world\n").with("/www/sub/b&<c>.html", "<p>");
    world.far.files.with("/www/sub/ü", "u").with("/www/indexed/index.html", "index");
    world.far.files.with("/www/empty", "").with("/www/link/secret", "s").with("/etc/passwd", "x");
    world.far.files.links.add("/www/link");
  }

  private byte[] random(int bytes) {
    byte[] b = new byte[bytes];
    new Random(3).nextBytes(b);
    return b;
  }

  /** Sends octets to httpd with nc and answers what comes back. */
  private String raw(String... pieces) {
    if (world.farHost == null) {
      world.far(new Httpd(world.far), "/www");
    }
    world.near.output.reset();
    world.near.inputOpen = false;
    for (String piece : pieces) {
      world.near.input.add(piece.getBytes(ISO_8859_1));
    }
    assertEquals(0, world.near(new Nc(world.near), "10.9.0.2", "80"), world.near.err());
    assertEquals(0, world.far.files.open);
    return world.near.out();
  }

  private String get(String target) {
    return raw("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  @Test
  void aFileComesWithItsTypeAndLength() {
    String answer = get("/a.txt");
    assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
    assertTrue(answer.contains("Content-Type: text/plain; charset=utf-8\r\n"), answer);
    assertTrue(answer.contains("Content-Length: 13\r\n"), answer);
    assertTrue(answer.contains("Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"), answer);
    assertTrue(answer.endsWith("\r\n\r\nhello, world\n"), answer);
  }

  @Test
  void headHasNoBody() {
    String answer = raw("HEAD /a.txt HTTP/1.1\r\nHost: a\r\n\r\n");
    assertTrue(answer.contains("Content-Length: 13\r\n"), answer);
    assertTrue(answer.endsWith("\r\n\r\n"), answer);
  }

  @Test
  void requestsMayFollowEachOtherBeforeTheirAnswers() {
    String one = "GET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n";
    String last = "GET /empty HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    String answer = raw(one + one + "\r\n" + one + last);
    assertEquals(4, answer.split("HTTP/1.1 200 OK", -1).length - 1, answer);
    assertTrue(
        answer.endsWith(
            "Connection: close\r\nContent-Type: application/octet-stream\r\n"
                + "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\nAccept-Ranges: bytes\r\n"
                + "Content-Length: 0\r\n\r\n"),
        answer);
  }

  @Test
  void requestsMayComeOctetByOctet() {
    String[] pieces = "GET /a.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".split("");
    assertTrue(raw(pieces).endsWith("hello, world\n"));
  }

  @Test
  void ranges() {
    assertTrue(range("bytes=7-11").endsWith("Content-Range: bytes 7-11/13\r\n\r\nworld"));
    assertTrue(range("bytes=7-").endsWith("\r\n\r\nworld\n"));
    assertTrue(range("bytes=-6").endsWith("\r\n\r\nworld\n"));
    assertTrue(range("bytes=-99").endsWith("\r\n\r\nhello, world\n"));
    assertTrue(range("bytes=0-99").startsWith("HTTP/1.1 206"));
    assertTrue(range("bytes=13-").startsWith("HTTP/1.1 416"));
    assertTrue(range("bytes=13-").contains("Content-Range: bytes */13\r\n"));
    assertTrue(range("bytes=-0").startsWith("HTTP/1.1 416"));
    assertTrue(range("bytes=5-2").startsWith("HTTP/1.1 200"));
    assertTrue(
        range("bytes=0-1\r\nIf-Range: Mon, 07 Nov 1994 08:49:37 GMT").startsWith("HTTP/1.1 200"));
    assertTrue(
        range("bytes=0-1\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT").startsWith("HTTP/1.1 206"));
  }

  private String range(String value) {
    return raw("GET /a.txt HTTP/1.1\r\nHost: a\r\nRange: " + value + "\r\n\r\n");
  }

  @Test
  void unchangedFilesAreNotSentAgain() {
    String fields = "\r\nHost: a\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n";
    String answer = raw("GET /a.txt HTTP/1.1" + fields);
    assertTrue(answer.startsWith("HTTP/1.1 304"), answer);
    assertTrue(answer.endsWith("\r\n\r\n"), answer);
  }

  @Test
  void directories() {
    String listing = get("/sub/");
    assertTrue(listing.contains("Transfer-Encoding: chunked"), listing);
    assertTrue(
        listing.contains("<a href=\"./b%26%3Cc%3E.html\">b&amp;&lt;c&gt;.html</a>"), listing);
    assertTrue(listing.contains("<a href=\"./%FC\">"), listing);
    assertTrue(listing.endsWith("\r\n0\r\n\r\n"), listing);
    assertTrue(get("/").contains("<a href=\"./sub/\">sub/</a>"));
    assertTrue(get("/sub").contains("\r\nLocation: /sub/\r\n"));
    assertTrue(get("//sub").contains("\r\nLocation: /sub/\r\n"));
    assertTrue(get("/indexed/").endsWith("\r\n\r\nindex"));
    String old = raw("GET /sub/ HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assertTrue(old.contains("Connection: close") && old.endsWith("</html>\n"), old);
    assertTrue(get("/a.txt/").startsWith("HTTP/1.1 404"));
  }

  @Test
  void nothingOutsideIsReachable() {
    assertTrue(get("/../etc/passwd").startsWith("HTTP/1.1 400"));
    assertTrue(get("/%2e%2e/etc/passwd").startsWith("HTTP/1.1 400"));
    assertTrue(get("/..%2fetc/passwd").startsWith("HTTP/1.1 400"));
    assertTrue(get("/link/secret").startsWith("HTTP/1.1 404"));
    assertTrue(get("/link").startsWith("HTTP/1.1 404"));
    assertTrue(get("/none").startsWith("HTTP/1.1 404"));
  }

  // APP-03
  @Test
  void hostileRequestsAreRefused() {
    assertTrue(raw("POST\r\n\r\n").startsWith("HTTP/1.1 400"));
    assertTrue(raw("GET /" + "a".repeat(20_000)).startsWith("HTTP/1.1 414"));
    assertTrue(get("/" + "a".repeat(7000)).startsWith("HTTP/1.1 414"));
    assertTrue(raw("GET / HTTP/1.1\r\nX: " + "a".repeat(20_000)).startsWith("HTTP/1.1 431"));
    assertTrue(raw("BREW / HTTP/1.1\r\nHost: a\r\n\r\n").startsWith("HTTP/1.1 501"));
    String post = raw("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde");
    assertTrue(post.startsWith("HTTP/1.1 405") && post.contains("Allow: GET, HEAD"), post);
    for (String length : new String[] {"2147483648", "9223372036854775807"}) {
      assertTrue(
          raw("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: "
                  + length
                  + "\r\n\r\n"
                  + "x".repeat(9999))
              .startsWith("HTTP/1.1 413"));
    }
    assertTrue(
        raw("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n").startsWith("HTTP/1.1 400"));
    assertTrue(raw("\0\1\2\3\r\n\r\n").startsWith("HTTP/1.1 400"));
    assertEquals("", raw(""));
  }

  @Test
  void smallBodiesAreSkipped() {
    String next = "GET /a.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    String counted = "GET /empty HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n";
    assertTrue(raw(counted + "x".repeat(20_000) + next).endsWith("hello, world\n"));
    String coded = "GET /empty HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    assertTrue(raw(coded + "3\r\nabc\r\n0\r\n\r\n" + next).endsWith("hello, world\n"));
    assertTrue(raw(coded + "zzz").startsWith("HTTP/1.1 400"));
    assertTrue(raw(coded + "fffff\r\n" + "x".repeat(80_000)).startsWith("HTTP/1.1 413"));
  }

  @Test
  void silentConnectionsAreClosed() {
    world.far(new Httpd(world.far), "/www");
    world.near.inputOpen = true;
    world.near.input.add("GET / HT".getBytes(ISO_8859_1));
    long began = world.nowNs;
    world.meanwhile =
        () -> {
          if (world.nowNs - began > 40_000_000_000L) {
            world.near.inputOpen = false;
            world.near.stop |= world.nowNs - began > 100_000_000_000L;
          }
        };
    world.near(new Nc(world.near), "10.9.0.2", "80");
    assertEquals("", world.near.out());
    assertTrue(world.nowNs - began < 90_000_000_000L);
  }

  private void fetch(int bytes) {
    byte[] content = random(bytes);
    world.far.files.contents.put("/www/big", content);
    world.far(new Httpd(world.far), "/www");
    int code = world.near(new Get(world.near), "http://10.9.0.2/big", "-o", "/tmp/x");
    assertEquals(0, code, world.near.err());
    assertArrayEquals(content, world.near.files.contents.get("/tmp/x"));
    assertEquals(0, world.near.files.open);
    assertTrue(world.near.err().contains("get: " + bytes + " bytes in "), world.near.err());
  }

  @Test
  void getFetchesALargeFile() {
    long beganNs = world.nowNs;
    fetch(5_000_000);
    assertTrue(world.nowNs - beganNs < 1_000_000_000L, "it ends when the last FIN is acknowledged");
  }

  @Test
  void progressOverwritesItselfOnATerminalOnly() {
    ImpairmentSettings settings = new ImpairmentSettings();
    settings.rateBits = 4_000_000;
    world.farLink(new Impairment(world.cable.peer(), settings, 1000));
    world.near.terminal = true;
    fetch(500_000);
    String shown = world.near.err();
    assertTrue(shown.startsWith("\r") && shown.contains(" MB/s  ") && shown.contains(" %"), shown);
    assertTrue(
        shown.matches("(?s).*\r +\rget: 500000 bytes in 1\\.[0-9]{3} s, 0\\.4[0-9] MB/s\n"), shown);
  }

  @Test
  void getFetchesAnEmptyFile() {
    fetch(0);
  }

  @Test
  void getFetchesThroughABadNetwork() {
    ImpairmentSettings settings = new ImpairmentSettings();
    settings.lossPpm = 20_000;
    settings.delayNs = 5_000_000;
    settings.reorderPpm = 10_000;
    settings.seed = 7;
    world.farLink(new Impairment(world.cable.peer(), settings, 1000));
    fetch(1_000_000);
  }

  @Test
  void getFollowsRedirectsAndChunks() {
    world.far(new Httpd(world.far), "/www");
    assertEquals(0, world.near(new Get(world.near), "http://10.9.0.2/sub"), world.near.err());
    assertTrue(world.near.out().startsWith("<!DOCTYPE html>"), world.near.out());
    assertTrue(world.near.out().endsWith("</html>\n"), world.near.out());
  }

  @Test
  void getTellsWhatTheServerRefused() {
    world.far(new Httpd(world.far), "/www");
    assertEquals(1, world.near(new Get(world.near), "http://10.9.0.2/none", "-o", "/x"));
    assertTrue(
        world.near.err().contains("get: the server answers: 404 Not Found"), world.near.err());
    assertFalse(world.near.files.contents.containsKey("/x"));
  }

  @Test
  void aFullDiskLeavesNoHalfFile() {
    world.far.files.contents.put("/www/big", random(1_000_000));
    world.far(new Httpd(world.far), "/www");
    world.near.files.space = 300_000;
    assertEquals(1, world.near(new Get(world.near), "http://10.9.0.2/big", "-o", "/x"));
    assertTrue(world.near.err().contains("no space left on the device"), world.near.err());
    assertFalse(world.near.files.contents.containsKey("/x"));
    assertEquals(0, world.near.files.open);
  }

  @Test
  void aLinkThatVanishesLeavesNoHalfFile() {
    world.far.files.contents.put("/www/big", random(1_000_000));
    world.far(new Httpd(world.far), "/www");
    world.near.tap = new BreakingLink(world.cable, 300);
    assertEquals(1, world.near(new Get(world.near), "http://10.9.0.2/big", "-o", "/x"));
    assertTrue(
        world.near.err().endsWith("get: the link is gone: the device was removed or taken down\n"));
    assertFalse(world.near.files.contents.containsKey("/x"));
    assertEquals(0, world.near.files.open);
  }

  /** Lets get meet a server that says this and then closes; answers exit code and messages. */
  private String served(String answer) {
    World world = new World();
    world.far.input.add(answer.getBytes(ISO_8859_1));
    world.far(new Nc(world.far), "-l", "80");
    int code = world.near(new Get(world.near), "http://10.9.0.2/", "-o", "/x");
    assertEquals(code == 0, world.near.files.contents.containsKey("/x"));
    assertEquals(0, world.near.files.open);
    return code + " " + world.near.err();
  }

  @Test
  void brokenServersAreTold() {
    assertTrue(served("HTTP/1.1 200 OK\r\n\r\nabc").startsWith("0 "));
    assertTrue(served("HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 200 OK\r\n\r\nabc").startsWith("0 "));
    assertTrue(
        served("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc").contains("after 3 octets of 9"));
    String open = served("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    assertTrue(open.contains("too early"), open);
    String bad = served("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd");
    assertTrue(bad.contains("malformed"), bad);
    assertTrue(served("").contains("before it answered"));
    assertTrue(served("SSH-2.0\r\n\r\n").contains("not HTTP/1.1"));
    assertTrue(served("HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(9999)).contains("too long"));
    assertTrue(served("HTTP/1.1 100 a\r\n\r\n".repeat(50)).contains("without end"));
    assertTrue(
        served("HTTP/1.1 302 a\r\nLocation: ftp://x/\r\n\r\n")
            .contains("cannot follow the redirect"));
  }

  @Test
  void nobodyListens() {
    world.far(new Echo(world.far));
    assertEquals(1, world.near(new Get(world.near), "http://10.9.0.2/"));
    assertTrue(
        world.near.err().contains("cannot connect to 10.9.0.2 port 80: connection refused"),
        world.near.err());
  }

  @Test
  void aSilentServerIsGivenUp() {
    world.far.inputOpen = true;
    world.far(new Nc(world.far), "-l", "80");
    assertEquals(1, world.near(new Get(world.near), "http://10.9.0.2/"));
    assertTrue(world.near.err().contains("nothing came for 30 seconds"), world.near.err());
  }
}
