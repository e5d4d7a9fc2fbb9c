// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.group;

import dev.tulle.stack.Counters;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Status;

/**
 * The groups of an interface with the sources that its sockets want of each.
 *
 * <p>{@link #listen} is what a socket calls; its filters and those of others make the interface's.
 * Where that would have too many sources, the interface asks for more than is wanted: sockets still
 * hear what they want alone. Source: RFC 3376 3, 5; RFC 3810 4, 6.
 */
public final class FilteredGroups extends Groups {
  /** RFC 3376 4.1.6: the querier's robustness has three bits; 0 leaves things as they are. */
  private static final int MOST_ROBUSTNESS = 7;

  private final Listening[] listenings;
  private final Sources before = new Sources();
  private final Sources scratch = new Sources();
  private long oldestUntilNs;

  /**
   * @param groups how many an interface may listen to
   * @param listenings how many a socket may listen to, all sockets together
   */
  public FilteredGroups(
      int groups,
      int listenings,
      GroupMessages messages,
      KeyedHash random,
      Counters counters,
      int full) {
    super(FilteredGroup.filtered(groups), messages, random, counters, full);
    this.listenings = new Listening[listenings];
    for (int i = 0; i < listenings; i++) {
      this.listenings[i] = new Listening();
    }
  }

  @SuppressWarnings("ReferenceEquality") // a socket is one object
  private Listening find(Object owner, long high, long low) {
    for (int i = 0; i < listenings.length; i++) {
      Listening l = listenings[i];
      if (l.owner == owner && l.low == low && l.high == high) {
        return l;
      }
    }
    return null;
  }

  /**
   * Says what a socket wants of a group from now on, in place of what it wanted: RFC 3376 2.
   *
   * @param owner the socket
   * @param exclude whether the sources are those not to be heard; false without any is the end
   * @return 0 or a negative {@code Status}
   */
  public int listen(Object owner, long high, long low, boolean exclude, Sources sources) {
    boolean ends = !exclude && sources.count == 0;
    Listening l = find(owner, high, low);
    if (l == null && ends) {
      return Status.OK;
    }
    if (l == null) {
      l = find(null, 0, 0);
    }
    if (l == null) {
      counters.add(full);
      return Status.NO_RESOURCES;
    }
    Group g = obtain(high, low);
    if (g == null) {
      return Status.NO_RESOURCES;
    }
    l.owner = ends ? null : owner;
    l.high = ends ? 0 : high;
    l.low = ends ? 0 : low;
    l.exclude = exclude;
    l.sources.copy(sources);
    changed(g);
    return Status.OK;
  }

  /**
   * Wants one source of a group besides, or not any more: joins or leaves it where the socket names
   * sources that it wants, unblocks or blocks it where it names those that it does not.
   */
  public int listen(
      Object owner, long high, long low, long sourceHigh, long sourceLow, boolean wanted) {
    Listening l = find(owner, high, low);
    scratch.count = 0;
    if (l != null) {
      scratch.copy(l.sources);
    }
    boolean exclude = l != null && l.exclude;
    int i = scratch.find(sourceHigh, sourceLow);
    if (wanted != exclude) {
      if (scratch.add(sourceHigh, sourceLow) < 0) {
        return Status.NO_RESOURCES;
      }
    } else if (i >= 0) {
      scratch.remove(i);
    }
    return listen(owner, high, low, exclude, scratch);
  }

  /** Ends all that a socket listens to. */
  @SuppressWarnings("ReferenceEquality")
  public void leave(Object owner) {
    scratch.count = 0;
    for (int i = 0; i < listenings.length; i++) {
      Listening l = listenings[i];
      if (l.owner == owner) {
        listen(owner, l.high, l.low, false, scratch);
      }
    }
  }

  /** Whether a socket wants a packet to a group; of what others have joined it hears all. */
  public boolean admits(Object owner, long high, long low, long sourceHigh, long sourceLow) {
    Listening l = find(owner, high, low);
    if (l != null) {
      return l.hears(sourceHigh, sourceLow);
    }
    Group g = find(high, low);
    return g == null ? messages.everybodys(high, low) : g.users > 0;
  }

  /** Whether there is a group with these last 23 bits, of which IPv4's link addresses are made. */
  public boolean ends(int bits) {
    for (int i = 0; i < table.length; i++) {
      if (((int) table[i].low & 0x7F_FFFF) == bits && table[i].wanted()) {
        return true;
      }
    }
    return false;
  }

  /** Makes an interface's filter of its sockets': RFC 3376 3.2; notes what changes by that. */
  @Override
  void changed(Group group) {
    FilteredGroup g = (FilteredGroup) group;
    boolean exclude = g.users > 0;
    for (int i = 0; i < listenings.length; i++) {
      exclude |= listenings[i].exclude && g.is(listenings[i].high, listenings[i].low);
    }
    before.copy(g.sources);
    if (!gather(g, exclude)) {
      exclude = true;
      g.sources.count = 0;
    }
    if (exclude != g.exclude) {
      g.exclude = exclude;
      g.changed.count = 0;
      g.changes = robustness;
    } else {
      differing(g, before, g.sources);
      differing(g, g.sources, before);
    }
    if (!g.wanted()) {
      g.asked.count = 0;
    }
    if (messages.everybodys(g.high, g.low)) {
      g.changes = 0; // RFC 3376 5, RFC 3810 6 (MUST NOT): nobody reports what all listen to
      g.changed.count = 0;
    }
    if (g.changes > 0 || g.changed.count > 0) {
      soon(g);
    }
  }

