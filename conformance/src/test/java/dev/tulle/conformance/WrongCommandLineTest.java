// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever uses a program wrongly gets one sentence and exit code 2. */
@Timeout(120)
class WrongCommandLineTest {
  private static final List<String> LINK = List.of("--tap", "tap0", "--address", "10.9.0.2/24");

  private static final String ROUTER = "--inside eth0=10.0.0.1/24 --outside eth1=192.0.2.1/24";

  private static final String[] LINES = {
    "ping",
    "ping a-name-without-a-server LINK",
    "ping not..a.name LINK",
    "ping a.name --dns nonsense LINK",
    "ping 10.9.0.1 --tap tap0 --address dhcp --gateway 10.9.0.1",
    "ping 10.9.0.1 --nonsense LINK",
    "ping 10.9.0.1",
    "ping 10.9.0.1 --tap tap0",
    "ping 10.9.0.1 --tap tap0 --address 10.9.0.2/33",
    "ping 10.9.0.1 --tap tap0 --address 10.9.0.999/24",
    "ping 10.9.0.1 --tap tap0 --interface eth0 --address 10.9.0.2/24",
    "ping 10.9.0.1 --tap a-name-that-is-too-long --address 10.9.0.2/24",
    "ping 10.9.0.1 --impair loss=200% LINK",
    "ping 10.9.0.1 --impair nonsense=1 LINK",
    "ping 10.9.0.1 --mac 01:00:00:00:00:01 LINK",
    "ping 10.9.0.1 --mac nonsense LINK",
    "ping 10.9.0.1 --gateway 192.168.1.1 LINK",
    "ping 10.9.0.1 LINK --address",
    "get LINK",
    "get ftp://10.9.0.1/ LINK",
    "get http://10.9.0.1:99999/ LINK",
    "get http://10.9.0.1/ -o",
    "get http://10.9.0.1/ http://10.9.0.1/ LINK",
    "httpd LINK",
    "httpd . --port 0 LINK",
    "httpd . --port 65536 LINK",
    "echo extra LINK",
    "nc LINK",
    "nc 10.9.0.1 LINK",
    "dig LINK",
    "dig a.name nonsense LINK",
    "dhcp nonsense --tap tap0",
    "dhcp",
    "traceroute",
    "stat",
    "stat a b",
    "stat a --jason",
    "router ROUTER --control",
    "iperf3 LINK",
    "iperf3 -s -c 10.9.0.1 LINK",
    "iperf3 -c 10.9.0.1 -P 0 LINK",
    "router",
    "router --inside eth0 --outside eth1=192.0.2.1/24",
    "router --inside eth0=10.0.0.0/24 --outside eth1=192.0.2.1/24",
    "router --inside eth0=10.0.0.1/24 --outside eth1=10.0.0.2/24",
    "router --inside",
    "router ROUTER --gateway nonsense",
    "router ROUTER --route 10.1.0.1/8=10.0.0.9",
    "router ROUTER --route 10.0.0.0/8",
    "router ROUTER --forward tcp:80:10.0.0.2:80",
    "router ROUTER --nat --forward tcp:80:10.0.0.2",
    "router ROUTER --nat --forward icmp:80:10.0.0.2:80",
    "router ROUTER --policy maybe",
    "router ROUTER --rule accept,",
    "router ROUTER --rule perhaps",
    "router ROUTER --rule accept,in=eth7",
    "router ROUTER --inside eth2=10.0.0.9/8",
    "router ROUTER ROUTER ROUTER ROUTER ROUTER ROUTER",
    "router ROUTER --rule accept,port=9-8",
    "router ROUTER --rule accept,state=old",
    "router ROUTER --rule accept,from=10.0.0.1/33",
    "router ROUTER --rule accept,from=fd00::/129",
    "router ROUTER --rule accept,from=fd00::1,to=10.0.0.2",
    "router ROUTER extra",
    "router --inside eth0=10.0.0.1/24,fd00::1 --outside eth1=192.0.2.2/24",
    "router --inside eth0=dhcp --outside eth1=192.0.2.2/24",
    "router --inside eth0=10.0.0.1/24 --outside eth1=dhcp,192.0.2.2/24",
    "router ROUTER --gateway ff02::1",
    "router ROUTER --route 2001:db8::/32=10.0.0.9",
    "router ROUTER --route 10.0.0.0/8=fd00::9",
    "router ROUTER --dhcp 10.0.0.50",
    "router ROUTER --dhcp 10.0.0.99-10.0.0.50",
    "router ROUTER --dhcp 10.1.0.50-10.1.0.99",
    "router ROUTER --dns 192.0.2.53,nonsense",
  };

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void exitsWithTwoAndOneSentence(Programs programs) throws IOException {
    for (String line : LINES) {
      String whole = line.replace("LINK", String.join(" ", LINK)).replace("ROUTER", ROUTER);
      String[] words = whole.split(" ");
      String[] arguments = java.util.Arrays.copyOfRange(words, 1, words.length);
      try (Child child = Child.start(programs.command(words[0], arguments))) {
        int code = child.await(Rig.LIMIT);
        assertEquals(2, code, whole + ": " + child.error());
        assertEquals("", child.out(), whole);
        assertEquals(1, child.error().lines().count(), whole + ": " + child.error());
        assertTrue(child.error().startsWith(words[0] + ": "), whole + ": " + child.error());
      }
    }
  }
}
