// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.nd.Ipv6Port;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names and leases in programs: the far machine serves both. */
class NamesTest {
  private final World world = new World();
  private final NameServer server = new NameServer(new Echo(world.far));
  private boolean withholdFour;

  @BeforeEach
  void numbers() {
    world.farLink(new NumberingLink(world.cable.peer()));
  }

  private int dhcp(Program program, String... words) {
    String[] all = new String[words.length + 4];
    System.arraycopy(new String[] {"--tap", "t0", "--address", "dhcp"}, 0, all, 0, 4);
    System.arraycopy(words, 0, all, 4, words.length);
    return Runner.run(world.near.arguments(all), program);
  }

  @Test
  void pingFindsAHostByItsName() {
    world.far(server);
    int code = world.near(new Ping(world.near), "far.example", "-c", "2", "--dns", "10.9.0.2");
    String out = world.near.out();
    assertEquals(0, code, world.near.err());
    assertTrue(out.startsWith("PING far.example (10.9.0.2) 56(84) bytes of data.\n"), out);
    assertTrue(out.contains("64 bytes from 10.9.0.2: icmp_seq=2"), out);
    assertTrue(out.contains("--- far.example ping statistics ---\n2 packets"), out);
    assertEquals("", world.near.err());
  }

  @Test
  void ncFindsAHostByItsName() {
    world.far(server);
    world.near.input.add("hello".getBytes(ISO_8859_1));
    int code = world.near(new Nc(world.near), "--dns", "10.9.0.77,10.9.0.2", "far.example", "7");
    assertEquals(0, code, world.near.err());
    assertEquals("hello", world.near.out());
  }

  @Test
  void iperf3FindsAHostByItsName() {
    world.far(new NameServer(new Iperf3(world.far)), "-s");
    Program near = new Iperf3(world.near);
    int code = world.near(near, "-c", "far.example", "-n", "10K", "--dns", "10.9.0.2");
    assertEquals(0, code, world.near.err());
    assertTrue(world.near.out().endsWith("\niperf Done.\n"), world.near.out());
  }

  /** Fetches a file from a host with a name, over IPv6 as well; answers the nanoseconds. */
  private long fetch(int code, String name) {
    return fetch(code, name, 1 << 20);
  }

  private long fetch(int code, String name, int bufferBytes) {
    world.far.files.with("/www/a.txt", "hello\n");
    NameServer names = new NameServer(new Httpd(world.far));
    names.withholdFour = withholdFour;
    world.far(names, "/www");
    Ipv6Port six = world.farHost.ipv6Port;
    six.start(world.nowNs);
    six.addresses.add(0xFD00L << 48, 2, 64, false, world.nowNs);
    Program get = new Get(world.near, bufferBytes);
    String url = "http://" + name + "/a.txt";
    long begunNs = world.nowNs;
    int is = world.near(get, url, "--address", "fd00::1/64", "--dns", "10.9.0.2");
    assertEquals(code, is, world.near.err());
    return world.nowNs - begunNs;
  }

  @Test
  void anAddressWhereNobodyIsCostsAQuarterOfASecond() {
    long twoNs = fetch(0, "two.example");
    assertEquals("hello\n", world.near.out());
    NamesTest other = new NamesTest();
    other.numbers();
    long oneNs = other.fetch(0, "far.example");
    assertTrue(twoNs - oneNs >= 249_000_000L, twoNs + " " + oneNs);
    assertTrue(twoNs - oneNs < 260_000_000L, twoNs + " " + oneNs);
  }

  @Test
  void aRequestThatDoesNotFitItsBufferIsWaitedForAsleep() {
    String longer = "both.example/" + "a".repeat(900);
    assertTimeoutPreemptively(Duration.ofSeconds(60), () -> fetch(1, longer, 512));
    assertTrue(world.near.err().contains("nothing came for 30 seconds"), world.near.err());
  }

  /** RFC 8305 3: an IPv6 address is used at once, the other one where it comes in time. */
  @Test
  void anIpv6AddressWaitsForNoOther() {
    withholdFour = true;
    long ns = fetch(0, "both.example");
    assertEquals("hello\n", world.near.out());
    NamesTest other = new NamesTest();
    other.numbers();
    long bothNs = other.fetch(0, "both.example");
    assertTrue(ns - bothNs < 10_000_000L, ns + " " + bothNs);
  }

  @Test
  void noRateIsToldOfWhatTookNoTime() {
    fetch(0, "far.example");
    assertEquals("get: 6 bytes in 0.000 s\n", world.near.err());
  }

  @Test
  void whereNobodyIsAtEitherAddressOneSentenceSaysSo() {
    fetch(1, "mute.example");
    String err = world.near.err();
    assertTrue(err.startsWith("get: nothing came for 30 seconds from fd00::99 port 80"), err);
    assertEquals(err.length() - 1, err.indexOf('\n'), err);
  }

  @Test
  void aRaceCanBeInterrupted() {
    world.meanwhile = () -> world.near.stop |= world.nowNs > 3_400_000_000L;
    fetch(1, "mute.example");
    assertEquals("get: interrupted\n", world.near.err());
  }

