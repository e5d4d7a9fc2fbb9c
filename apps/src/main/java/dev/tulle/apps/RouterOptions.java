// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.host.DhcpServer;
import dev.tulle.ip.Endpoint;
import dev.tulle.nd.RouterAdvertiser;
import dev.tulle.wire.Ipv6;

/** What a router's command line says. */
final class RouterOptions {
  /** Of all links; the last is outside. */
  private static final int MOST_LINKS = 6;

  /** Where the outside is until all is read. */
  private static final int OUTSIDE = MOST_LINKS - 1;

  private static final int MOST_RULES = 256;
  private static final int MOST_FORWARDS = 256;
  private static final int MOST_ROUTES = 256;

  private final Messages messages;
  private final Words words;

  /** Links, those inside first. */
  int count;

  /** Of each link: the device, and whether it is a TAP device. */
  final byte[][] names = new byte[MOST_LINKS][];

  final boolean[] taps = new boolean[MOST_LINKS];

  /** Of each link, as {@code RuleText.prefix} has them: the address of IPv4; BAD where none is. */
  final long[] prefixes = new long[MOST_LINKS];

  /** Of each link: the address of IPv6 and its prefix length; 0 where there is none. */
  final Endpoint[] sixes = new Endpoint[MOST_LINKS];

  final int[] sixBits = new int[MOST_LINKS];

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

  /** The link where they are. */
  int lentAt;

  final int[] servers = new int[DhcpServer.MOST_SERVERS];
  int serverCount;
  final Endpoint[] servers6 = new Endpoint[RouterAdvertiser.MOST_SERVERS];
  int serverCount6;

  RouterOptions(Messages messages) {
    this.messages = messages;
    words = new Words(messages);
    for (int i = 0; i < MOST_LINKS; i++) {
      prefixes[i] = Parse.BAD;
      sixes[i] = new Endpoint();
    }
  }

  /** Whether IPv6 is spoken at all. */
  boolean six() {
    int bits = 0;
    for (int i = 0; i < count; i++) {
      bits += sixBits[i];
    }
    return bits > 0 || auto;
  }

  /** The link outside. */
  int outside() {
    return count - 1;
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
        return count == OUTSIDE
            ? messages.say("there are too many links inside")
            : takeLink(count++, value);
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
    boolean known = prefixes[OUTSIDE] != Parse.BAD;
    if (count == 0 || names[OUTSIDE] == null) {
      missing = "which links? Give --inside NAME=A/P and --outside NAME=A/P (see --help)";
    } else if (forwardCount > 0 && !nat) {
      missing = "--forward needs --nat";
    } else if (dhcp && known) {
      missing = "an address outside by DHCP and one by hand exclude each other";
    } else {
      names[count] = names[OUTSIDE];
      taps[count] = taps[OUTSIDE];
      prefixes[count] = prefixes[OUTSIDE];
      sixes[count] = sixes[OUTSIDE];
      sixBits[count] = sixBits[OUTSIDE];
      count++;
      missing = overlapping();
    }
    if (missing != null) {
      messages.say(missing);
      return false;
    }
    for (int i = 0; i < ruleCount; i++) {
      if (!rules[i].resolve(names, count, messages)) {
        return false;
      }
    }
    return true;
  }

  /** What is wrong with the networks of the links; null where nothing is. */
  private String overlapping() {
    lentAt = -1;
    for (int i = 0; i < count; i++) {
      int mask = RuleText.mask(prefixes[i]);
      int own = (int) (prefixes[i] >>> 8);
      for (int k = 0; k < i; k++) {
        int both = mask & RuleText.mask(prefixes[k]);
        boolean four = prefixes[i] != Parse.BAD && prefixes[k] != Parse.BAD;
        if (four && (((int) (prefixes[k] >>> 8) ^ own) & both) == 0) {
          return "two links are in the same network";
        }
      }
      boolean lends = (((first ^ own) | (first + lent - 1 ^ own)) & mask) == 0;
      if (prefixes[i] != Parse.BAD && lends && i < outside()) {
        lentAt = i;
      }
    }
    return lent > 0 && lentAt < 0
        ? "the addresses of --dhcp are not in the network of one --inside"
        : null;
  }
}
