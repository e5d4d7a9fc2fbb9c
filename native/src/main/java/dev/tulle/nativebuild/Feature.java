// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A feature that a program can do without: objects that its profile hands to the stack.
 *
 * @param name for people
 * @param classes of those objects, without {@code dev.tulle.}
 */
record Feature(String name, List<String> classes) {
  static final List<Feature> ALL =
      List.of(
          of("TCP", "tcp.Tcp"),
          of("TCP: selective acknowledgement", "tcp.SelectiveAck"),
          of("TCP: RACK-TLP", "tcp.Rack"),
          of("TCP: timestamps", "tcp.Timestamps"),
          of("TCP: window scaling", "tcp.WindowScale"),
          of("TCP: CUBIC", "tcp.Cubic"),
          of("TCP: HyStart++", "tcp.HyStart"),
          of("TCP: ECN", "tcp.Ecn"),
          of("TCP: Fast Open", "tcp.FastOpen", "tcp.FastOpenCache"),
          of("TCP: SYN cookies", "tcp.SynCookies"),
          of("TCP: urgent mark", "tcp.UrgentMark"),
          of("TCP: probes for larger segments", "tcp.MtuProbe"),
          of("UDP", "udp.Udp"),
          of("UDP: options of sockets", "udp.UdpOptions"),
          of("echo requests of its own", "ip.Ping"),
          of("path MTU", "ip.PathMtu"),
          of("reassembly", "ip.Reassembly", "ip.Ipv4Fragments"),
          of("fragments sent", "ip.Fragmenter"),
          of("IGMP", "ip.Igmp"),
          of(
              "IPv6",
              "ip.Ipv6Layer",
              "ip.Icmpv6",
              "nd.Ipv6Port",
              "nd.Neighbours6",
              "nd.Addresses",
              "group.Groups",
              "nd.Routers",
              "nd.Slaac",
              "nd.TemporaryAddresses"),
          of("IPv6: fragments", "ip.Ipv6Fragments"),
          of("groups with sources", "group.FilteredGroups"),
          of("IPv6: addresses by SLAAC", "nd.Slaac"),
          of("IPv6: temporary addresses", "nd.TemporaryAddresses"),
          of("others with the own address", "link.AddressConflict"),
          of("DHCP", "host.DhcpClient"),
          of("DNS", "host.Resolver"),
          of("DHCPv6", "host.Dhcp6Client"),
          of("multicast DNS", "host.Mdns"),
          of("addresses of one's own choice", "host.LinkLocal"),
          of("time by SNTP", "host.Sntp"),
          of("localhost", "ip.Loopback"),
          of("raw sockets", "raw.RawSockets"),
          of("DHCP server", "host.DhcpServer"),
          of("forwarding", "forward.Forwarder"),
          of("IPv6: forwarding", "forward.Forwarder6"),
          of("IPv6: router advertisements", "nd.RouterAdvertiser"),
          of("NAT", "forward.Nat44"),
          of("filter", "forward.Filter"),
          of(
              "NAT, filter, tracking",
              "forward.Nat44",
              "forward.Filter",
              "forward.ConnectionTracker"),
          of("impairment", "link.Impairment"),
          of("capture", "link.Capture"));

  private static Feature of(String name, String... classes) {
    return new Feature(name, List.of(classes));
  }

  /** The whole names of its classes. */
  Set<String> classNames() {
    Set<String> names = new TreeSet<>();
    classes.forEach(each -> names.add("dev.tulle." + each));
    return names;
  }

  /** A name for files. */
  String key() {
    return name.toLowerCase().replaceAll("[^a-z0-9]+", "-");
  }

  /** Whether a program has it: whether one of its classes has code in the program's C. */
  boolean in(Path c) throws IOException {
    for (String each : classes) {
      Path file = c.resolve("classes/dev/tulle/" + each.replace('.', '/') + ".c");
      if (Files.exists(file) && Files.readString(file).contains(" meth_")) {
        return true;
      }
    }
    return false;
  }
}
