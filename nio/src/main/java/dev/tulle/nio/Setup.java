// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.buffer.BlockPool;
import dev.tulle.host.NameServers;
import dev.tulle.ip.Endpoint;
import dev.tulle.link.IpLink;
import dev.tulle.link.Link;
import dev.tulle.profile.Full;
import dev.tulle.profile.Host;
import dev.tulle.profile.Tunnel;
import dev.tulle.stack.Entropy;
import dev.tulle.tcp.TcpMemory;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** How a stack shall be: {@link Tulle#open} begins one, {@link #start} ends it. */
public final class Setup {
  /** As long as it takes to ask four times, and then to see that nobody else has the address. */
  private static final long LEASE_NS = 45_000_000_000L;

  private static final int CONNECTIONS = 4096;

  /** Each way and connection to begin with, and what buffers grow to. */
  private static final int BUFFER_BYTES = 128 * 1024;

  private static final int MOST_BYTES = 4 * 1024 * 1024;

  /** What a connection takes from the memory of all at a time: three or four segments. */
  private static final int BLOCK_BYTES = 4096;

  /** What all connections may hold at a time; nothing of it is taken before it is needed. */
  private static final int MEMORY_BYTES = 256 * 1024 * 1024;

  /** Gaps in what has arrived that are remembered. */
  private static final int RANGES = 64;

  /** Locally administered, not a group: IEEE 802. */
  private static final long LOCAL = 0x0200_0000_0000L;

  private static final long NOT_GROUP = 0xFCFF_FFFF_FFFFL;

  private static final long GROUP = 0x0100_0000_0000L;

  private Link link;
  private UnaryOperator<Link> around = inner -> inner;
  private final Addressing addressing = new Addressing();
  private List<Endpoint> nameServers = List.of();
  private int connections = CONNECTIONS;
  private int bufferBytes = BUFFER_BYTES;
  private long mac;
  private String name = "tulle";
  private Entropy entropy;
  private Pace pace;
  private TulleProvider provider;
  private boolean any;

  Setup(Link link) {
    this.link = link;
  }

  Setup link(Link opened) {
    link = opened;
    return this;
  }

  /** Sets a fixed address, as {@code 10.9.0.2/24}. */
  public Setup ipv4(String addressAndBits) {
    return byHand(false, addressAndBits);
  }

  /** Sets a fixed address and where everything goes that is not on its link. */
  public Setup ipv4(String addressAndBits, String gateway) {
    return byHand(false, addressAndBits).through(false, gateway);
  }

  /** Adds an address of IPv6, as {@code fd09::2/64}; before it is used others are asked for it. */
  public Setup ipv6(String addressAndBits) {
    return byHand(true, addressAndBits);
  }

  /** Adds an address of IPv6, and a router where there is none that tells of itself. */
  public Setup ipv6(String addressAndBits, String gateway) {
    return byHand(true, addressAndBits).through(true, gateway);
  }

  private Setup byHand(boolean six, String addressAndBits) {
    String what = six ? "an address of IPv6 " : "an address of IPv4 ";
    Prefix prefix = named(what, () -> Prefix.parse(addressAndBits));
    return family(what, six, prefix.address(), addressAndBits).address(addressAndBits);
  }

  private Setup through(boolean six, String gateway) {
    Endpoint router = named("a gateway ", () -> Prefix.address(gateway));
    return family("a gateway of the same family ", six, router, gateway).gateway(gateway);
  }

  private Setup family(String what, boolean six, Endpoint address, String text) {
    if (address.six() != six) {
      throw new IllegalArgumentException(what + "is not '" + text + "'");
    }
    return this;
  }

  /** Reads something, and says what it was to be where it is not. */
  private static <T> T named(String what, Supplier<T> parse) {
    try {
      return parse.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(what + e.getMessage(), e);
    }
  }

  Setup address(String addressAndBits) {
    addressing.add(addressAndBits);
    return this;
  }

  Setup gateway(String address) {
    addressing.gateway(address);
    return this;
  }

  /** Asks for an address, a gateway and name servers by DHCP. */
  public Setup dhcp() {
    addressing.dhcp();
    return this;
  }

  /** Takes addresses of IPv6, routers and name servers as routers tell them: RFC 4862, RFC 8106. */
  public Setup auto() {
    addressing.auto();
    return this;
  }

  /** Asks these for names, whatever DHCP and routers say; three at most, of either family. */
  public Setup nameServers(String... addresses) {
    return named("a name server ", () -> servers(addresses));
  }

  Setup servers(String... addresses) {
    if (addresses.length > NameServers.MOST) {
      throw new IllegalArgumentException(
          "is one of " + NameServers.MOST + " at most, not of " + addresses.length);
    }
    nameServers = Stream.of(addresses).map(Prefix::address).toList();
    return this;
  }

  /**
   * Takes connections and datagrams for every address and port, on a link without Ethernet: {@link
   * Tulle#anyServer} and {@link Tulle#anyDatagrams} have them. An address of its own it needs none.
   */
  public Setup anyAddress() {
    if (!(link instanceof IpLink)) {
      throw new IllegalArgumentException("every address can be had of a link without Ethernet");
    }
    any = true;
    return this;
  }

  /** How many connections there may be at a time, those in TIME-WAIT included. */
  public Setup connections(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("a stack has a connection or more, not " + most);
    }
    connections = most;
    return this;
  }

  /** The link address, in the low 48 bits; drawn where none is given and links have addresses. */
  public Setup mac(long address) {
    if ((address & GROUP) != 0 || address >>> 48 != 0) {
      throw new IllegalArgumentException("a group's link address, or more than 48 bits");
    }
    mac = address;
    return this;
  }

  /** What the stack's thread is called. */
  public Setup name(String name) {
    this.name = name;
    return this;
  }

  /** Puts something around the link, as {@code l -> new Impairment(l, settings, 2048)}. */
  public Setup around(UnaryOperator<Link> decorator) {
    UnaryOperator<Link> before = around;
    around = inner -> decorator.apply(before.apply(inner));
    return this;
  }

  /** For simulations: where the keys of the stack come from. */
  public Setup entropy(Entropy source) {
    entropy = source;
    return this;
  }

  /** For simulations: who keeps the time and gives the stack its turns. */
  public Setup pace(Pace keeper) {
    pace = keeper;
    return this;
  }

  Setup provider(TulleProvider own) {
    provider = own;
    return this;
  }

  /**
   * Assembles the stack and starts its thread; waits for the addresses of {@link #dhcp}, {@link
   * #auto} and {@link #ipv6}.
   *
   * @throws IOException where one is still missing after 45 seconds
   */
  public Tulle start() throws IOException {
    SecureRandom random = new SecureRandom();
    if (entropy == null) {
      entropy = random::nextLong;
    }
    if (mac == 0) {
      mac = random.nextLong() & NOT_GROUP | LOCAL;
    }
    Pace keeper = pace != null ? pace : new RealTime(link, name);
    int blocks = MEMORY_BYTES / BLOCK_BYTES;
    TcpMemory memory =
        new TcpMemory(
            new BlockPool(BLOCK_BYTES, blocks), connections + 1, bufferBytes, bufferBytes, RANGES);
    memory.tune(MOST_BYTES, MOST_BYTES);
    Link whole = around.apply(link);
    Host host =
        link instanceof IpLink
            ? Tunnel.host(whole, entropy, connections, memory)
            : Full.host(whole, mac, entropy, connections, memory);
    if (any) {
      Tunnel.takeAll(host);
    }
    for (Endpoint server : nameServers) {
      host.nameServers.add(server);
    }
    if (!nameServers.isEmpty()) {
      host.nameServers.fix();
    }
    addressing.begin(host, keeper.nowNs());
    Engine engine = new Engine(host, keeper, link instanceof AutoCloseable able ? able : null);
    Tulle net = new Tulle(engine, bufferBytes, entropy.next(), provider);
    engine.begin();
    String missing = await(engine);
    if (missing != null) {
      net.close();
      throw new IOException(missing);
    }
    return net;
  }

  /** Waits for all addresses; answers what is wrong where there is one that will not come. */
  private String await(Engine engine) {
    engine.lock.lock();
    try {
      engine.used();
      long limitNs = engine.deadline(LEASE_NS);
      String missing = addressing.missing(engine.host);
      String refused = addressing.refused(engine.host);
      while (missing != null && refused == null && !engine.down() && engine.before(limitNs)) {
        engine.news.await(engine, limitNs);
        missing = addressing.missing(engine.host);
        refused = addressing.refused(engine.host);
      }
      return refused != null || missing == null ? refused : missing + " in 45 seconds";
    } finally {
      engine.lock.unlock();
    }
  }
}
