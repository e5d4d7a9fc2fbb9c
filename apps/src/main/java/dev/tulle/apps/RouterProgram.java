// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.forward.Filter;
import dev.tulle.host.DhcpClient;
import dev.tulle.ip.Endpoint;
import dev.tulle.link.Link;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.nd.RouteTable6;
import dev.tulle.profile.Router;
import dev.tulle.profile.RouterHost;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.wire.Ipv6;

/**
 * Routes between links, all but one of them inside, and if asked to translates addresses, filters,
 * and configures hosts; beside that it may be a server.
 */
public final class RouterProgram {
  private static final int USED_WRONGLY = 2;
  private static final int FAILED = 1;

  private static final String USAGE =
      """
        --inside LINK --outside LINK are wanted; it routes between them.
        --inside LINK       NAME=A/P[,A/P], an existing interface and our addresses there, one of
                            each family, or tap:NAME=A/P; IPv6's is advertised to the hosts; once
                            for each of up to five links
        --outside LINK      the same for the other side; dhcp or auto stands for an address that
                            comes by DHCP, or with what routers say
        --gateway A         where packets for other networks go; once for each family
        --route A/P=A       another way, by a gateway; as often as needed
        --nat               let the inside use the one IPv4 address outside
        --forward P:N:A:M   with --nat: port N outside is port M of A inside; P is tcp or udp
        --dhcp A-A          lend hosts inside these addresses
        --dns A[,A]...      name servers that hosts inside are told; if not given, those that
                            DHCP tells outside
        --policy ACTION     accept, drop or reject what no rule fits; accept if not given
        --rule RULE         ACTION[,in=SIDE][,out=SIDE][,from=A/P][,to=A/P][,proto=P]
                            [,from-port=N[-M]][,port=N[-M]][,state=S[+S]...]: the first that fits
                            decides; a SIDE is inside, outside or a NAME, a state S new,
                            established, related or invalid; addresses are those inside. With
                            out=router it is about packets for the router itself, of which the
                            rest is accepted
        -v                  print what was counted, at the end, and of each rule how often it fit
      """;

  private final Platform platform;
  private final RouterProfile profile;
  private final Program service;
  private final Inspector inspector;
  private final Messages messages;
  private final RouterOptions options;
  private LinkWatch[] links;
  private RouterHost router;

  /** Whether what came with the outside's address is in use. */
  private boolean bound;

  private RouterProgram(Platform platform, RouterProfile profile, Program service) {
    this.platform = platform;
    this.profile = profile;
    this.service = service;
    inspector = new Inspector(platform);
    messages = new Messages(platform, service == null ? "router" : "gateway");
    options = new RouterOptions(messages);
  }

  /** Runs until it is asked to stop or a link is gone; answers the process's exit code. */
  public static int run(Platform platform) {
    return run(platform, Router::host, null);
  }

  /**
   * As the one above, on the stack of another profile.
   *
   * @param service what it does beside routing, on a stack that has what this needs; null for
   *     nothing
   */
  public static int run(Platform platform, RouterProfile profile, Program service) {
    return new RouterProgram(platform, profile, service).run();
  }

  private int run() {
    Arguments arguments = platform.arguments();
    int index = 0;
    while (index < arguments.count()) {
      byte[] word = arguments.get(index);
      if (Text.is(word, 0, word.length, "--help")) {
        help();
        return 0;
      }
      int taken = options.take(arguments, index);
      if (taken == 0) {
        taken = inspector.take(messages, arguments, index);
      }
      if (taken == 0 && service != null) {
        taken = service.take(arguments, index);
      }
      if (taken == 0) {
        messages.say("unknown option ", word, " (see --help)");
      }
      if (taken <= 0) {
        return USED_WRONGLY;
      }
      index += taken;
    }
    if (service != null && !service.complete()) {
      return USED_WRONGLY;
    }
    if (!options.complete()) {
      return USED_WRONGLY;
    }
    links = new LinkWatch[options.count];
    for (int i = 0; i < links.length; i++) {
      byte[] name = options.names[i];
      Link link =
          options.taps[i]
              ? platform.openThreadedTap(name)
              : platform.openMergingInterface(name, false);
      if (Options.opened(platform, messages, link, name) == null) {
        return FAILED;
      }
      links[i] = new LinkWatch(link);
    }
    if (!assemble()) {
      return USED_WRONGLY;
    }
    if (!inspector.open(messages, router, options.names)) {
      return FAILED;
    }
    if (service != null && service.start(router, platform.nowNs()) < 0) {
      return FAILED;
    }
    int code = loop();
    inspector.close();
    end();
    return code;
  }

