// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.link.GroupFilter;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.IgmpMessage;
import dev.tulle.wire.Ipv4;

/**
 * The multicast groups that an interface listens to, with the sources that its sockets want, and
 * what routers and switches are told about them: IGMP version 3, and the older versions where a
 * router speaks those.
 *
 * <p>{@link #listen} is what a socket calls; its filters and those of others make the interface's.
 * A change is told at once and once more within a second; a query is answered after a random time,
 * with one pending answer for each group and one for all. Where an interface's filter would have
 * too many sources, it asks for more than is wanted: sockets still hear what they want alone.
 * Source: RFC 3376, RFC 2236, RFC 1112.
 */
public final class Igmp implements Transport, GroupFilter, Part {
  /** Sources in a filter: Linux's igmp_max_msf is 10. */
  public static final int SOURCES = 16;

  /** RFC 3376 8.1: how often a change is told. */
  static final int ROBUSTNESS = 2;

  static final int PROTOCOL = 2;

  private static final long MS_NS = 1_000_000L;

  /** RFC 3376 8.12: twice the query interval of 125 s, and 10 s. */
  private static final long OLD_ROUTER_NS = 260_000_000_000L;

  /** RFC 3376 8.11: within a second a change is told again. */
  private static final int UNSOLICITED_MS = 1000;

  /** An answer may be put off for a minute at most, and for a tenth of a second at least. */
  private static final int MOST_DELAY_MS = 60_000;

  private static final int ALL_SYSTEMS = 0xE000_0001;

  /** RFC 2113 2.1. */
  private static final int ROUTER_ALERT = 0x94;

  private final IgmpReports reports;
  private final KeyedHash random;
  private final Counters counters;
  private final Group[] groups;
  private final Listenings listenings;
  private final int[] scratch = new int[SOURCES];
  private long routerV1UntilNs;
  private long routerV2UntilNs;

  /** When to answer a query about all groups. */
  private long answerNs = NEVER;

  private long deadlineNs = NEVER;

  /**
   * @param groups how many an interface may listen to
   * @param listenings how many a socket may listen to, all sockets together
   */
  public Igmp(
      Interface port,
      PacketPool pool,
      KeyedHash random,
      Counters counters,
      int groups,
      int listenings) {
    reports = new IgmpReports(port, pool, counters);
    this.random = random;
    this.counters = counters;
    this.groups = new Group[groups];
    for (int i = 0; i < groups; i++) {
      this.groups[i] = new Group();
    }
    this.listenings = new Listenings(listenings);
  }

  /**
   * Says what a socket wants of a group from now on, in place of what it wanted: RFC 3376 2.
   *
   * @param owner the socket
   * @param exclude whether the sources are those not to be heard; false without any is the end
   * @return 0 or a negative {@code Status}
   */
  public int listen(Object owner, int group, boolean exclude, int[] sources, int count) {
    if (!Ipv4.multicast(group) || count > SOURCES) {
      return Status.INVALID;
    }
    boolean ends = !exclude && count == 0;
    Listening l = listenings.find(owner, group);
    Group g = find(group);
    if (l == null && ends) {
      return Status.OK;
    }
    if (l == null) {
      l = listenings.find(null, 0);
    }
    if (g == null) {
      g = find(0);
    }
    if (l == null || g == null) {
      counters.add(Counter.IGMP_FULL);
      return Status.NO_RESOURCES;
    }
    l.owner = ends ? null : owner;
    l.group = ends ? 0 : group;
    l.exclude = exclude;
    l.count = count;
    for (int i = 0; i < count; i++) {
      l.sources[i] = sources[i];
    }
    g.address = group;
    listenings.merge(g);
    if (!g.wanted()) {
      g.answerNs = NEVER; // who is not interested has nothing to answer
      g.askedCount = 0;
    }
    if (g.modeChanges > 0 || g.changedCount > 0) {
      g.changeNs = 0;
      deadlineNs = 0;
    }
    return Status.OK;
  }

  /** Ends all that a socket listens to. */
  public void leave(Object owner) {
    for (int group = listenings.any(owner); group != 0; group = listenings.any(owner)) {
      listen(owner, group, false, scratch, 0);
    }
  }

  private Group find(int address) {
    for (int i = 0; i < groups.length; i++) {
      if (groups[i].address == address) {
        return groups[i];
      }
    }
    return null;
  }

  @Override
  public boolean wanted(int high, int low) {
    // RFC 1112 6.4: the low 23 bits of the group behind 01:00:5e.
    if (high != 0x0100 || low >>> 23 != 0x5E00_0000 >>> 23) {
      return false;
    }
    for (int i = 0; i < groups.length; i++) {
      if (groups[i].wanted() && (groups[i].address & 0x7F_FFFF) == (low & 0x7F_FFFF)) {
        return true;
      }
    }
    return (low & 0x7F_FFFF) == (ALL_SYSTEMS & 0x7F_FFFF);
  }

