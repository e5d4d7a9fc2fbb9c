// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.udp;

import dev.tulle.buffer.Packet;
import dev.tulle.group.FilteredGroups;
import dev.tulle.group.Sources;
import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.Ipv6;

/** What sockets may listen to: the groups of both families, for {@link UdpOptions}. */
public final class SocketGroups {
  private final FilteredGroups four;
  private final FilteredGroups six;
  private final Sources scratch = new Sources();

  public SocketGroups(FilteredGroups four, FilteredGroups six) {
    this.four = four;
    this.six = six;
  }

  /** As {@link UdpOptions#listen}. */
  int listen(Object owner, Endpoint group, boolean exclude, Endpoint[] sources, int count) {
    if (!good(group) || count > Sources.MOST) {
      return Status.INVALID;
    }
    scratch.count = 0;
    for (int i = 0; i < count; i++) {
      if (sources[i].six() != group.six()) {
        return Status.INVALID;
      }
      scratch.add(sources[i].high, low(sources[i]));
    }
    return family(group).listen(owner, group.high, low(group), exclude, scratch);
  }

  /** As {@link UdpOptions#hear}. */
  int hear(Object owner, Endpoint group, Endpoint source, boolean wanted) {
    return good(group) && source.six() == group.six()
        ? family(group).listen(owner, group.high, low(group), source.high, low(source), wanted)
        : Status.INVALID;
  }

  private static boolean good(Endpoint group) {
    // RFC 4291 2.7: scopes 0 and 1 are on no link.
    return group.six()
        ? Ipv6.multicast(group.high) && Ipv6.scope(group.high) >= Ipv6.SCOPE_LINK
        : Ipv4.multicast(group.address);
  }

  private FilteredGroups family(Endpoint group) {
    return group.six() ? six : four;
  }

  private static long low(Endpoint e) {
    return e.six() ? e.low : e.address & 0xFFFFFFFFL;
  }

  /** A socket is closed: ends all that it listens to. */
  void leave(Object owner) {
    four.leave(owner);
    six.leave(owner);
  }

  /** Whether a socket wants a packet; one that went to no group it does. */
  boolean admits(Object owner, Packet packet) {
    if (!packet.group) {
      return true;
    }
    byte[] b = packet.bytes;
    int at = packet.network;
    if (Ipv4.version(b, at) != 4) {
      return six.admits(
          owner,
          Bytes.i64(b, at + Ipv6.DESTINATION),
          Bytes.i64(b, at + Ipv6.DESTINATION + 8),
          Bytes.i64(b, at + Ipv6.SOURCE),
          Bytes.i64(b, at + Ipv6.SOURCE + 8));
    }
    int to = packet.destination;
    return !Ipv4.multicast(to)
        || four.admits(owner, 0, to & 0xFFFFFFFFL, 0, packet.source & 0xFFFFFFFFL);
  }
}
