// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.simnet;

import static dev.tulle.simnet.LinkQuality.mbit;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The JDK's HTTP client and server, unmodified, on both ends of a bad network in virtual time. */
@Timeout(120)
class SimHttpTest {
  private static final int OCTETS = 100_000;
  private static final int REQUESTS = 3;

  /** A program of its own, because the provider is the whole process's: prints all frames. */
  public static void main(String[] words) throws Exception {
    long seed = Long.parseLong(words[0]);
    byte[] body = new byte[OCTETS];
    new Random(seed).nextBytes(body);
    SimNetwork net = SimNetwork.seed(seed).virtual();
    net.link(l -> l.delay(ofMillis(80)).loss(0.03).rate(mbit(10)));
    SimProvider.use(net.right());
    HttpServer server = HttpServer.create(new InetSocketAddress(net.rightAddress(), 80), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    SimProvider.use(net.left());
    HttpClient client = HttpClient.newHttpClient();
    URI uri = URI.create("http://" + net.rightAddress().getHostAddress() + "/");
    for (int i = 0; i < REQUESTS; i++) {
      HttpResponse<byte[]> answer =
          client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
      if (!Arrays.equals(body, answer.body())) {
        throw new IllegalStateException("another body than the server's");
      }
    }
    // What follows the last answer depends on when the machine's own timers close connections.
    net.trace().forEach(System.out::println);
    System.exit(0);
  }

  private static List<String> frames(long seed) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.nio.channels.spi.SelectorProvider=" + SimProvider.class.getName(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                SimHttpTest.class.getName(),
                Long.toString(seed))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said.lines().toList();
  }

  @Test
  void aSeedGivesTheSameFramesOfHttpAtTheSameTimes() throws Exception {
    List<String> first = frames(11);
    assertTrue(first.size() > REQUESTS * OCTETS / 1460, "frames: " + first.size());
    assertEquals(String.join("\n", first), String.join("\n", frames(11)));
    assertNotEquals(first, frames(12));
  }
}
