// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** curl against Tulle's httpd. */
@Timeout(90)
class RealHttpdTest {
  private static final String TEXT = "Tulle is a very light net.\n";

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void curlGetsHeadersRangesAndListings(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "curl")) {
      Files.writeString(rig.folder.resolve("secret"), "nobody shall see this");
      Path www = Files.createDirectory(rig.folder.resolve("www"));
      Files.writeString(www.resolve("a.txt"), TEXT);
      Files.writeString(www.resolve("b.html"), "<p>b</p>");
      Files.createDirectory(www.resolve("sub"));
      try (Child httpd = rig.serve("httpd", 80, www.toString())) {
        String base = "http://" + rig.lane.tulle() + "/";
        assertEquals(TEXT, rig.run("curl", "-sS", base + "a.txt"));
        assertEquals("very light", rig.run("curl", "-sS", "-r", "11-20", base + "a.txt"));
        assertEquals("net.\n", rig.run("curl", "-sS", "-r", "-5", base + "a.txt"));
        String partly = rig.run("curl", "-sSi", "-r", "11-20", base + "a.txt");
        assertTrue(partly.startsWith("HTTP/1.1 206"), partly);
        assertTrue(partly.contains("bytes 11-20/27"), partly);
        String head = rig.run("curl", "-sSI", base + "b.html").toLowerCase(Locale.ROOT);
        assertTrue(head.startsWith("http/1.1 200"), head);
        assertTrue(head.contains("content-length: 8\r\n"), head);
        assertTrue(head.contains("text/html"), head);
        assertFalse(head.contains("<p>"), head);
        String listing = rig.run("curl", "-sS", base);
        assertTrue(listing.contains("a.txt") && listing.contains("sub"), listing);
        assertStatus(rig, "404", base + "missing");
        for (String escape : new String[] {"../secret", "%2e%2e/secret", "sub/../../secret"}) {
          String text = rig.run("curl", "-sS", "--path-as-is", base + escape);
          assertFalse(text.contains("nobody"), text);
        }
        assertTrue(httpd.alive());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void curlUsesOneConnectionForManyRequests(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "curl")) {
      Files.writeString(rig.folder.resolve("a.txt"), TEXT);
      try (Child httpd = rig.serve("httpd", 80, rig.folder.toString())) {
        String url = "http://" + rig.lane.tulle() + "/a.txt";
        String made =
            rig.run(
                "curl",
                "-sS",
                "-o",
                "/dev/null",
                "-o",
                "/dev/null",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}:%{num_connects} ",
                url,
                url,
                url);
        assertEquals("200:1 200:0 200:0 ", made);
        assertTrue(httpd.alive());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void sixtyFourMegabytesArriveWhole(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "curl")) {
      Path file = rig.file("big", 64 << 20);
      try (Child httpd = rig.serve("httpd", 80, rig.folder.toString())) {
        Path copy = rig.folder.resolve("copy");
        rig.run("curl", "-sS", "-o", copy.toString(), "http://" + rig.lane.tulle() + "/big");
        Rig.assertEqualFiles(file, copy);
        assertTrue(httpd.alive());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void oneHundredConnectionsAreServedAtOnce(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs)) {
      Files.writeString(rig.folder.resolve("a.txt"), TEXT);
      try (Child httpd = rig.serve("httpd", 80, rig.folder.toString())) {
        byte[] expected = TEXT.getBytes(StandardCharsets.US_ASCII);
        new ManyRequests(rig.namespace, rig.lane.tulle(), 80).run("/a.txt", expected, 100, 10);
        assertTrue(httpd.alive());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void peerThatIsKilledWithinADownloadHarmsNobodyElse(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "curl")) {
      rig.file("big", 64 << 20);
      Files.writeString(rig.folder.resolve("a.txt"), TEXT);
      try (Child httpd = rig.serve("httpd", 80, rig.folder.toString())) {
        String base = "http://" + rig.lane.tulle() + "/";
        for (int i = 0; i < 5; i++) {
          try (Child curl =
              rig.namespace.start(
                  "curl", "-sS", "--limit-rate", "1M", "-o", "/dev/null", base + "big")) {
            assertFalse(curl.says("never", java.time.Duration.ofMillis(150)));
            curl.kill();
            assertNotEquals(0, curl.await(Rig.LIMIT));
          }
        }
        assertEquals(TEXT, rig.run("curl", "-sS", base + "a.txt"));
        assertTrue(httpd.alive());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void badRequestsAreRefusedAndTheNextOneIsServed(Programs programs) throws IOException {
    try (Rig rig = Rig.open(programs, "curl")) {
      Files.writeString(rig.folder.resolve("a.txt"), TEXT);
      try (Child httpd = rig.serve("httpd", 80, rig.folder.toString())) {
        String[] requests = {
          "\r\n\r\n\r\n",
          "GET\r\n\r\n",
          "GET / HTTP/9.9\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET /" + "a".repeat(100_000),
          "\0\1\2\3\r\n\r\n"
        };
        for (String request : requests) {
          try (Socket socket = rig.connect(80)) {
            try {
              socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
              socket.shutdownOutput();
              InputStream in = socket.getInputStream();
              String answer = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
              assertFalse(answer.startsWith("HTTP/1.1 200"), answer);
            } catch (java.net.SocketTimeoutException hangs) {
              throw hangs;
            } catch (IOException reset) {
              // That is an answer as well.
            }
          }
        }
        assertEquals(TEXT, rig.run("curl", "-sS", "http://" + rig.lane.tulle() + "/a.txt"));
        assertTrue(httpd.alive());
      }
    }
  }

  private static void assertStatus(Rig rig, String status, String url) throws IOException {
    assertEquals(status, rig.run("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", url));
  }
}
