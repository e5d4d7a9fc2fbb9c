// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.stack.Status;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramsTest {
  private final World world = new World();

  private int usage(Program program, String... words) {
    return Runner.run(world.near.arguments(words), program);
  }

  @Test
  void pingPrintsWhatEverybodyKnows() {
    world.far(new Echo(world.far));
    int code = world.near(new Ping(world.near), "10.9.0.2", "-c", "3", "-s", "100");
    String out = world.near.out();
    assertEquals(0, code, world.near.err());
    assertTrue(out.startsWith("PING 10.9.0.2 (10.9.0.2) 100(128) bytes of data.\n"), out);
    assertTrue(out.contains("108 bytes from 10.9.0.2: icmp_seq=3 ttl=64 time="), out);
    assertTrue(out.contains("3 packets transmitted, 3 received, 0% packet loss, time 2"), out);
    assertTrue(out.contains("rtt min/avg/max/mdev = 0."), out);
  }

  @Test
  void pingFailsWhereNothingAnswers() {
    world.far(new Echo(world.far));
    int code = world.near(new Ping(world.near), "10.9.0.77", "-c", "2", "-i", "0.2", "-W", "1");
    assertEquals(1, code);
    assertTrue(world.near.out().contains(", 0 received"), world.near.out());
    assertTrue(world.near.out().contains("100% packet loss"), world.near.out());
  }

  @Test
  void pingEndsWhenItsTimeIsOverAndCountsAnswersThen() {
    world.far(new Echo(world.far));
    assertEquals(0, world.near(new Ping(world.near), "10.9.0.2", "-w", "2.5"));
    assertTrue(world.near.out().contains("3 packets transmitted, 3 received"), world.near.out());
    world.near.output.reset();
    assertEquals(0, world.near(new Ping(world.near), "10.9.0.2", "-w", "9", "-c", "2"));
    assertTrue(world.near.out().contains("2 packets transmitted, 2 received"), world.near.out());
    world.near.output.reset();
    assertEquals(1, world.near(new Ping(world.near), "10.9.0.2", "-w", "1.5", "-c", "3"));
    assertTrue(world.near.out().contains("2 packets transmitted, 2 received"), world.near.out());
    world.near.output.reset();
    assertEquals(1, world.near(new Ping(world.near), "10.9.0.77", "-w", "2.5", "-c", "1"));
    assertTrue(world.near.out().contains("3 packets transmitted, 0 received"), world.near.out());
  }

  @Test
  void pingEndsWithStatisticsWhenInterrupted() {
    world.far(new Echo(world.far));
    world.meanwhile = () -> world.near.stop |= world.nowNs > 6_000_000_000L;
    assertEquals(0, world.near(new Ping(world.near), "10.9.0.2"));
    assertTrue(world.near.out().contains("6 packets transmitted, 6 received"), world.near.out());
  }

  @Test
  void programTellsWhatMemoryIsTakenWhereThatIsKnown() {
    world.near.memoryIsKnown = true;
    assertEquals(1, world.near(new Ping(world.near), "10.9.0.77", "-v", "-c", "1", "-W", "0.1"));
    assertTrue(
        world
            .near
            .err()
            .matches(
                "ping: octets of memory: code and data 100000, program and link 4000000, packets"
                    + " [0-9]{6}, connections, their buffers and tables 3[0-9]{6}; in all 8100000"
                    + "\n"),
        world.near.err());
    world.near.memoryIsKnown = false;
    world.near.errors.reset();
    assertEquals(1, world.near(new Ping(world.near), "10.9.0.77", "-v", "-c", "1", "-W", "0.1"));
    assertTrue(world.near.err().contains("-v is for native binaries"), world.near.err());
  }

  @Test
  void tracerouteNamesWhoAnswersAndStarsWhoDoesNot() {
    world.far(new Echo(world.far));
    int code = world.near(new Traceroute(world.near), "10.9.0.2", "-q", "2");
    String out = world.near.out();
    assertEquals(0, code, world.near.err());
    assertTrue(out.startsWith("traceroute to 10.9.0.2 (10.9.0.2), 30 hops max, 60 byte "), out);
    assertTrue(out.matches("(?s).*\\n 1  10\\.9\\.0\\.2(  0\\.\\d{3} ms){2}\\n"), out);
  }

  @Test
  void tracerouteEndsWhereNobodyIs() {
    world.far(new Echo(world.far));
    int code = world.near(new Traceroute(world.near), "10.9.0.77", "-m", "2", "-w", "0.1");
    assertEquals(0, code, world.near.err());
    assertTrue(world.near.out().contains("\n 1 * * *\n 2 * * *\n"), world.near.out());
    assertEquals(0, world.near(new Traceroute(world.near), "10.9.0.77", "-w", "9"));
    assertTrue(world.near.out().contains(" ms !H"), world.near.out());
  }

  @Test
  void ncAndEchoCarryOctetsBothWays() {
    byte[] data = new byte[3_000_000];
    new Random(5).nextBytes(data);
    world.near.input.add(data);
    world.far(new Echo(world.far));
    assertEquals(0, world.near(new Nc(world.near), "10.9.0.2", "7"), world.near.err());
    assertArrayEquals(data, world.near.output.toByteArray());
  }

  @Test
  void ncToNc() {
    byte[] data = new byte[300_000];
    new Random(5).nextBytes(data);
    world.near.input.add(data);
    world.far.input.add("answer".getBytes(ISO_8859_1));
    world.far(new Nc(world.far), "-l", "5000");
    assertEquals(0, world.near(new Nc(world.near), "10.9.0.2", "5000"), world.near.err());
    assertEquals("answer", world.near.out());
    world.farAlone(1_000_000_000L);
    assertArrayEquals(data, world.far.output.toByteArray());
    assertEquals(0, world.farProgram.exitCode());
  }

  @Test
  void ncSpeaksUdpToEcho() {
    world.near.input.add("one".getBytes(ISO_8859_1));
    world.near.input.add("two".getBytes(ISO_8859_1));
    world.far(new Echo(world.far), "--udp");
    assertEquals(0, world.near(new Nc(world.near), "-u", "10.9.0.2", "7"), world.near.err());
    assertEquals("onetwo", world.near.out());
  }

  @Test
  void ncListensOverUdp() {
    world.near.input.add("question".getBytes(ISO_8859_1));
    world.far.input.add("answer".getBytes(ISO_8859_1));
    world.far(new Nc(world.far), "-lu", "7");
    assertEquals(0, world.near(new Nc(world.near), "-u", "10.9.0.2", "7"), world.near.err());
    assertEquals("answer", world.near.out());
    assertEquals("question", world.far.out());
  }

  @Test
  void ncTellsWhoRefuses() {
    world.far(new Echo(world.far));
    assertEquals(1, world.near(new Nc(world.near), "10.9.0.2", "9"));
    assertEquals("nc: cannot connect to 10.9.0.2 port 9: connection refused\n", world.near.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"receive", "send", "round_trips", "connections"})
  void perfMeasures(String what) {
    world.far(new Perf(world.far));
    int code = world.near(new Perf(world.near), "-c", "10.9.0.2", what, "-t", "0.005");
    assertEquals(0, code, world.near.err());
    assertTrue(world.near.out().matches("[1-9][0-9]+ 0\\.0[0-9]{5}\n"), world.near.out());
  }

  @Test
  void aLinkThatVanishesEndsTheProgram() {
    world.near.tap =
        new Link() {
          @Override
          public int frameBytes() {
            return 1514;
          }

          @Override
          public int receive(Packet packet, long nowNs) {
            return nowNs > 3_000_000_000L ? Status.LINK_DOWN : 0;
          }

          @Override
          public int send(Packet packet, long nowNs) {
            return 0;
          }
        };
    assertEquals(1, world.near(new Ping(world.near), "10.9.0.2"));
    assertTrue(world.near.err().startsWith("ping: the link is gone"), world.near.err());
  }

  @Test
  void aLinkThatCannotBeOpenedIsTold() {
    world.near.tap = null;
    assertEquals(1, world.near(new Echo(world.near)));
    assertEquals("echo: cannot use t0: there is no such device\n", world.near.err());
  }

  @Test
  void capturesAndImpairsTheLink() {
    world.far(new Echo(world.far));
    int code =
        world.near(
            new Ping(world.near), "10.9.0.2", "-c", "2", "--impair", "delay=20ms", "--pcap", "/p");
    assertEquals(0, code, world.near.err());
    assertTrue(world.near.out().contains("time=40"), world.near.out());
    byte[] capture = world.near.files.contents.get("/p");
    assertEquals((byte) 0xA1, capture[0]);
    assertTrue(capture.length > 24 + 4 * (16 + 98), "four echoes at least: " + capture.length);
  }

  @Test
  void helpGoesToOutput() {
    assertEquals(0, usage(new Httpd(world.near), "--help"));
    assertTrue(
        world.near.out().contains("httpd DIR") && world.near.out().contains("--impair SPEC"));
    assertEquals("", world.near.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.9.0.2",
        "10.9.0.2 --tap t0",
        "10.9.0.2 --tap t0 --address",
        "10.9.0.2 --address 1",
        "10.9.0.2 --tap t0 --address 10.9.0.1",
        "10.9.0.2 --tap t0 --address 10.9.0.1/33",
        "10.9.0.2 --tap t0 --address 10.9.0.0/24",
        "10.9.0.2 --tap t0 --address 10.9.0.255/24",
        "10.9.0.2 --tap t0 --address 127.0.0.1/8",
        "10.9.0.2 --tap t0 --address 224.0.0.1/4",
        "10.9.0.2 --tap t0 --address 10.9.0.1/24 --gateway 10.8.0.1",
        "10.9.0.2 --tap t0 --address 10.9.0.1/24 --gateway 10.9.0.1",
        "10.9.0.2 --tap t0 --address 10.9.0.1/24 --mac ff:ff:ff:ff:ff:ff",
        "10.9.0.2 --tap t0 --interface e --address 10.9.0.1/24",
        "--tap 0123456789abcdef",
        "--tap a/b",
        "--impair loss=200%",
        "--impair loss",
        "--impair foo=1",
        "--nonsense",
        "example.org",
        "10.9.0.2 10.9.0.3",
        "-c 0 10.9.0.2",
        "-c",
        "-c x",
        "-i 0",
        "-s 65508",
        "010.9.0.2",
        "10.9.0",
        "-W -1",
        "--pcap"
      })
  void wrongCommandLinesGetOneSentence(String line) {
    assertEquals(2, usage(new Ping(world.near), line.isEmpty() ? new String[0] : line.split(" ")));
    String said = world.near.err();
    assertTrue(said.startsWith("ping: ") && said.indexOf('\n') == said.length() - 1, said);
    assertEquals("", world.near.out());
  }

  @Test
  void strangeWordsAreShownHarmlessly() {
    assertEquals(2, usage(new Ping(world.near), "-\033[2J" + "x".repeat(5000)));
    assertTrue(world.near.err().startsWith("ping: unknown option -?[2Jxxx"), world.near.err());
    assertTrue(world.near.err().length() < 400);
  }

  @Test
  void wrongCommandLinesOfOthers() {
    String[] common = {"--tap", "t0", "--address", "10.9.0.1/24"};
    assertEquals(2, usage(new Get(world.near), common));
    assertEquals(2, usage(new Get(world.near), "https://10.9.0.1/"));
    assertEquals(2, usage(new Get(world.near), "http://10.9.0.1/", "-o"));
    assertEquals(2, usage(new Httpd(world.near), common));
    assertEquals(2, usage(new Httpd(world.near), "a", "b"));
    assertEquals(2, usage(new Httpd(world.near), "a", "--port", "0"));
    assertEquals(2, usage(new Echo(world.near), "--port", "65536"));
    assertEquals(2, usage(new Nc(world.near), common));
    assertEquals(2, usage(new Nc(world.near), "10.9.0.1"));
    assertEquals(2, usage(new Nc(world.near), "-l", "10.9.0.1", "5"));
    assertEquals(2, usage(new Perf(world.near), "-c", "10.9.0.1", "-t", "1"));
    assertEquals(2, usage(new Perf(world.near), "receive"));
  }
}