  /** Whether packets to a group are for this interface. */
  boolean joined(int group) {
    Group g = find(group);
    return group == ALL_SYSTEMS || g != null && g.wanted();
  }

  /** Whether a socket wants a packet; one that went to no group it does. */
  public boolean admits(Object owner, Packet packet) {
    if (!Ipv4.multicast(packet.destination)) {
      return true;
    }
    Listening l = listenings.find(owner, packet.destination);
    return l != null && l.lists(packet.source) != l.exclude;
  }

  @Override
  public int protocol() {
    return PROTOCOL;
  }

  @Override
  public void error(Packet packet, int kind, int mtu, long nowNs) {}

  @Override
  public void tooBig(Packet packet, int mtu, long nowNs) {}

  @Override
  public boolean input(Packet packet, int sum, long nowNs) {
    int reason = arrive(packet, nowNs);
    if (reason >= 0) {
      counters.add(reason);
    }
    return true;
  }

  private int arrive(Packet packet, long nowNs) {
    byte[] b = packet.bytes;
    int at = packet.head;
    int length = packet.length();
    if (length < IgmpMessage.HEADER) {
      return Counter.IGMP_SHORT;
    }
    if (Checksum.of(b, at, length) != 0) {
      return Counter.IGMP_BADSUM;
    }
    int type = IgmpMessage.type(b, at);
    int group = IgmpMessage.group(b, at);
    if (type == IgmpMessage.REPORT_V1 || type == IgmpMessage.REPORT_V2) {
      heard(group, nowNs);
      return -1;
    }
    if (type != IgmpMessage.QUERY) {
      return Counter.IGMP_IGNORED;
    }
    boolean old = length == IgmpMessage.HEADER;
    // RFC 3376 4.1.8: a count of sources is believed as far as the message goes.
    if (!old
        && (length < IgmpMessage.QUERY_V3
            || length - IgmpMessage.QUERY_V3 >> 2 < IgmpMessage.sources(b, at))) {
      return Counter.IGMP_SHORT;
    }
    int code = IgmpMessage.code(b, at);
    boolean first = old && code == 0;
    // RFC 3376 9.1 (SHOULD): what did not come from a router of this link is ignored.
    if (Ipv4.timeToLive(b, packet.network) != 1
        || !first && !alerted(packet)
        || (group == 0 ? packet.destination != ALL_SYSTEMS : !Ipv4.multicast(group))) {
      return Counter.IGMP_INVALID;
    }
    if (old) {
      older(first, nowNs);
    }
    int tenths = first ? 100 : old ? code : IgmpMessage.tenths(code);
    int mostMs = Math.min(Math.max(tenths, 1) * 100, MOST_DELAY_MS);
    asked(group, packet, old ? 0 : IgmpMessage.sources(b, at), mostMs, nowNs);
    return -1;
  }

  private static boolean alerted(Packet packet) {
    int at = packet.network + Ipv4.HEADER;
    while (at < packet.head) { // options that have been checked, up to their end
      int type = Bytes.u8(packet.bytes, at);
      if (type == Ipv4.OPTION_END) {
        return false;
      }
      if (type == Ipv4.OPTION_NOP) {
        at++;
      } else if (type == ROUTER_ALERT) {
        return true;
      } else {
        at += Bytes.u8(packet.bytes, at + 1);
      }
    }
    return false;
  }

  /** A router of an older version asks: its version is spoken for a while. RFC 3376 7.2.1. */
  private void older(boolean first, long nowNs) {
    int version = version(nowNs);
    if (first) {
      routerV1UntilNs = nowNs + OLD_ROUTER_NS;
    } else {
      routerV2UntilNs = nowNs + OLD_ROUTER_NS;
    }
    if (version(nowNs) != version) {
      answerNs = NEVER;
      for (int i = 0; i < groups.length; i++) {
        groups[i].forget();
      }
    }
  }

  private int version(long nowNs) {
    return routerV1UntilNs - nowNs > 0 ? 1 : routerV2UntilNs - nowNs > 0 ? 2 : 3;
  }

  /** Another host has reported: in the older versions one report is enough. RFC 2236 3. */
  private void heard(int group, long nowNs) {
    Group g = find(group);
    if (g != null && group != 0 && version(nowNs) < 3) {
      g.answerNs = NEVER;
    }
  }

