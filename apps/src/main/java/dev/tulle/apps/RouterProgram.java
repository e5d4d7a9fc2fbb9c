// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.forward.Filter;
import dev.tulle.link.Link;
import dev.tulle.profile.Router;
import dev.tulle.profile.RouterHost;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.Status;

/** Routes between two links, and if asked to translates addresses and filters. */
public final class RouterProgram {
  private static final int USED_WRONGLY = 2;
  private static final int FAILED = 1;

  private static final String NAME = "router";

  private static final String USAGE =
      """
      router --inside LINK --outside LINK [--gateway A] [--nat] [OPTION]...: route between two links
        --inside LINK       NAME=A/P, an existing interface and our address there, or tap:NAME=A/P
        --outside LINK      the same for the other side
        --gateway A         where packets for other networks go
        --route A/P=A       another way, by a gateway; as often as needed
        --nat               let the inside use the one address outside
        --forward P:N:A:M   with --nat: port N outside is port M of A inside; P is tcp or udp
        --policy ACTION     accept, drop or reject what no rule fits; accept if not given
        --rule RULE         ACTION[,in=SIDE][,out=SIDE][,from=A/P][,to=A/P][,proto=P]
                            [,from-port=N[-M]][,port=N[-M]][,state=S[+S]...]: the first that fits
                            decides; a SIDE is inside or outside, a state S new, established,
                            related or invalid; addresses are those inside
        --help              print this
      """;

  private static final int MOST_RULES = 256;
  private static final int MOST_FORWARDS = 256;
  private static final int MOST_ROUTES = 256;

  private final Platform platform;
  private final Messages messages;
  private final Words words;
  private final byte[][] names = new byte[2][];
  private final boolean[] taps = new boolean[2];
  private final long[] prefixes = new long[2];
  private final RuleText[] rules = new RuleText[MOST_RULES];
  private final int[] forwards = new int[4 * MOST_FORWARDS];
  private final long[] routes = new long[2 * MOST_ROUTES];
  private int ruleCount;
  private int forwardCount;
  private int routeCount;
  private int policy = -1;
  private boolean nat;

  private RouterProgram(Platform platform) {
    this.platform = platform;
    messages = new Messages(platform, NAME);
    words = new Words(messages);
  }

  /** Runs until it is asked to stop or a link is gone; answers the process's exit code. */
  public static int run(Platform platform) {
    return new RouterProgram(platform).run();
  }

  private int run() {
    Arguments arguments = platform.arguments();
    int index = 0;
    while (index < arguments.count()) {
      byte[] word = arguments.get(index);
      if (Text.is(word, 0, word.length, "--help")) {
        platform.console().out(USAGE);
        return 0;
      }
      int taken = take(arguments, index);
      if (taken == 0) {
        messages.say("unknown option ", word, " (see --help)");
      }
      if (taken <= 0) {
        return USED_WRONGLY;
      }
      index += taken;
    }
    if (!complete()) {
      return USED_WRONGLY;
    }
    LinkWatch[] links = new LinkWatch[2];
    for (int i = 0; i < 2; i++) {
      byte[] name = names[i];
      Link link = taps[i] ? platform.openThreadedTap(name) : platform.openMergingInterface(name);
      if (Options.opened(platform, messages, link, name) == null) {
        return FAILED;
      }
      links[i] = new LinkWatch(link);
    }
    RouterHost router = assemble(links);
    return router == null ? USED_WRONGLY : loop(router, links);
  }

  private int take(Arguments arguments, int index) {
    if (Words.is(arguments, index, "--nat")) {
      nat = true;
      return 1;
    }
    byte[] word = arguments.get(index);
    int option = option(word);
    if (option == 0) {
      return 0;
    }
    byte[] value = words.value(arguments, index);
    if (value == null) {
      return Messages.SAID;
    }
    switch (option) {
      case 'i':
        return takeLink(0, value);
      case 'o':
        return takeLink(1, value);
      case 'f':
        return takeForward(value);
      case 'u':
        return takeRule(value);
      case 'p':
        policy = RuleText.action(value, 0, value.length);
        return policy < 0 ? messages.say("--policy is one of accept, drop, reject") : 2;
      case 'g':
        return takeRoute(value, 0, 0);
      default:
        int equals = Parse.find(value, 0, value.length, '=');
        long prefix = RuleText.prefix(value, 0, equals);
        if (prefix == Parse.BAD || ((int) (prefix >>> 8) & ~RuleText.mask(prefix)) != 0) {
          return messages.say("", value, " is not a route like 172.16.0.0/12=10.0.0.9");
        }
        return takeRoute(value, equals + 1, prefix);
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
    }
    return Text.is(word, 0, n, "--route") ? 'r' : 0;
  }

