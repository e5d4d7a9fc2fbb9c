// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.link.Impairment;
import dev.tulle.link.ImpairmentSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Iperf3ProgramTest {
  private final World world = new World();

  /** Starts the server behind a slow link: virtual seconds on a fast one take real minutes. */
  private void serve(int lossPpm) {
    ImpairmentSettings settings = new ImpairmentSettings();
    settings.rateBits = 20_000_000;
    settings.delayNs = 1_000_000;
    settings.lossPpm = lossPpm;
    settings.seed = 3;
    world.farLink(new Impairment(world.cable.peer(), settings, 1000));
    world.far(new Iperf3(world.far), "-s");
  }

  private String run(String options) {
    if (world.farHost == null) {
      serve(0);
    }
    int code = world.near(new Iperf3(world.near), ("-c 10.9.0.2 " + options).trim().split(" "));
    world.farAlone(100_000_000);
    assertEquals(0, code, world.near.err() + world.near.out());
    assertEquals("", world.far.err());
    return world.near.out();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-t 2",
        "-t 2 -R",
        "-t 2 -P 3",
        "-t 2 -P 16 -R",
        "-n 1M",
        "-n 1M -R -P 2",
        "-t 2 -b 5M",
        "-t 2 -O 1",
        "-t 2 -l 100"
      })
  void tcp(String options) {
    String out = run(options);
    assertTrue(out.contains("sender\n") && out.contains("receiver\n"), out);
    assertTrue(out.endsWith("\niperf Done.\n"), out);
    String served = world.far.out();
    assertTrue(served.contains("Accepted connection from 10.9.0.1"), served);
    assertTrue(served.contains(options.contains("-R") ? "sender\n" : "receiver\n"), served);
    assertEquals(3, served.split("Server listening on 5201").length, served);
  }

  @Test
  void theRateIsKept() {
    String out = run("-t 4 -b 4M -l 1000");
    assertTrue(out.contains("0.00-4.00   sec  1.9") && out.contains("4.00 Mbits/sec"), out);
  }

  @ParameterizedTest
  @CsvSource({
    "-u -t 2 -b 2M",
    "-u -t 2 -b 2M -R",
    "-u -t 2 -b 1M -P 4",
    "-u -t 1 -b 2M -P 2 -R -l 500"
  })
  void udp(String options) {
    String out = run(options);
    assertTrue(out.contains("(0%)  receiver\n"), out);
    assertTrue(out.contains("(0%)  sender\n"), out);
  }

  @Test
  void udpLossIsCounted() {
    serve(100_000);
    String out = run("-u -t 5 -b 2M");
    String receiver = out.substring(out.lastIndexOf("ms  "), out.lastIndexOf("receiver"));
    assertTrue(receiver.matches("ms  [0-9]+/[0-9]+ \\((9|1[01])(\\.[0-9])?%\\)  "), out);
  }

  @Test
  void oneTestAfterTheOther() {
    for (String options : new String[] {"-t 1", "-u -t 1", "-t 1 -R", "-u -R -t 1", "-P 2 -t 1"}) {
      world.near.output.reset();
      run(options);
    }
    assertEquals(6, world.far.out().split("Server listening").length - 1);
  }

  /** Says something strange to the server; afterwards it must serve others. */
  private void hostile(String words) {
    world.near.input.add(words.getBytes(ISO_8859_1));
    serve(0);
    world.near(new Nc(world.near), "10.9.0.2", "5201");
    world.near.output.reset();
    world.far.errors.reset();
    run("-t 1");
  }

  private static final String COOKIE = "a".repeat(36) + "\0";

  @Test
  void noCookie() {
    hostile("abc");
  }

  @Test
  void anotherProtocol() {
    hostile("GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: 0123456789\r\n\r\n");
  }

  @Test
  void aHugeLength() {
    hostile(COOKIE + "\377\377\377\377");
    assertEquals("", world.far.err());
  }

  @Test
  void brokenParameters() {
    hostile(COOKIE + "\0\0\0\7{\"tcp\":");
  }

  @Test
  void parametersOutOfRange() {
    hostile(COOKIE + "\0\0\0\46{\"tcp\":true,\"parallel\":9999,\"len\":1}  ");
  }

  @Test
  void aServerThatIsNone() {
    world.far.inputOpen = true;
    world.far(new Nc(world.far), "-l", "5201");
    assertEquals(1, world.near(new Iperf3(world.near), "-c", "10.9.0.2"));
    assertTrue(world.near.err().startsWith("iperf3: no answer from the server"), world.near.err());
  }

  @Test
  void wrongCommandLines() {
    for (String line :
        new String[] {
          "",
          "-s -c 10.9.0.2",
          "-c",
          "-c x",
          "-c 10.9.0.2 -P 17",
          "-c 10.9.0.2 -t 0",
          "-c 10.9.0.2 -u -l 8",
          "-c 10.9.0.2 -b 0",
          "-z",
          "-s 5",
          "-p 70000 -s"
        }) {
      world.near.errors.reset();
      String[] words = line.isEmpty() ? new String[0] : line.split(" ");
      assertEquals(2, Runner.run(world.near.arguments(words), new Iperf3(world.near)), line);
      assertEquals(world.near.err().length() - 1, world.near.err().indexOf('\n'));
    }
  }
}
