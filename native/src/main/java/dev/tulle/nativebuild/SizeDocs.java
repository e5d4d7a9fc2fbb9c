// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes today's sizes into {@code docs/size.md}, beside those of others, the larger ones first.
 */
final class SizeDocs {
  /**
   * Another stack like one of our programs.
   *
   * @param row our program: profile, program, architecture
   * @param what both are
   * @param octets of the other's text, as it was measured once
   */
  private record Other(String row, String what, long octets) {}

  private static final List<Other> OTHERS =
      List.of(
          new Other(
              "minimal echo i586",
              "minimal: IPv4, TCP echo; lwIP 2.2.2d, the same processor, `-Os -flto`",
              23_962),
          new Other("client get i586", "client; lwIP 2.2.2d with sockets, DHCP, DNS", 48_640),
          new Other(
              "full httpd i586",
              "full with `httpd`; lwIP 2.2.2d, dual stack, all it has, applications included",
              129_843),
          new Other(
              "minimal echo x86-64",
              "minimal on x86-64; smoltcp 0.13, no_std, opt \"s\", LTO, unwind tables in",
              26_522),
          new Other("client get x86-64", "client on x86-64; smoltcp 0.13", 42_496),
          new Other("full httpd x86-64", "full on x86-64; smoltcp 0.13, all it has", 100_864),
          new Other("full httpd i586", "full with `httpd`; Linux's IPv4 of 2014", 409_600),
          new Other(
              "full httpd i586", "the same; with the patches and LTO that cut it down", 174_080),
          new Other(
              "full httpd i586",
              "the same; what IPv4 adds to Linux 6.1, i386, tinyconfig, every option off",
              291_760),
          new Other("full httpd i586", "the same; with a distribution's options", 358_826),
          new Other(
              "full gateway i586",
              "full as a `gateway`, a router with `httpd`; Linux 6.1 as above, with netfilter and"
                  + " NAT",
              413_437),
          new Other("full gateway i586", "the same; with IPv6 as well", 610_154),
          new Other(
              "router router i586",
              "router: forwarding of both families, NAT, filter, DHCP; Linux's IPv4 with netfilter"
                  + " and NAT",
              413_437));

  /** A limit beyond those of native/budgets.txt. */
  private record Limit(String row, String what, long text, long data) {}

  private static final List<Limit> LIMITS =
      List.of(
          new Limit("minimal echo i586", "minimal with TCP echo", 44 << 10, 12 << 10),
          new Limit("client get i586", "client with `get`", 110 << 10, 0),
          new Limit("full httpd i586", "full with `httpd`", 170 << 10, 0),
          new Limit(
              "full gateway i586",
              "full as a `gateway`: all of TCP, router, filter, NAT, `httpd`",
              170 << 10,
              0));

  private SizeDocs() {}

  /** A page with its tables of today: what is between {@code <!-- NAME -->} and the next one. */
  static String with(String page, List<SizeTable.Row> rows) throws BuildFailure {
    List<String> larger = new ArrayList<>();
    List<String> smaller = new ArrayList<>();
    for (Other other : OTHERS) {
      long text = row(rows, other.row).text();
      String line = line(other.what, text, other.octets);
      (text > other.octets ? larger : smaller).add(line);
    }
    List<String> limits = new ArrayList<>();
    for (Limit limit : LIMITS) {
      SizeTable.Row row = row(rows, limit.row);
      limits.add(line(limit.what + ", text", row.text(), limit.text));
      if (limit.data > 0) {
        limits.add(line(limit.what + ", data", row.data(), limit.data));
      }
    }
    String result = section(page, "larger", "| | Tulle, text | the other |", larger);
    result = section(result, "smaller", "| | Tulle, text | the other |", smaller);
    return section(result, "limits", "| | is | limit |", limits);
  }

  private static String line(String what, long ours, long other) {
    return String.format(Locale.ROOT, "| %s | %,d | %,d |", what, ours, other);
  }

  private static String section(String page, String name, String head, List<String> lines)
      throws BuildFailure {
    String mark = "<!-- " + name + " -->\n";
    int from = page.indexOf(mark) + mark.length();
    int to = page.indexOf("<!-- -->\n", from);
    if (from < mark.length() || to < 0) {
      throw new BuildFailure("the page has no place for a table between " + mark.strip());
    }
    String table = head + "\n|---|--:|--:|\n" + String.join("\n", lines) + "\n";
    return page.substring(0, from) + table + page.substring(to);
  }

  private static SizeTable.Row row(List<SizeTable.Row> rows, String name) throws BuildFailure {
    for (SizeTable.Row row : rows) {
      if (row.lto() && name.equals(row.profile() + " " + row.program() + " " + row.arch())) {
        return row;
      }
    }
    throw new BuildFailure("no size of " + name);
  }
}
