// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.ip.Endpoint;
import dev.tulle.nd.DnsServers;
import dev.tulle.stack.Part;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dns;
import dev.tulle.wire.Ipv4;

/**
 * Whom to ask for names, and in which domains: a command line, DHCP and routers fill it in, {@link
 * Resolver} reads it.
 *
 * <p>Who is given by hand comes first, then whom DHCP names, then whom routers name (RFC 8106
 * 5.3.1), each in the order in which they were named.
 */
public final class NameServers implements DnsServers {
  /** Servers that are kept of each source; RFC 8106 5.3.1 (SHOULD): three at least. */
  public static final int MOST = 3;

  // Sources: the lower, the more it counts.
  private static final int HAND = 0;
  static final int DHCP = 1;
  static final int DHCP6 = 2;
  private static final int ROUTER = 3;
  private static final int NOBODY = -1;

  /** Servers of all sources together: more would make a name that nobody knows take minutes. */
  private static final int SERVERS = 6;

  /** Octets of a server: an IPv4 address, or an IPv6 one with its interface. */
  private static final int FOUR = 4;

  private static final int SIX = 17;

  private static final int DOMAINS = 8;
  private static final int DOMAINS_EACH = 6;
  private static final int SEARCH_OCTETS = 512;

  private final Learned servers = new Learned(SERVERS, SERVERS * SIX);
  private final Learned search = new Learned(DOMAINS, SEARCH_OCTETS);
  private final byte[] name = new byte[Dns.NAME];
  private boolean fixed;

  public int count() {
    return servers.count();
  }

  /** Fills in where a server listens; the first is 0. */
  public void server(int index, Endpoint to) {
    int at = servers.from(index);
    byte[] b = servers.octets();
    if (servers.from(index + 1) - at == FOUR) {
      to.set(Bytes.i32(b, at), Dns.PORT);
    } else {
      to.set(Bytes.i64(b, at), Bytes.i64(b, at + 8), Dns.PORT);
      to.scope = Bytes.u8(b, at + 16);
    }
  }

  /** Adds a server; one too many is left out. */
  public void add(int address) {
    Bytes.put32(name, 0, address);
    put(FOUR, HAND, Part.NEVER, 0);
  }

  /** Adds a server of either family; one too many is left out. */
  public void add(Endpoint server) {
    if (server.six()) {
      server(server.high, server.low, server.scope, HAND, Part.NEVER, 0);
    } else {
      add(server.address);
    }
  }

  /** Keeps these servers, whatever DHCP and routers say from now on. */
  public void fix() {
    fixed = true;
  }

  /** Asks this server and no other. */
  public void only(Endpoint server) {
    servers.drop(NOBODY, Part.NEVER);
    add(server);
    fixed = true;
  }

  private void put(int length, int source, long untilNs, long nowNs) {
    boolean unused = servers.put(name, 0, length, source, MOST, untilNs, nowNs);
  }

  private void server(long high, long low, int scope, int source, long untilNs, long nowNs) {
    Bytes.put64(name, 0, high);
    Bytes.put64(name, 8, low);
    Bytes.put8(name, 16, scope);
    put(SIX, source, untilNs, nowNs);
  }

  @Override
  public void server(long high, long low, int scope, long untilNs, long nowNs) {
    if (!fixed) {
      server(high, low, scope, ROUTER, untilNs, nowNs);
    }
  }

  @Override
  public void search(byte[] b, int at, int end, long untilNs, long nowNs) {
    learnSearch(b, at, end, end, ROUTER, untilNs, nowNs);
  }

  /** What is over counts no more. */
  void expire(long nowNs) {
    servers.drop(NOBODY, nowNs);
    search.drop(NOBODY, nowNs);
  }

  /** What a source has said is void. */
  void clear(int source) {
    servers.drop(source, 0);
    search.drop(source, 0);
  }

  /** Adds servers that DHCP names. */
  void learn(byte[] b, int octets) {
    for (int i = 0; !fixed && i + 4 <= octets; i += 4) {
      int address = Bytes.i32(b, i);
      if (Ipv4.unicast(address)) {
        Bytes.put32(name, 0, address);
        put(FOUR, DHCP, Part.NEVER, 0);
      }
    }
  }

  /** Adds a server that DHCPv6 names. */
  void learn(long high, long low, int scope, long nowNs) {
    if (!fixed) {
      server(high, low, scope, DHCP6, Part.NEVER, nowNs);
    }
  }

  /** Adds the domain to search in, as text; what is no name is left out. */
  public void addDomain(byte[] b, int octets) {
    int end = octets;
    while (end > 0 && b[end - 1] == 0) {
      end--; // RFC 2132 2: some servers end a text with zeros
    }
    int length = Dns.fromText(b, 0, end, name);
    append(length, DHCP, Part.NEVER, 0);
  }

  /**
   * Adds domains to search in; up to the first that is no name.
   *
   * @param first where the first name can be that a pointer leads to
   */
  void learnSearch(byte[] b, int from, int end, int first, int source, long untilNs, long nowNs) {
    int at = from;
    while (at >= 0 && at < end) {
      int length = Dns.name(b, from, first, at, end, name);
      if (length < 0) {
        return;
      }
      append(length, source, untilNs, nowNs);
      at = Dns.skipName(b, at, end);
    }
  }

  private void append(int length, int source, long untilNs, long nowNs) {
    if (length > 1) {
      boolean unused = search.put(name, 0, length, source, DOMAINS_EACH, untilNs, nowNs);
    }
  }

  /** Fills in a domain to search in, as labels; answers its length, or 0 where there is none. */
  public int domain(int which, byte[] to) {
    return extend(which, to, 1);
  }

  /**
   * Appends a domain to a name.
   *
   * @param which the first is 0
   * @param to holds a name of {@code length} octets, final zero included
   * @return its length then; 0 where there is no such domain or the name would be too long
   */
  int extend(int which, byte[] to, int length) {
    if (which >= search.count()) {
      return 0;
    }
    int at = search.from(which);
    int domain = search.from(which + 1) - at;
    int total = length - 1 + domain;
    if (total > Dns.NAME) {
      return 0;
    }
    System.arraycopy(search.octets(), at, to, length - 1, domain);
    return total;
  }
}
