// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dns;
import dev.tulle.wire.Ipv4;

/**
 * Whom to ask for names, and in which domains: DHCP or a command line fills it in, {@link Resolver}
 * reads it.
 */
public final class NameServers {
  /** Servers that are kept; RFC 2132 3.8: the best comes first. */
  public static final int MOST = 3;

  private static final int SEARCH_OCTETS = 512;

  private final int[] addresses = new int[MOST];
  private final byte[] search = new byte[SEARCH_OCTETS];
  private final byte[] name = new byte[Dns.NAME];
  private int count;
  private int searchOctets;
  private boolean fixed;

  public int count() {
    return count;
  }

  public int address(int index) {
    return addresses[index];
  }

  /** Adds a server; one too many is left out. */
  public void add(int address) {
    if (count < MOST) {
      addresses[count++] = address;
    }
  }

  /** Keeps these servers, whatever DHCP says from now on. */
  public void fix() {
    fixed = true;
  }

  /** Asks this server and no other. */
  public void only(int address) {
    count = 0;
    add(address);
    fixed = true;
  }

  /** What DHCP has said is void. */
  void clear() {
    searchOctets = 0;
    if (!fixed) {
      count = 0;
    }
  }

  /** Adds servers that DHCP names. */
  void learn(byte[] b, int octets) {
    for (int i = 0; !fixed && i + 4 <= octets; i += 4) {
      int address = Bytes.i32(b, i);
      if (Ipv4.unicast(address)) {
        add(address);
      }
    }
  }

  /** Adds the domain to search in, as text; what is no name is left out. */
  public void addDomain(byte[] b, int octets) {
    int end = octets;
    while (end > 0 && b[end - 1] == 0) {
      end--; // RFC 2132 2: some servers end a text with zeros
    }
    int length = Dns.fromText(b, 0, end, name);
    append(length);
  }

  /** Adds the domains to search in of RFC 3397; up to the first that is no name. */
  void learnSearch(byte[] b, int octets) {
    int at = 0;
    while (at >= 0 && at < octets) {
      int length = Dns.name(b, 0, 0, at, octets, name);
      if (length < 0) {
        return;
      }
      append(length);
      at = Dns.skipName(b, at, octets);
    }
  }

  private void append(int length) {
    if (length > 1 && length <= search.length - searchOctets) {
      System.arraycopy(name, 0, search, searchOctets, length);
      searchOctets += length;
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
    int at = 0;
    for (int i = 0; i < which && at < searchOctets; i++) {
      at = Dns.skipName(search, at, searchOctets);
    }
    if (at >= searchOctets) {
      return 0;
    }
    int domain = Dns.skipName(search, at, searchOctets) - at;
    int total = length - 1 + domain;
    if (total > Dns.NAME) {
      return 0;
    }
    System.arraycopy(search, at, to, length - 1, domain);
    return total;
  }
}
