// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.host.DhcpServer;
import dev.tulle.ip.Endpoint;
import dev.tulle.nd.RouterAdvertiser;
import dev.tulle.wire.Ipv6;

/** What a router's command line says. */
final class RouterOptions {
  static final int INSIDE = 0;
  static final int OUTSIDE = 1;

  private static final int MOST_RULES = 256;
  private static final int MOST_FORWARDS = 256;
  private static final int MOST_ROUTES = 256;

  private final Messages messages;
  private final Words words;

  /** Of each side: the device, and whether it is a TAP device. */
  final byte[][] names = new byte[2][];

  final boolean[] taps = new boolean[2];

  /** Of each side, as {@code RuleText.prefix} has them: the address of IPv4; BAD where none is. */
  final long[] prefixes = {Parse.BAD, Parse.BAD};

  /** Of each side: the address of IPv6 and its prefix length; 0 where there is none. */
  final Endpoint[] sixes = {new Endpoint(), new Endpoint()};

  final int[] sixBits = new int[2];

  /** Whether the outside has its addresses from others. */
  boolean dhcp;

  boolean auto;
  final RuleText[] rules = new RuleText[MOST_RULES];
  int ruleCount;
  int policy = -1;

  /** Protocol, port outside, address and port inside. */
  final int[] forwards = new int[4 * MOST_FORWARDS];

  int forwardCount;

  /** Prefixes and gateways of IPv4. */
  final long[] routes = new long[2 * MOST_ROUTES];

  int routeCount;

  /** Prefixes, their lengths in place of a port, and gateways of IPv6. */
  final Endpoint[] routes6 = new Endpoint[2 * MOST_ROUTES];

  int routeCount6;
  boolean nat;
  boolean verbose;

  /** The addresses to lend; 0 of them where none is. */
  int first;

  int lent;
  final int[] servers = new int[DhcpServer.MOST_SERVERS];
  int serverCount;
  final Endpoint[] servers6 = new Endpoint[RouterAdvertiser.MOST_SERVERS];
  int serverCount6;

  RouterOptions(Messages messages) {
    this.messages = messages;
    words = new Words(messages);
  }

  /** Whether IPv6 is spoken at all. */
  boolean six() {
    return sixBits[INSIDE] + sixBits[OUTSIDE] > 0 || auto;
  }

  int take(Arguments arguments, int index) {
    if (Words.is(arguments, index, "--nat")) {
      nat = true;
      return 1;
    }
    if (Words.is(arguments, index, "-v")) {
      verbose = true;
      return 1;
    }
    int option = option(arguments.get(index));
    if (option == 0) {
      return 0;
    }
    byte[] value = words.value(arguments, index);
    if (value == null) {
      return Messages.SAID;
    }
    switch (option) {
      case 'i':
        return takeLink(INSIDE, value);
      case 'o':
        return takeLink(OUTSIDE, value);
      case 'f':
        return takeForward(value);
      case 'u':
        return takeRule(value);
      case 'd':
        return takeRange(value);
      case 's':
        return takeServers(value);
      case 'p':
        policy = RuleText.action(value, 0, value.length);
        return policy < 0 ? messages.say("--policy is one of accept, drop, reject") : 2;
      case 'g':
        return takeRoute(value, 0, 0, new Endpoint());
      default:
        int equals = Parse.find(value, 0, value.length, '=');
        Endpoint six = new Endpoint();
        six.port = bits6(value, 0, equals, six);
        if (six.port > 0) {
          return takeRoute(value, equals + 1, 0, six);
        }
        long prefix = RuleText.prefix(value, 0, equals);
        if (prefix == Parse.BAD || ((int) (prefix >>> 8) & ~RuleText.mask(prefix)) != 0) {
          return messages.say("", value, " is not a route like 172.16.0.0/12=10.0.0.9");
        }
        return takeRoute(value, equals + 1, prefix, null);
    }
  }

