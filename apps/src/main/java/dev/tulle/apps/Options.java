// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.host.NameServers;
import dev.tulle.ip.Endpoint;
import dev.tulle.link.Link;
import dev.tulle.stack.Entropy;
import dev.tulle.wire.Ipv6;

/** The options that every program has: which link and which addresses. */
final class Options {
  static final String USAGE =
      """
      Link and addresses:
        --tap NAME          use the TAP device NAME; it is created if need be
        --interface NAME    use an existing network interface, as a station of its own
        --address A/P       own address and prefix length, as 10.9.0.2/24 or fd00::2/64, or
                            dhcp, link-local, or auto: IPv6 as routers say; once for
                            each family
        --gateway A         where packets for other networks go, for each family
        --dns A[,A]...      name servers, at most three; else what DHCP or
                            routers say
        --mac M             own Ethernet address, as 02:00:00:00:00:01; random if not given
      """;

  static final String HELP =
      """
        --help              print this
      """;

  private final Messages messages;
  private final Words words;
  byte[] tap;
  byte[] interfaceName;
  boolean addressed;

  /** Whether the address comes from DHCP. */
  boolean dhcp;

  final Endpoint[] dns = new Endpoint[NameServers.MOST];
  int dnsCount;
  int address;
  int mask;
  int gateway;

  /** Own IPv6 address and its prefix length; 0 where there is none. */
  final Endpoint six = new Endpoint();

  int sixBits;

  /** IPv6's gateway; port 0, and no address where there is none. */
  final Endpoint sixGateway = new Endpoint();

  /** Whether IPv6 waits for what routers say. */
  boolean auto;

  /** Whether an address of 169.254/16 is chosen: RFC 3927. */
  boolean linkLocal;

  /** Whether there need be no address at first. */
  boolean bare;

  long mac;

  Options(Messages messages) {
    this.messages = messages;
    words = new Words(messages);
  }

  /** Takes the word at {@code index} and its value, as {@link Program#take} does. */
  int take(Arguments arguments, int index) {
    byte[] word = arguments.get(index);
    if (!Text.starts(word, 0, word.length, "--")) {
      return 0;
    }
    int option = option(word);
    if (option == 0) {
      return 0;
    }
    byte[] value = words.value(arguments, index);
    if (value == null) {
      return Messages.SAID;
    }
    switch (option) {
      case 't':
        tap = value;
        return named(value);
      case 'i':
        interfaceName = value;
        return named(value);
      case 'a':
        return takeAddress(value);
      case 'g':
        return takeGateway(value);
      case 'd':
        return takeDns(value);
      default:
        mac = Parse.mac(value);
        return mac == Parse.BAD
            ? messages.say("", value, " is not a station's Ethernet address like 02:00:00:00:00:01")
            : 2;
    }
  }

  private static int option(byte[] word) {
    int n = word.length;
    if (Text.is(word, 0, n, "--tap")) {
      return 't';
    } else if (Text.is(word, 0, n, "--interface")) {
      return 'i';
    } else if (Text.is(word, 0, n, "--address")) {
      return 'a';
    } else if (Text.is(word, 0, n, "--gateway")) {
      return 'g';
    } else if (Text.is(word, 0, n, "--dns")) {
      return 'd';
    }
    return Text.is(word, 0, n, "--mac") ? 'm' : 0;
  }

  /** Whether the command line says enough to assemble a stack; says what is missing. */
  boolean complete() {
    if (tap == null && interfaceName == null) {
      messages.say("which link? Give --tap NAME or --interface NAME (see --help)");
      return false;
    }
    if (tap != null && interfaceName != null) {
      messages.say("--tap and --interface exclude each other");
      return false;
    }
    if (dhcp) {
      if (gateway != 0) {
        messages.say("--gateway and an address by DHCP exclude each other");
      }
      return gateway == 0;
    }
    if (!addressed && (auto || bare || linkLocal || sixBits > 0)) {
      return true;
    }
    if (!addressed) {
      messages.say("which address? Give --address A/P, such as 10.9.0.2/24, or --address dhcp");
      return false;
    }
    if (gateway != 0 && (mask == 0 || ((gateway ^ address) & mask) != 0)) {
      messages.say("the gateway is not in the network of --address");
      return false;
    }
    if (gateway == address) {
      messages.say("the gateway cannot be the own address");
      return false;
    }
    return true;
  }

  /** Whether there is or may come somebody to ask for names. */
  boolean named() {
    return dhcp || auto || dnsCount > 0;
  }

