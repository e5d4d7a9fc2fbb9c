// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.jvm.LinkException;
import dev.tulle.jvm.PacketSocketLink;
import dev.tulle.jvm.TapLink;
import dev.tulle.link.Link;
import dev.tulle.wire.AddressText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * The system properties that put a whole program on a stack:
 *
 * <ul>
 *   <li>{@code tulle.link}: {@code tap:NAME} or {@code interface:NAME};
 *   <li>{@code tulle.address}: {@code dhcp}, or one as {@code 10.9.0.2/24};
 *   <li>{@code tulle.gateway}: where everything else goes; none where it is not given;
 *   <li>{@code tulle.dns}: name servers with commas between; by DHCP where it is not given;
 *   <li>{@code tulle.connections}: how many there may be at a time; 4,096 where it is not given.
 * </ul>
 */
final class Settings {
  private static final int MOST_CONNECTIONS = 1_000_000;

  private final Properties properties;

  private Settings(Properties properties) {
    this.properties = properties;
  }

  /** Starts the stack of a whole program, which is closed when the program ends. */
  static Tulle start(Properties properties, TulleProvider provider) {
    Settings settings = new Settings(properties);
    Setup setup = settings.setup().provider(provider);
    Tulle net;
    try {
      net = setup.start();
    } catch (IOException e) {
      throw new IllegalStateException("tulle.address: " + e.getMessage(), e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(net::close, "tulle's end"));
    return net;
  }

  /** What the properties say; throws one sentence that names the one that is wrong. */
  private Setup setup() {
    String address = needed("tulle.address", "dhcp, or one as 10.9.0.2/24");
    String gateway = properties.getProperty("tulle.gateway");
    String dns = properties.getProperty("tulle.dns");
    boolean dhcp = address.equals("dhcp");
    if (!dhcp) {
      checked("tulle.address", () -> prefix(address));
    }
    if (gateway != null) {
      checked("tulle.gateway", () -> address(gateway));
      if (dhcp) {
        throw wrong("tulle.gateway", "is told by DHCP; leave one of both out");
      }
    }
    String[] servers = dns == null ? new String[0] : dns.split(",", -1);
    for (String server : servers) {
      checked("tulle.dns", () -> address(server));
    }
    int connections = connections();
    Setup setup = Tulle.open(link()).connections(connections).nameServers(servers);
    if (dhcp) {
      setup.dhcp();
    } else if (gateway == null) {
      setup.ipv4(address);
    } else {
      setup.ipv4(address, gateway);
    }
    return setup;
  }

  private int connections() {
    String text = properties.getProperty("tulle.connections");
    if (text == null) {
      return 4096;
    }
    int number = text.matches("[0-9]{1,7}") ? Integer.parseInt(text) : 0;
    if (number < 1 || number > MOST_CONNECTIONS) {
      throw wrong("tulle.connections", "is 1 to " + MOST_CONNECTIONS + ", not '" + text + "'");
    }
    return number;
  }

  private Link link() {
    String text = needed("tulle.link", "tap:NAME or interface:NAME");
    try {
      if (text.startsWith("tap:")) {
        return new TapLink(text.substring(4));
      }
      if (text.startsWith("interface:")) {
        return new PacketSocketLink(text.substring(10));
      }
    } catch (LinkException e) {
      throw new IllegalStateException("tulle.link: cannot use " + text + ": " + e.getMessage(), e);
    }
    throw wrong("tulle.link", "is tap:NAME or interface:NAME, not '" + text + "'");
  }

  private String needed(String name, String what) {
    String text = properties.getProperty(name);
    if (text == null || text.isEmpty()) {
      throw wrong(name, "is missing: " + what);
    }
    return text;
  }

  private static void checked(String name, Runnable parse) {
    try {
      parse.run();
    } catch (IllegalArgumentException e) {
      throw wrong(name, e.getMessage());
    }
  }

  private static IllegalArgumentException wrong(String name, String why) {
    return new IllegalArgumentException(name + " " + why);
  }

  /** An address; throws what follows the name of what it was for. */
  static int address(String text) {
    byte[] b = text.getBytes(StandardCharsets.UTF_8);
    long address = AddressText.ipv4(b, 0, b.length);
    if (address == AddressText.BAD) {
      throw new IllegalArgumentException("is an address as 10.9.0.1, not '" + text + "'");
    }
    return (int) address;
  }

  /** An address and, in the low eight bits, the length of its prefix. */
  static long prefix(String text) {
    int slash = text.indexOf('/');
    String bits = text.substring(slash + 1);
    if (slash < 0 || !bits.matches("[0-9]{1,2}") || Integer.parseInt(bits) > 32) {
      throw new IllegalArgumentException(
          "is an address and its prefix's length as 10.9.0.2/24, not '" + text + "'");
    }
    long address = address(text.substring(0, slash)) & 0xFFFF_FFFFL;
    return address << 8 | Integer.parseInt(bits);
  }
}