  private static int option(byte[] word) {
    int n = word.length;
    if (Text.is(word, 0, n, "--inside")) {
      return 'i';
    } else if (Text.is(word, 0, n, "--outside")) {
      return 'o';
    } else if (Text.is(word, 0, n, "--forward")) {
      return 'f';
    } else if (Text.is(word, 0, n, "--rule")) {
      return 'u';
    } else if (Text.is(word, 0, n, "--policy")) {
      return 'p';
    } else if (Text.is(word, 0, n, "--gateway")) {
      return 'g';
    } else if (Text.is(word, 0, n, "--dhcp")) {
      return 'd';
    } else if (Text.is(word, 0, n, "--dns")) {
      return 's';
    }
    return Text.is(word, 0, n, "--route") ? 'r' : 0;
  }

  private int takeLink(int side, byte[] value) {
    taps[side] = Text.starts(value, 0, value.length, "tap:");
    int from = taps[side] ? 4 : 0;
    int equals = Parse.find(value, from, value.length, '=');
    boolean good = Options.interfaceName(value, from, equals) && equals < value.length;
    int at = equals + 1;
    while (good && at <= value.length) {
      int end = Parse.find(value, at, value.length, ',');
      good = takeAddress(side, value, at, end);
      at = end + 1;
    }
    if (!good) {
      return messages.say("", value, " is not an interface with our address like eth1=10.0.0.1/24");
    }
    names[side] = new byte[equals - from];
    System.arraycopy(value, from, names[side], 0, equals - from);
    return 2;
  }

  private boolean takeAddress(int side, byte[] value, int at, int end) {
    boolean out = side == OUTSIDE;
    if (out && Text.is(value, at, end - at, "dhcp")) {
      dhcp = true;
      return true;
    }
    if (out && Text.is(value, at, end - at, "auto")) {
      auto = true;
      return true;
    }
    int bits = bits6(value, at, end, sixes[side]);
    if (bits > 0) {
      sixBits[side] = bits;
      return !Ipv6.linkLocal(sixes[side].high);
    }
    long prefix = RuleText.prefix(value, at, end);
    int mask = RuleText.mask(prefix);
    prefixes[side] = prefix;
    return prefix != Parse.BAD && mask != 0 && Options.ofHost((int) (prefix >>> 8), mask);
  }

  /** Reads a host's or network's address with a length; answers that, or 0 where it is none. */
  private static int bits6(byte[] value, int at, int end, Endpoint to) {
    int slash = Parse.find(value, at, end, '/');
    if (slash == end || !Ipv6Text.parse(value, at, slash, to)) {
      return 0;
    }
    boolean usable = !Ipv6.multicast(to.high) && !Ipv6.neverOnWire(to.high, to.low);
    return usable ? (int) Math.max(Parse.number(value, slash + 1, end, 128), 0) : 0;
  }

  /** A route, whose family the gateway says; {@code six} is null where it must be IPv4's. */
  private int takeRoute(byte[] value, int at, long prefix, Endpoint six) {
    int from = Math.min(at, value.length);
    Endpoint gateway = new Endpoint();
    boolean wide = six != null && Ipv6Text.parse(value, from, value.length, gateway);
    long address = wide ? Parse.BAD : Parse.address(value, from, value.length);
    boolean narrow = address != Parse.BAD && Options.unicast((int) address);
    if (!wide && (!narrow || six != null && six.port > 0) || wide && Ipv6.multicast(gateway.high)) {
      return messages.say("", value, " does not name a gateway like 10.0.0.9");
    }
    if (wide ? routeCount6 == MOST_ROUTES : routeCount == MOST_ROUTES) {
      return messages.say("there are too many routes");
    }
    if (wide) {
      routes6[2 * routeCount6] = six;
      routes6[2 * routeCount6++ + 1] = gateway;
    } else {
      routes[2 * routeCount] = prefix;
      routes[2 * routeCount++ + 1] = address;
    }
    return 2;
  }