  private void help() {
    Console console = platform.console();
    if (service == null) {
      console.out("router OPTION...: route between links\n");
    } else {
      console.out("gateway WHAT OPTION...: a router that is a server as well, by itself\n  ");
      console.out(service.usage());
    }
    console.out(USAGE);
    console.out(Inspector.USAGE);
    console.out(Options.HELP);
  }

  /** Makes the router; false, with a complaint, where a port is forwarded twice. */
  private boolean assemble() {
    Entropy entropy = platform.entropy();
    long[] macs = new long[links.length];
    for (int i = 0; i < macs.length; i++) {
      macs[i] = Options.drawMac(entropy);
    }
    router = profile.host(links, macs, entropy);
    for (int i = 0; i < macs.length; i++) {
      long prefix = options.prefixes[i];
      if (prefix != Parse.BAD) {
        router.addressOf(i, (int) (prefix >>> 8), RuleText.mask(prefix));
      }
    }
    if (options.nat) {
      Router.addNat(router, options.outside(), entropy);
    }
    for (int i = 0; i < 4 * options.forwardCount; i += 4) {
      int[] f = options.forwards;
      if (router.nat.forward(f[i], f[i + 1], f[i + 2], f[i + 3]) != Status.OK) {
        messages.begin("port ").line().decimal(f[i + 1]).put(" is forwarded twice");
        messages.end();
        return false;
      }
    }
    filter();
    if (options.lent > 0) {
      Router.addDhcp(router, options.lentAt, options.first, options.lent, entropy);
      for (int i = 0; i < options.serverCount; i++) {
        int unused = router.dhcpServer.addServer(options.servers[i]);
      }
    }
    if (options.dhcp) {
      Router.addDhcpClient(router, entropy);
      int unused = router.dhcp.start(platform.nowNs());
    }
    routes();
    if (options.six()) {
      if (router.ports6 == null) {
        Router.addIpv6(router, entropy);
      }
      six(platform.nowNs());
    }
    return true;
  }

  private void filter() {
    if (options.ruleCount > 0 || options.policy >= 0) {
      Router.addFilter(router, Math.max(options.policy, Filter.ACCEPT));
    }
    for (int i = 0; i < options.ruleCount; i++) {
      RuleText text = options.rules[i];
      text.rule.in = text.in < 0 ? null : router.ports[text.in];
      text.rule.out = text.out < 0 ? null : router.ports[text.out];
      int unused = router.filter.add(text.rule);
    }
  }

  private void routes() {
    for (int i = 0; i < options.routeCount; i++) {
      long prefix = options.routes[2 * i];
      int gateway = (int) options.routes[2 * i + 1];
      int unused = router.routes.add((int) (prefix >>> 8), RuleText.mask(prefix), gateway);
    }
  }

  private void six(long nowNs) {
    for (int i = 0; i < links.length; i++) {
      Ipv6Port port = router.ports6[i];
      Endpoint own = options.sixes[i];
      int bits = options.sixBits[i];
      boolean inside = i < options.outside();
      if (bits > 0) {
        int unused = port.addresses.add(own.high, own.low, bits, true, nowNs);
      }
      router.start6(i, inside && bits > 0, nowNs);
      for (int n = 0; inside && n < options.serverCount6; n++) {
        Endpoint server = options.servers6[n];
        int unused = port.advertiser.addServer(server.high, server.low);
      }
    }
    for (int i = 0; i < options.routeCount6; i++) {
      Endpoint to = options.routes6[2 * i];
      Endpoint gateway = options.routes6[2 * i + 1];
      int outside = options.outside();
      // Of a link-local gateway the command line does not say where: it is outside.
      int port = Ipv6.linkLocal(gateway.high) ? outside : RouteTable6.ANY_PORT;
      RouteTable6 main = router.routes6.main();
      int unused =
          to.port == 0
              ? router.ports6[outside].routers.add(gateway.high, gateway.low)
              : main.add(to.high, to.low, to.port, gateway.high, gateway.low, 0, port);
    }
  }