  /** Plans the answer to a query: RFC 3376 5.2. */
  private void asked(int group, Packet packet, int sources, int mostMs, long nowNs) {
    long due = laterNs(mostMs, nowNs);
    if (answerNs <= due) {
      return; // 1: an answer about all groups is due sooner
    }
    if (group == 0 && version(nowNs) == 3) {
      answerNs = due; // 2
      deadlineNs = Math.min(deadlineNs, due);
      return;
    }
    for (int i = 0; i < groups.length; i++) {
      Group g = groups[i];
      if (g.wanted() && (group == 0 || g.address == group)) {
        ask(g, packet, sources, group == 0 ? laterNs(mostMs, nowNs) : due);
      }
    }
  }

  private void ask(Group g, Packet packet, int sources, long due) {
    boolean pending = g.answerNs != NEVER;
    if (sources == 0 || pending && g.askedCount == 0) {
      g.askedCount = 0; // 4: the whole group
    } else {
      for (int i = 0; i < sources; i++) { // 3 and 5
        int source = IgmpMessage.source(packet.bytes, packet.head, i);
        if (Group.in(g.asked, g.askedCount, source) >= 0) {
          continue;
        }
        if (g.askedCount == SOURCES) {
          g.askedCount = 0; // too many to remember: the whole group
          break;
        }
        g.asked[g.askedCount++] = source;
      }
    }
    g.answerNs = Math.min(g.answerNs, due);
    deadlineNs = Math.min(deadlineNs, g.answerNs);
  }

  private long laterNs(int mostMs, long nowNs) {
    return nowNs + ((random.draw() & 0xFFFFL) * mostMs >>> 16) * MS_NS + MS_NS;
  }

  @Override
  public long poll(long nowNs) {
    if (deadlineNs - nowNs > 0) {
      return deadlineNs;
    }
    boolean all = answerNs - nowNs <= 0;
    int version = version(nowNs);
    answerNs = all ? NEVER : answerNs;
    deadlineNs = answerNs;
    for (int i = 0; i < groups.length; i++) {
      Group g = groups[i];
      if (g.changeNs - nowNs <= 0) {
        tell(g, version, nowNs);
      }
      if (g.answerNs - nowNs <= 0 || all && g.wanted()) {
        if (all) {
          g.askedCount = 0;
        }
        answer(g, version, nowNs);
        g.answerNs = NEVER;
        g.askedCount = 0;
      }
      if (!g.wanted() && g.changeNs == NEVER) {
        g.address = 0;
      }
      deadlineNs = Math.min(deadlineNs, Math.min(g.changeNs, g.answerNs));
    }
    reports.flush(nowNs);
    return deadlineNs;
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }

  /** Tells of what has changed in a group: RFC 3376 5.1. */
  private void tell(Group g, int version, long nowNs) {
    if (version < 3) {
      if (g.wanted()) {
        reports.old(version == 1 ? IgmpMessage.REPORT_V1 : IgmpMessage.REPORT_V2, g.address, nowNs);
      } else if (g.left && version == 2) {
        reports.old(IgmpMessage.LEAVE, g.address, nowNs);
      }
    } else if (g.modeChanges > 0) {
      int type = g.exclude ? IgmpMessage.TO_EXCLUDE : IgmpMessage.TO_INCLUDE;
      reports.record(type, g.address, g.sources, g.count, nowNs);
    } else {
      changed(g, true, IgmpMessage.ALLOW, nowNs);
      changed(g, false, IgmpMessage.BLOCK, nowNs);
    }
    g.changeNs = g.told() ? laterNs(UNSOLICITED_MS, nowNs) : NEVER;
  }

  /** Adds a record of the sources that are now wanted, or now are not. */
  private void changed(Group g, boolean wanted, int type, long nowNs) {
    int n = 0;
    for (int i = 0; i < g.changedCount && n < SOURCES; i++) {
      if ((g.lists(g.changed[i]) != g.exclude) == wanted) {
        scratch[n++] = g.changed[i];
      }
    }
    if (n > 0) {
      reports.record(type, g.address, scratch, n, nowNs);
    }
  }

  private void answer(Group g, int version, long nowNs) {
    if (version < 3) {
      reports.old(version == 1 ? IgmpMessage.REPORT_V1 : IgmpMessage.REPORT_V2, g.address, nowNs);
    } else if (g.askedCount == 0) {
      int type = g.exclude ? IgmpMessage.IS_EXCLUDE : IgmpMessage.IS_INCLUDE;
      reports.record(type, g.address, g.sources, g.count, nowNs);
    } else {
      int n = 0;
      for (int i = 0; i < g.askedCount; i++) {
        if (g.lists(g.asked[i]) != g.exclude) {
          scratch[n++] = g.asked[i];
        }
      }
      if (n > 0) {
        reports.record(IgmpMessage.IS_INCLUDE, g.address, scratch, n, nowNs);
      }
    }
  }
}