  private int takeForward(byte[] value) {
    int[] ends = new int[3];
    int at = 0;
    for (int i = 0; i < 3; i++) {
      ends[i] = Parse.find(value, at, value.length, ':');
      at = Math.min(ends[i] + 1, value.length);
    }
    int protocol = RuleText.protocol(value, 0, ends[0]);
    long port = ends[0] < ends[1] ? Parse.number(value, ends[0] + 1, ends[1], 65535) : Parse.BAD;
    long to = ends[1] < ends[2] ? Parse.address(value, ends[1] + 1, ends[2]) : Parse.BAD;
    long toPort = Parse.number(value, at, value.length, 65535);
    boolean known = protocol == 6 || protocol == 17;
    if (!known || port < 1 || to == Parse.BAD || toPort < 1 || !Options.unicast((int) to)) {
      return messages.say("", value, " is not a port to forward like tcp:8080:10.0.0.2:80");
    }
    if (forwardCount == MOST_FORWARDS) {
      return messages.say("there are too many ports to forward");
    }
    int i = 4 * forwardCount++;
    forwards[i] = protocol;
    forwards[i + 1] = (int) port;
    forwards[i + 2] = (int) to;
    forwards[i + 3] = (int) toPort;
    return 2;
  }

  private int takeRule(byte[] value) {
    if (ruleCount == MOST_RULES) {
      return messages.say("there are too many rules");
    }
    rules[ruleCount] = RuleText.read(value, messages);
    return rules[ruleCount++] == null ? Messages.SAID : 2;
  }

  private int takeRange(byte[] value) {
    int dash = Parse.find(value, 0, value.length, '-');
    long from = Parse.address(value, 0, dash);
    long to = dash == value.length ? Parse.BAD : Parse.address(value, dash + 1, value.length);
    if (from == Parse.BAD || to < from || to - from >= DhcpServer.MOST) {
      return messages.say("", value, " are not at most 4096 addresses like 10.0.0.50-10.0.0.99");
    }
    first = (int) from;
    lent = (int) (to - from) + 1;
    return 2;
  }

  private int takeServers(byte[] value) {
    int at = 0;
    while (at <= value.length) {
      int end = Parse.find(value, at, value.length, ',');
      Endpoint six = new Endpoint();
      long address = Parse.address(value, at, end);
      if (address != Parse.BAD && serverCount < servers.length) {
        servers[serverCount++] = (int) address;
      } else if (Ipv6Text.parse(value, at, end, six) && serverCount6 < servers6.length) {
        servers6[serverCount6++] = six;
      } else {
        return messages.say("", value, " is not one to three name servers of a family");
      }
      at = end + 1;
    }
    return 2;
  }

  /** Whether the links are there, and nothing contradicts them; says what is wrong. */
  boolean complete() {
    String missing = null;
    int inside = (int) (prefixes[INSIDE] >>> 8);
    int mask = RuleText.mask(prefixes[INSIDE]);
    boolean four = prefixes[INSIDE] != Parse.BAD;
    boolean known = prefixes[OUTSIDE] != Parse.BAD;
    int other = (int) (prefixes[OUTSIDE] >>> 8);
    if (names[INSIDE] == null || names[OUTSIDE] == null) {
      missing = "which links? Give --inside NAME=A/P and --outside NAME=A/P (see --help)";
    } else if (forwardCount > 0 && !nat) {
      missing = "--forward needs --nat";
    } else if (four && known && ((inside ^ other) & mask & RuleText.mask(prefixes[OUTSIDE])) == 0) {
      missing = "both links are in the same network";
    } else if (dhcp && known) {
      missing = "an address outside by DHCP and one by hand exclude each other";
    } else if (lent > 0
        && (!four || ((first ^ inside) & mask) != 0 || ((first + lent - 1 ^ inside) & mask) != 0)) {
      missing = "the addresses of --dhcp are not in the network of --inside";
    }
    if (missing != null) {
      messages.say(missing);
    }
    return missing == null;
  }
}
