// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.util.List;

/**
 * A program that can be made native.
 *
 * @param name as the command line calls it
 * @param profile which assembly of the stack it holds
 * @param program its name without the profile, as the table of sizes calls it
 * @param mainClass where it starts
 * @param heapOctets all that it ever allocates must fit; what it does not touch costs nothing
 */
record App(String name, String profile, String program, String mainClass, int heapOctets) {
  /**
   * The heap sizes leave room for what {@code --impair} and {@code --pcap} take on a link with
   * frames of 9,000 octets: 40 MB.
   */
  static final List<App> ALL =
      List.of(
          new App("minimal-echo", "minimal", "echo", "dev.tulle.posix.MinimalEchoMain", 256 << 10),
          datagrams("ping", "Ping", 48),
          new App("client-get", "client", "get", "dev.tulle.posix.ClientGetMain", 80 << 20),
          new App("get", "client", "get+impair", "dev.tulle.posix.GetMain", 80 << 20),
          client("httpd", "Httpd", 128),
          datagrams("echo", "Echo", 80),
          datagrams("nc", "Nc", 64),
          client("iperf3", "Iperf3", 80),
          client("dig", "Dig", 48),
          new App("dhcp", "full", "dhcp", "dev.tulle.posix.DhcpMain", 80 << 20),
          new App("mdns", "full", "mdns", "dev.tulle.posix.MdnsMain", 80 << 20),
          client("sntp", "Sntp", 48),
          client("traceroute", "Traceroute", 48),
          new App("stat", "none", "stat", "dev.tulle.posix.StatMain", 8 << 20),
          new App("perf", "full", "perf", "dev.tulle.posix.PerfMain", 128 << 20),
          new App("full-httpd", "full", "httpd", "dev.tulle.posix.FullHttpdMain", 128 << 20),
          new App("gateway", "full", "gateway", "dev.tulle.posix.GatewayMain", 160 << 20),
          new App("router", "router", "router", "dev.tulle.posix.RouterMain", 32 << 20));

  /** For machines with few megabytes: client-get with less memory, which no table weighs again. */
  private static final App SMALL =
      new App("small-get", "client", "get", "dev.tulle.posix.SmallGetMain", 2 << 20);

  private static App client(String name, String mainClass, int megabytes) {
    return app(name, "client", mainClass, megabytes);
  }

  private static App datagrams(String name, String mainClass, int megabytes) {
    return app(name, "datagrams", mainClass, megabytes);
  }

  private static App app(String name, String profile, String mainClass, int megabytes) {
    String main = "dev.tulle.posix." + mainClass + "Main";
    return new App(name, profile, name, main, megabytes << 20);
  }

  /** Which method of which profile assembles its stack: the profile's name, or the program's. */
  String assembly() {
    return name.equals("gateway") ? name : profile;
  }

  /** The program of that name, or null. */
  static App named(String name) {
    if (name.equals(SMALL.name)) {
      return SMALL;
    }
    for (App app : ALL) {
      if (app.name.equals(name)) {
        return app;
      }
    }
    return null;
  }

  static String names() {
    return String.join(", ", ALL.stream().map(App::name).toList());
  }
}