  private int named(byte[] name) {
    return interfaceName(name, 0, name.length)
        ? 2
        : messages.say("", name, " is not the name of an interface (1 to 15 letters)");
  }

  /** Whether an interface may be called so. */
  static boolean interfaceName(byte[] b, int at, int end) {
    // Linux: IFNAMSIZ is 16 with the final zero
    return end > at && end - at <= 15 && Parse.find(b, at, end, '/') == end;
  }

  private int takeDns(byte[] value) {
    int at = 0;
    while (at <= value.length) {
      int end = Parse.find(value, at, value.length, ',');
      Endpoint server = server(value, at, end);
      if (server == null || dnsCount == dns.length) {
        return messages.say("", value, " is not one to three addresses of name servers");
      }
      dns[dnsCount++] = server;
      at = end + 1;
    }
    return 2;
  }

  /** Reads a server's address of either family; null where it is none. */
  static Endpoint server(byte[] b, int at, int end) {
    Endpoint server = new Endpoint();
    if (Ipv6Text.parse(b, at, end, server)) {
      return Ipv6.multicast(server.high) ? null : server;
    }
    long parsed = Parse.address(b, at, end);
    server.set((int) parsed, 0);
    return parsed == Parse.BAD || !unicast((int) parsed) ? null : server;
  }

  private int takeAddress(byte[] value) {
    dhcp = Text.is(value, 0, value.length, "dhcp");
    if (dhcp) {
      return 2;
    }
    linkLocal = Text.is(value, 0, value.length, "link-local");
    if (linkLocal) {
      return 2;
    }
    if (Text.is(value, 0, value.length, "auto")) {
      auto = true;
      return 2;
    }
    int slash = Parse.find(value, 0, value.length, '/');
    if (Ipv6Text.parse(value, 0, slash, six)) {
      long bits =
          slash == value.length ? Parse.BAD : Parse.number(value, slash + 1, value.length, 128);
      if (bits < 1 || Ipv6.multicast(six.high) || Ipv6.neverOnWire(six.high, six.low)) {
        return messages.say("", value, " is not an address with a prefix length like fd00::2/64");
      }
      sixBits = (int) bits;
      return 2;
    }
    long parsed = Parse.address(value, 0, slash);
    long prefix =
        slash == value.length ? Parse.BAD : Parse.number(value, slash + 1, value.length, 32);
    if (parsed == Parse.BAD || prefix < 1) {
      return messages.say("", value, " is not an address with a prefix length like 10.9.0.2/24");
    }
    address = (int) parsed;
    mask = -1 << 32 - (int) prefix;
    if (!ofHost(address, mask)) {
      return messages.say("", value, " cannot be the address of a host");
    }
    addressed = true;
    return 2;
  }

  private int takeGateway(byte[] value) {
    if (Ipv6Text.parse(value, 0, value.length, sixGateway) && !Ipv6.multicast(sixGateway.high)) {
      return 2;
    }
    long parsed = Parse.address(value);
    if (parsed == Parse.BAD || !unicast((int) parsed)) {
      return messages.say("", value, " is not a gateway's address like 10.9.0.1");
    }
    gateway = (int) parsed;
    return 2;
  }

  /** Whether a host may have this address in a network with this mask. */
  static boolean ofHost(int address, int mask) {
    // RFC 1122 3.2.1.3: neither network nor broadcast address is a host's; /31 and /32 have none.
    boolean edge = mask < -2 && ((address & ~mask) == 0 || (address | mask) == -1);
    return !edge && unicast(address);
  }

  /** Whether a host on a network may have this address: not 0/8, loopback, a group or reserved. */
  static boolean unicast(int address) {
    int first = address >>> 24;
    return first != 0 && first != 127 && first < 224;
  }

  /** Opens a link by its name; null, with a complaint, where that fails. */
  static Link open(Platform platform, Messages messages, boolean tap, byte[] name) {
    Link link = tap ? platform.openThreadedTap(name) : platform.openInterface(name);
    return opened(platform, messages, link, name);
  }

  /** A link that was opened; null, with a complaint, where that failed. */
  static Link opened(Platform platform, Messages messages, Link link, byte[] name) {
    if (link == null) {
      Text line = messages.begin("cannot use ").line();
      line.shown(name, 0, name.length, 15).put(": ").put(platform.failure());
      messages.end();
    }
    return link;
  }

  /** An Ethernet address for a station that was given none. */
  static long drawMac(Entropy entropy) {
    // IEEE 802: bit 1 of the first octet says locally administered, bit 0 a group
    return entropy.next() >>> 16 & 0xFCFFFFFFFFFFL | 0x020000000000L;
  }
}