  private int takeLink(int side, byte[] value) {
    taps[side] = Text.starts(value, 0, value.length, "tap:");
    int from = taps[side] ? 4 : 0;
    int equals = Parse.find(value, from, value.length, '=');
    int n = equals - from;
    long prefix =
        equals == value.length ? Parse.BAD : RuleText.prefix(value, equals + 1, value.length);
    int mask = RuleText.mask(prefix);
    if (!Options.interfaceName(value, from, equals)
        || prefix == Parse.BAD
        || mask == 0
        || !Options.ofHost((int) (prefix >>> 8), mask)) {
      return messages.say("", value, " is not an interface with our address like eth1=10.0.0.1/24");
    }
    names[side] = new byte[n];
    System.arraycopy(value, from, names[side], 0, n);
    prefixes[side] = prefix;
    return 2;
  }

  private int takeRoute(byte[] value, int at, long prefix) {
    long gateway = Parse.address(value, Math.min(at, value.length), value.length);
    if (gateway == Parse.BAD || !Options.unicast((int) gateway)) {
      return messages.say("", value, " does not name a gateway like 10.0.0.9");
    }
    if (routeCount == MOST_ROUTES) {
      return messages.say("there are too many routes");
    }
    routes[2 * routeCount] = prefix;
    routes[2 * routeCount++ + 1] = gateway;
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

  private boolean complete() {
    String missing = null;
    if (names[0] == null || names[1] == null) {
      missing = "which links? Give --inside NAME=A/P and --outside NAME=A/P (see --help)";
    } else if (forwardCount > 0 && !nat) {
      missing = "--forward needs --nat";
    } else if ((((int) (prefixes[0] >>> 8) ^ (int) (prefixes[1] >>> 8))
            & RuleText.mask(prefixes[0])
            & RuleText.mask(prefixes[1]))
        == 0) {
      missing = "both links are in the same network";
    }
    if (missing != null) {
      messages.say(missing);
    }
    return missing == null;
  }

  /** The router, or null, with a complaint, where a port is forwarded twice. */
  private RouterHost assemble(LinkWatch[] links) {
    Entropy entropy = platform.entropy();
    long[] macs = new long[2];
    for (int i = 0; i < 2; i++) {
      macs[i] = Options.drawMac(entropy);
    }
    RouterHost router = Router.host(links, macs, entropy);
    for (int i = 0; i < 2; i++) {
      router.address(i, (int) (prefixes[i] >>> 8), RuleText.mask(prefixes[i]));
    }
    for (int i = 0; i < routeCount; i++) {
      long prefix = routes[2 * i];
      int unused =
          router.routes.add((int) (prefix >>> 8), RuleText.mask(prefix), (int) routes[2 * i + 1]);
    }
    if (nat) {
      Router.addNat(router, 1, entropy);
    }
    for (int i = 0; i < 4 * forwardCount; i += 4) {
      int status =
          router.nat.forward(forwards[i], forwards[i + 1], forwards[i + 2], forwards[i + 3]);
      if (status != Status.OK) {
        messages.begin("port ").line().decimal(forwards[i + 1]).put(" is forwarded twice");
        messages.end();
        return null;
      }
    }
    if (ruleCount > 0 || policy >= 0) {
      Router.addFilter(router, Math.max(policy, Filter.ACCEPT));
    }
    for (int i = 0; i < ruleCount; i++) {
      RuleText text = rules[i];
      text.rule.in = text.in < 0 ? null : router.ports[text.in];
      text.rule.out = text.out < 0 ? null : router.ports[text.out];
      int unused = router.filter.add(text.rule);
    }
    return router;
  }

  private int loop(RouterHost router, LinkWatch[] links) {
    messages.say("routing");
    while (!platform.stopRequested()) {
      long nowNs = platform.nowNs();
      router.stack.input(nowNs);
      long deadlineNs = router.stack.output(nowNs);
      if (links[0].gone() || links[1].gone()) {
        messages.say("a link is gone: the device was removed or taken down");
        return FAILED;
      }
      if (deadlineNs - nowNs > 0) {
        platform.await(deadlineNs);
      }
    }
    return 0;
  }
}