  private int loop() {
    messages.say("routing");
    while (!platform.stopRequested()) {
      long nowNs = platform.nowNs();
      router.stack.input(nowNs);
      long serviceNs = service == null ? Part.NEVER : service.poll(nowNs);
      long deadlineNs = Math.min(serviceNs, router.stack.output(nowNs));
      deadlineNs = Math.min(deadlineNs, inspector.poll(nowNs));
      if (router.dhcp != null && router.dhcp.bound() != bound) {
        leased();
      }
      if (gone()) {
        messages.say("a link is gone: the device was removed or taken down");
        return FAILED;
      }
      if (deadlineNs - nowNs > 0) {
        platform.await(deadlineNs);
      }
    }
    return 0;
  }

  private boolean gone() {
    boolean gone = false;
    for (int i = 0; i < links.length; i++) {
      gone |= links[i].gone();
    }
    return gone;
  }

  /** The outside has got its address, or has lost it. */
  private void leased() {
    bound = !bound;
    if (!bound) {
      messages.say("the address outside is lost");
      return;
    }
    messages
        .begin("the address outside is ")
        .line()
        .address(router.ports[options.outside()].address);
    messages.end();
    routes(); // those by hand, which went with what the lease replaced
    if (router.dhcpServer != null && options.serverCount == 0) {
      router.dhcpServer.clearServers();
      Endpoint server = new Endpoint();
      for (int i = 0; i < router.nameServers.count(); i++) {
        router.nameServers.server(i, server);
        int unused = router.dhcpServer.addServer(server.address);
      }
    }
  }

  /** Gives back what was lent, and says what happened where that was asked for. */
  private void end() {
    long nowNs = platform.nowNs();
    for (int i = 0; router.ports6 != null && i < options.outside(); i++) {
      router.ports6[i].advertiser.stop(nowNs);
    }
    if (router.dhcp != null) {
      router.dhcp.release(nowNs);
    }
    long deadlineNs = router.stack.poll(nowNs);
    while (router.dhcp != null
        && router.dhcp.state() != DhcpClient.OFF
        && !links[options.outside()].gone()) {
      if (deadlineNs - nowNs > 0) {
        platform.await(deadlineNs);
      }
      nowNs = platform.nowNs();
      deadlineNs = router.stack.poll(nowNs);
    }
    if (options.verbose) {
      tell();
    }
  }

  private void tell() {
    tell("forwarded ", Counter.FORWARD_SENT);
    tell("too many hops ", Counter.FORWARD_TTL);
    tell("no route ", Counter.FORWARD_NO_ROUTE);
    tell("too big ", Counter.FORWARD_TOO_BIG);
    tell("no such neighbour ", Counter.FORWARD_UNREACHABLE);
    tell("invalid ", Counter.TRACK_INVALID);
    tell("no connection free ", Counter.TRACK_FULL);
    tell("no port free ", Counter.NAT_NO_PORT);
    tell("dropped by the filter ", Counter.FILTER_DROPPED);
    tell("rejected by the filter ", Counter.FILTER_REJECTED);
    tell("leases granted ", Counter.DHCPD_GRANTED);
    tell("no address free ", Counter.DHCPD_FULL);
    for (int i = 0; router.filter != null && i < router.filter.count(); i++) {
      Text line = messages.begin("rule ").line().decimal(i + 1).put(": ");
      line.decimal(router.filter.packets(i));
      messages.end();
    }
  }

  private void tell(String what, int counter) {
    messages.begin(what).line().decimal(router.counters.value(counter));
    messages.end();
  }
}
