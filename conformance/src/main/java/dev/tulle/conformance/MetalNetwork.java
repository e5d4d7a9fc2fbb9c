// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a board's client finds at the other end of a TAP device: dnsmasq, which gives addresses by
 * DHCP and by router advertisements and answers for names, and a web server that only IPv6 reaches.
 */
final class MetalNetwork implements AutoCloseable {
  static final String TAP = "tulle2";

  /** A name that has an address of IPv6 alone. */
  static final String SERVER = "six.tulle.test:8000";

  private static final String FOUR = "10.9.2.1";
  private static final String SIX = "fd09:2::1";
  private static final Duration START = Duration.ofSeconds(20);

  final Namespace namespace = new Namespace();
  private KernelHttp http;
  private Child dnsmasq;

  /**
   * @param www what is served
   * @param folder for what dnsmasq writes
   */
  MetalNetwork(Path www, Path folder) throws IOException {
    try {
      namespace.addTap(TAP, FOUR + "/24");
      for (String device : new String[] {"all", TAP}) {
        namespace.run(
            START, "sh", "-c", "echo 0 >/proc/sys/net/ipv6/conf/" + device + "/disable_ipv6");
      }
      namespace.run(START, "ip", "-6", "addr", "add", SIX + "/64", "dev", TAP, "nodad");
      http = new KernelHttp(namespace, SIX, 8000, www);
      dnsmasq =
          namespace.start(
              "dnsmasq",
              "--keep-in-foreground",
              "--conf-file=/dev/null",
              "--pid-file=",
              "--user=root",
              "--group=root",
              "--log-facility=-",
              "--log-queries",
              "--no-resolv",
              "--no-hosts",
              "--no-ping",
              "--interface=" + TAP,
              "--bind-dynamic",
              "--dhcp-authoritative",
              "--dhcp-leasefile=" + folder.resolve("leases"),
              "--dhcp-range=10.9.2.50,10.9.2.99,255.255.255.0,120",
              "--enable-ra",
              "--dhcp-range=fd09:2::,ra-only",
              "--local=/tulle.test/",
              "--host-record=six.tulle.test," + SIX);
      if (!dnsmasq.says("started", START)) {
        throw new IOException("dnsmasq does not start: " + dnsmasq.lastWords());
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** Whether a name was asked for. */
  boolean asked() {
    return dnsmasq.error().contains("query[AAAA] six.tulle.test from ");
  }

  @Override
  public void close() throws IOException {
    if (dnsmasq != null) {
      dnsmasq.close();
    }
    if (http != null) {
      http.close();
    }
    namespace.close();
  }
}
