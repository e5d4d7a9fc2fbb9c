// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.link.Link;
import java.io.IOException;
import java.util.Properties;

/**
 * The system properties that put a whole program on a stack:
 *
 * <ul>
 *   <li>{@code tulle.link}: {@code tap:NAME}, {@code tap:NAME,offload}, the same with {@code tun},
 *       {@code interface:NAME}, {@code fd:N} or {@code udp:ADDRESS:PORT} ({@link Links});
 *   <li>{@code tulle.address}: {@code dhcp}, {@code auto} for what routers of IPv6 say, addresses
 *       as {@code 10.9.0.2/24} and {@code fd09::2/64}; several with commas between;
 *   <li>{@code tulle.gateway}: where everything else goes; one for each family, or none;
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
    String address = needed("tulle.address", "dhcp, auto, or as 10.9.0.2/24 and fd09::2/64");
    boolean dhcp = false;
    Setup setup = new Setup(null); // its link is opened last
    for (String word : address.split(",", -1)) {
      if (word.equals("dhcp")) {
        dhcp = true;
        setup.dhcp();
      } else if (word.equals("auto")) {
        setup.auto();
      } else {
        checked("tulle.address", () -> setup.address(word));
      }
    }
    for (String word : words("tulle.gateway")) {
      checked("tulle.gateway", () -> setup.gateway(word));
      if (dhcp && word.indexOf(':') < 0) {
        throw wrong("tulle.gateway", "is told by DHCP; leave one of both out");
      }
    }
    checked("tulle.dns", () -> setup.servers(words("tulle.dns")));
    return setup.connections(connections()).link(link());
  }

  private String[] words(String name) {
    String text = properties.getProperty(name);
    return text == null ? new String[0] : text.split(",", -1);
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
    String text = needed("tulle.link", Links.KINDS);
    try {
      return Links.open(text);
    } catch (IOException e) {
      throw new IllegalStateException("tulle.link: cannot use " + text + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw wrong("tulle.link", e.getMessage());
    }
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
}