  @Test
  void lookingUpCanBeInterrupted() {
    server.silent = true;
    world.far(server);
    world.meanwhile = () -> world.near.stop |= world.nowNs > 2_000_000_000L;
    int code = world.near(new Get(world.near), "http://far.example/", "--dns", "10.9.0.2");
    assertEquals(1, code);
    assertEquals("get: interrupted\n", world.near.err());
  }

  @Test
  void aNameThatLeadsNowhereIsOneSentence() {
    world.far(server);
    int code = world.near(new Nc(world.near), "none.example", "7", "--dns", "10.9.0.2");
    assertEquals(1, code);
    assertEquals("nc: cannot look up none.example: there is no such name\n", world.near.err());
  }

  @Test
  void aSilentNameServerIsOneSentence() {
    server.silent = true;
    world.far(server);
    int code = world.near(new Ping(world.near), "far.example", "--dns", "10.9.0.2");
    assertEquals(1, code);
    assertEquals(
        "ping: cannot look up far.example: the name server does not answer\n", world.near.err());
  }

  @Test
  void aNameWithoutANameServerIsMisuse() {
    assertEquals(2, world.near(new Ping(world.near), "far.example"));
    assertEquals(
        "ping: which name server? Give --dns A to look up far.example\n", world.near.err());
  }

  @Test
  void wrongNameServersAreMisuse() {
    for (String value : new String[] {"", "x", "10.9.0.1,", "10.9.0.1,,10.9.0.2", "224.0.0.1"}) {
      assertEquals(2, world.near(new Ping(world.near), "a.example", "--dns", value), value);
    }
    String four = "10.9.0.1,10.9.0.2,10.9.0.3,10.9.0.4";
    assertEquals(2, world.near(new Ping(world.near), "a.example", "--dns", four));
  }

  @Test
  void anAddressByDhcpBringsRouteAndNamesAndIsGivenBack() {
    world.far(server);
    int code = dhcp(new Ping(world.near), "far", "-c", "2");
    assertEquals(0, code, world.near.err());
    assertTrue(world.near.out().startsWith("PING far (10.9.0.2)"), world.near.out());
    assertEquals(
        """
        ping: asking for an address by DHCP
        ping: an address was offered; making sure that nobody else has it
        ping: has the address 10.9.0.1 from 10.9.0.2
        """,
        world.near.err());
    world.stepFar();
    assertTrue(server.released);
  }

  @Test
  void theLeaseIsRenewedWhileAProgramRuns() {
    world.far(server);
    assertEquals(0, dhcp(new Ping(world.near), "10.9.0.2", "-c", "70"), world.near.err());
    assertTrue(world.near.out().contains("70 received"), world.near.out());
    assertTrue(server.requests > 10, "it is asked for every five seconds");
  }

  @Test
  void whereNoDhcpServerAnswersOneSentenceSaysSo() {
    server.silent = true;
    world.far(server);
    assertEquals(1, dhcp(new Ping(world.near), "10.9.0.2"));
    String err = world.near.err();
    assertTrue(
        err.endsWith(
            "ping: no address by DHCP: no server answered in 45 seconds; give --address A/P\n"),
        err);
    assertFalse(server.released);
  }

  @Test
  void dhcpPrintsTheLease() {
    world.far(server);
    assertEquals(0, Runner.run(world.near.arguments("--tap", "t0"), new Dhcp(world.near)));
    assertEquals(
        """
        address 10.9.0.1/24
        gateway 10.9.0.2
        server 10.9.0.2
        lease 120 s, renewed after 5 s
        name server 10.9.0.2
        domain example
        largest packet 1500
        """,
        world.near.out());
  }

  @Test
  void dhcpKeepsTheAddressOnRequest() {
    world.far(server);
    world.meanwhile = () -> world.near.stop |= world.nowNs > 80_000_000_000L;
    assertEquals(0, Runner.run(world.near.arguments("--tap", "t0", "-k"), new Dhcp(world.near)));
    assertTrue(world.near.out().contains("\nrenewed, times: 1\nrenewed, times: 2\n"));
  }

  @Test
  void digPrintsWhatTheServerSays() {
    world.far(server);
    int code = world.near(new Dig(world.near), "far.example", "@10.9.0.2");
    String out = world.near.out();
    assertEquals(0, code, world.near.err());
    assertTrue(
        out.startsWith(
            ";; code 0, answers 1, authorities 0\nfar.example. 60 IN A 10.9.0.2\n;; in "),
        out);
    code = world.near(new Dig(world.near), "none.example", "mx", "@10.9.0.2");
    assertEquals(1, code);
    assertTrue(
        world.near.err().endsWith("cannot look up none.example.: there is no such name\n"),
        world.near.err());
  }

  @Test
  void digIsExactAboutItsWords() {
    String[][] wrong = {{"a.example", "nonsense"}, {"a..b"}, {"a.example", "@b"}, {}};
    for (String[] words : wrong) {
      assertEquals(2, world.near(new Dig(world.near), words), String.join(" ", words));
    }
  }
}
