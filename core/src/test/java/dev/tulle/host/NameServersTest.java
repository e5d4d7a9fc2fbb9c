// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Part;
import dev.tulle.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameServersTest {
  private static final long FD = 0xFDL << 56;

  private final NameServers names = new NameServers();
  private long nowNs = 1_000;

  private void dhcp(int... addresses) {
    byte[] b = new byte[4 * addresses.length];
    for (int i = 0; i < addresses.length; i++) {
      Bytes.put32(b, 4 * i, addresses[i]);
    }
    names.learn(b, b.length);
  }

  private void router(int number, long seconds) {
    names.server(FD, number, 0, nowNs + seconds * 1_000_000_000L, nowNs);
  }

  /** What is there: IPv4 addresses as they are, of IPv6 ones the last number below zero. */
  private List<Integer> servers() {
    names.expire(nowNs);
    List<Integer> all = new ArrayList<>();
    Endpoint to = new Endpoint();
    for (int i = 0; i < names.count(); i++) {
      names.server(i, to);
      assertEquals(53, to.port);
      all.add(to.six() ? (int) -to.low : to.address);
    }
    return all;
  }

  private void domains(int source, String labels) {
    byte[] b = labels.getBytes(ISO_8859_1);
    names.learnSearch(b, 0, b.length, source == NameServers.DHCP ? 0 : b.length, source, till(), 0);
  }

  private static long till() {
    return Part.NEVER;
  }

  private List<String> domains() {
    List<String> all = new ArrayList<>();
    byte[] to = new byte[255];
    int octets;
    while ((octets = names.domain(all.size(), to)) > 0) {
      all.add(new String(to, 0, octets, ISO_8859_1));
    }
    return all;
  }

  @Test
  void whomDhcpNamesComesBeforeWhomRoutersName() {
    router(1, 60);
    router(2, 60);
    dhcp(0x0A000001, 0x0A000002);
    assertEquals(List.of(0x0A000001, 0x0A000002, -1, -2), servers());
    names.clear(NameServers.DHCP);
    assertEquals(List.of(-1, -2), servers());
  }

  @Test
  void eachSourceHasThreeAndAllTogetherSix() {
    for (int i = 1; i < 9; i++) {
      router(i, 60);
    }
    assertEquals(List.of(-1, -2, -3), servers());
    dhcp(0x0A000001, 0x0A000002, 0x0A000003, 0x0A000004);
    names.add(0x0A000009);
    assertEquals(List.of(0x0A000009, 0x0A000001, 0x0A000002, 0x0A000003, -1, -2), servers());
  }

  @Test
  void aServerIsGoodForItsTimeWhichIsToldAnew() {
    router(1, 60);
    router(2, 20);
    router(1, 100);
    nowNs += 20_000_000_000L;
    assertEquals(List.of(-1), servers());
    router(1, 0);
    router(5, 0);
    assertEquals(List.of(), servers());
  }

  @Test
  void serversByHandAreAloneWhereTheyAreFixed() {
    names.add(0x0A000009);
    names.fix();
    router(1, 60);
    dhcp(0x0A000001);
    assertEquals(List.of(0x0A000009), servers());
    Endpoint six = new Endpoint();
    six.set(FD, 7, 0);
    names.only(six);
    assertEquals(List.of(-7), servers());
  }

  @Test
  void domainsOfRoutersComeBehindThoseOfDhcp() {
    domains(3, "\1b\0\1c\0\0\0");
    domains(NameServers.DHCP, "\1a\0");
    assertEquals(List.of("\1a\0", "\1b\0", "\1c\0"), domains());
  }

  /** RFC 8106 5.2: domains are not compressed there. */
  @Test
  void domainsOfRoutersHaveNoPointers() {
    domains(3, "\1b\0\1c\u00c0\0");
    assertEquals(List.of("\1b\0"), domains());
  }

  @Test
  void domainsAreBounded() {
    for (int i = 0; i < 40; i++) {
      domains(3, "\2" + (char) ('a' + i % 26) + (char) ('a' + i / 26) + "\0");
    }
    assertEquals(6, domains().size());
    String label = "\77" + "x".repeat(63);
    domains(NameServers.DHCP, label + label + label + "\0\1y" + label + label + label + "\0");
    assertEquals(8, domains().size());
  }
}