  /** Notes those of one list that the other has not. */
  private void differing(FilteredGroup g, Sources of, Sources than) {
    for (int i = 0; i < of.count; i++) {
      if (than.find(of.highs[i], of.lows[i]) < 0) {
        g.change(of.highs[i], of.lows[i], robustness);
      }
    }
  }

  /** Lists the sources of a filter; answers false where they are too many. */
  private boolean gather(FilteredGroup g, boolean exclude) {
    g.sources.count = 0;
    if (g.users > 0) {
      return true; // some want all of it
    }
    for (int i = 0; i < listenings.length; i++) {
      Listening l = listenings[i];
      for (int j = 0; g.is(l.high, l.low) && j < l.sources.count; j++) {
        long high = l.sources.highs[j];
        long low = l.sources.lows[j];
        if ((!exclude || nobodyHears(g, high, low)) && g.sources.add(high, low) < 0) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean nobodyHears(FilteredGroup g, long sourceHigh, long sourceLow) {
    for (int i = 0; i < listenings.length; i++) {
      Listening l = listenings[i];
      if (g.is(l.high, l.low) && l.hears(sourceHigh, sourceLow)) {
        return false;
      }
    }
    return true;
  }

  private int version(long nowNs) {
    return oldestUntilNs - nowNs > 0 ? 1 : oldUntilNs - nowNs > 0 ? 2 : 3;
  }

  @Override
  void older(int version, long nowNs) {
    int spoken = version(nowNs);
    if (version == 1) {
      oldestUntilNs = nowNs + OLD_ROUTER_NS;
    } else {
      super.older(version, nowNs);
    }
    if (version(nowNs) != spoken) { // RFC 3376 7.2.1: pending answers are cancelled
      forget();
      for (int i = 0; i < table.length; i++) {
        FilteredGroup g = (FilteredGroup) table[i];
        g.changes = 0;
        g.changed.count = 0;
        g.asked.count = 0;
      }
    }
  }

  @Override
  void robust(int times) {
    if (times > 0 && times <= MOST_ROBUSTNESS) {
      robustness = times; // as Linux; RFC 3376 4.1.6 says so of routers
    }
  }

  /** In the older versions one host's report is enough. RFC 2236 3, RFC 2710 4. */
  @Override
  public void heard(long high, long low, long nowNs) {
    Group g = find(high, low);
    if (g != null && version(nowNs) < 3) {
      g.answerNs = NEVER;
    }
  }

  /** RFC 2236 3, RFC 2710 4: each group answers for itself. */
  @Override
  boolean spread(int mostMs, long nowNs) {
    if (version(nowNs) == 3) {
      return false;
    }
    for (int i = 0; i < table.length; i++) {
      if (table[i].wanted()) {
        table[i].answerNs = Math.min(table[i].answerNs, laterNs(mostMs, nowNs));
      }
    }
    return true;
  }

  @Override
  void wantedSources(Group group, byte[] b, int at, int sources) {
    FilteredGroup g = (FilteredGroup) group;
    if (sources == 0 || g.answerNs != NEVER && g.asked.count == 0) {
      g.asked.count = 0; // 4: the whole group
      return;
    }
    for (int i = 0; i < sources; i++) { // 3 and 5
      if (g.asked.add(messages.sourceHigh(b, at, i), messages.sourceLow(b, at, i)) < 0) {
        g.asked.count = 0; // too many to remember: the whole group
        return;
      }
    }
  }

  /** RFC 3376 5.1, RFC 3810 6.1. */
  @Override
  boolean tell(Group group, long nowNs) {
    FilteredGroup g = (FilteredGroup) group;
    int version = version(nowNs);
    if (version < 3) {
      int type = g.wanted() ? GroupMessages.TO_EXCLUDE : GroupMessages.TO_INCLUDE;
      messages.record(type, version, g, 0, nowNs);
    } else if (g.changes > 0) {
      int type = g.exclude ? GroupMessages.TO_EXCLUDE : GroupMessages.TO_INCLUDE;
      record(type, g, g.sources, nowNs);
    } else {
      some(GroupMessages.ALLOW, g, g.changed, true, nowNs);
      some(GroupMessages.BLOCK, g, g.changed, false, nowNs);
    }
    return g.told();
  }

  @Override
  void answer(Group group, boolean all, long nowNs) {
    FilteredGroup g = (FilteredGroup) group;
    int version = version(nowNs);
    if (messages.everybodys(g.high, g.low)) {
      return;
    }
    if (version < 3) {
      messages.record(GroupMessages.IS_EXCLUDE, version, g, 0, nowNs);
    } else if (all || g.asked.count == 0) {
      int type = g.exclude ? GroupMessages.IS_EXCLUDE : GroupMessages.IS_INCLUDE;
      record(type, g, g.sources, nowNs);
    } else {
      some(GroupMessages.IS_INCLUDE, g, g.asked, true, nowNs);
    }
    g.asked.count = 0;
  }

  /** Adds a record of those of a list that are wanted, or of those that are not. */
  private void some(int type, FilteredGroup g, Sources of, boolean wanted, long nowNs) {
    scratch.count = 0;
    for (int i = 0; i < of.count; i++) {
      if (g.wants(of.highs[i], of.lows[i]) == wanted) {
        scratch.add(of.highs[i], of.lows[i]);
      }
    }
    if (scratch.count > 0) {
      record(type, g, scratch, nowNs);
    }
  }

  private void record(int type, Group g, Sources sources, long nowNs) {
    messages.record(type, 3, g, sources.count, nowNs);
    for (int i = 0; i < sources.count; i++) {
      messages.source(sources.highs[i], sources.lows[i]);
    }
  }
}
