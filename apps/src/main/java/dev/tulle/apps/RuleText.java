// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.forward.ConnectionTracker;
import dev.tulle.forward.Filter;
import dev.tulle.forward.FilterRule;
import dev.tulle.ip.Endpoint;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.Ipv6;
import dev.tulle.wire.TcpHeader;

/**
 * A filter's rule as people type it: {@code accept,in=outside,proto=tcp,port=80-443,state=new}. The
 * action comes first, then what a packet must be, each at most once.
 */
final class RuleText {
  /** Where no side is named. */
  static final int ANY = -1;

  private static final int INSIDE = 0;
  private static final int OUTSIDE = 1;
  private static final int NAMED = 2;

  final FilterRule rule = new FilterRule();

  /**
   * By which side packets come and leave; after {@link #resolve} by which link, which the rule may
   * turn round.
   */
  int in = ANY;

  int out = ANY;

  /** What the link is called; of a side that is named. */
  private byte[] inName;

  private byte[] outName;

  /** The address that was read last. */
  private final Endpoint six = new Endpoint();

  /** The word that was not understood. */
  private int badAt;

  private int badEnd;
  private byte[] text;

  private RuleText() {}

  /** Reads a rule; null, with a complaint, where it is none. */
  static RuleText read(byte[] word, Messages messages) {
    RuleText rule = new RuleText();
    rule.text = word;
    if (rule.parse()) {
      return rule;
    }
    Text line = messages.begin("--rule does not know ").line();
    line.shown(word, rule.badAt, rule.badEnd - rule.badAt, 40);
    line.put(
        ": write accept, drop or reject, then in= out= from= to= proto= from-port= port= state=");
    messages.end();
    return null;
  }

  private boolean parse() {
    badEnd = Parse.find(text, 0, text.length, ',');
    rule.action = action(text, 0, badEnd);
    boolean good = rule.action >= 0;
    while (good && badEnd < text.length) {
      badAt = badEnd + 1;
      badEnd = Parse.find(text, badAt, text.length, ',');
      int equals = Parse.find(text, badAt, badEnd, '=');
      good = equals < badEnd && condition(equals - badAt, equals + 1);
    }
    return good;
  }

  /** The number of an action, or -1. */
  static int action(byte[] b, int at, int end) {
    if (Text.is(b, at, end - at, "accept")) {
      return Filter.ACCEPT;
    }
    if (Text.is(b, at, end - at, "drop")) {
      return Filter.DROP;
    }
    return Text.is(b, at, end - at, "reject") ? Filter.REJECT : -1;
  }

  private boolean condition(int name, int at) {
    if (Text.is(text, badAt, name, "in")) {
      in = side(at);
      inName = name(at);
      return in != ANY;
    } else if (Text.is(text, badAt, name, "out")) {
      rule.here = Text.is(text, at, badEnd - at, "router");
      out = rule.here ? ANY : side(at);
      outName = name(at);
      return rule.here || out != ANY;
    } else if (Text.is(text, badAt, name, "from")) {
      int bits = bits6(at);
      if (bits >= 0) {
        rule.sourceBits = bits;
        rule.sourceHigh = six.high;
        rule.sourceLow = six.low;
        return of(6);
      }
      long prefix = prefix(text, at, badEnd);
      rule.source = (int) (prefix >>> 8);
      rule.sourceMask = mask(prefix);
      return prefix != Parse.BAD && of(4);
    } else if (Text.is(text, badAt, name, "to")) {
      int bits = bits6(at);
      if (bits >= 0) {
        rule.destinationBits = bits;
        rule.destinationHigh = six.high;
        rule.destinationLow = six.low;
        return of(6);
      }
      long prefix = prefix(text, at, badEnd);
      rule.destination = (int) (prefix >>> 8);
      rule.destinationMask = mask(prefix);
      return prefix != Parse.BAD && of(4);
    } else if (Text.is(text, badAt, name, "proto")) {
      rule.protocol = protocol(text, at, badEnd);
      return rule.protocol > 0;
    } else if (Text.is(text, badAt, name, "from-port")) {
      long range = range(at);
      rule.firstSourcePort = (int) (range >> 16);
      rule.lastSourcePort = (int) range & 0xFFFF;
      return range != Parse.BAD;
    } else if (Text.is(text, badAt, name, "port")) {
      long range = range(at);
      rule.firstDestinationPort = (int) (range >> 16);
      rule.lastDestinationPort = (int) range & 0xFFFF;
      return range != Parse.BAD;
    }
    return Text.is(text, badAt, name, "state") && states(at);
  }

  /** Makes the rule one of a family; false where it is one of the other. */
  private boolean of(int family) {
    boolean same = rule.family == 0 || rule.family == family;
    rule.family = family;
    return same;
  }

  /** Reads a prefix of IPv6, or an address; answers its length, or -1 where it is none. */
  private int bits6(int at) {
    int slash = Parse.find(text, at, badEnd, '/');
    if (!Ipv6Text.parse(text, at, slash, six)) {
      return -1;
    }
    return slash == badEnd ? 128 : (int) Parse.number(text, slash + 1, badEnd, 128);
  }

  private int side(int at) {
    if (Text.is(text, at, badEnd - at, "inside")) {
      return INSIDE;
    }
    if (Text.is(text, at, badEnd - at, "outside")) {
      return OUTSIDE;
    }
    return Options.interfaceName(text, at, badEnd) ? NAMED : ANY;
  }

  private byte[] name(int at) {
    byte[] name = new byte[badEnd - at];
    System.arraycopy(text, at, name, 0, name.length);
    return name;
  }

  /**
   * Finds the links that are meant, the last of which is outside; false, with a complaint, where
   * there is none of that name.
   */
  boolean resolve(byte[][] names, int count, Messages messages) {
    rule.otherIn = in == INSIDE;
    rule.otherOut = out == INSIDE;
    in = link(in, inName, names, count);
    out = link(out, outName, names, count);
    if (in == count || out == count) {
      messages.say("--rule does not know the link ", in == count ? inName : outName, "");
    }
    return in < count && out < count;
  }

  /** Its number; {@code count} where there is none. What is inside is what is not outside. */
  private static int link(int side, byte[] name, byte[][] names, int count) {
    if (side != NAMED) {
      return side == ANY ? ANY : count - 1;
    }
    int i = 0;
    while (i < count
        && (names[i].length != name.length || !Bytes.equal(names[i], 0, name, 0, name.length))) {
      i++;
    }
    return i;
  }

  /** An address, or a prefix with its length behind a slash: both in one number, or -1. */
  static long prefix(byte[] b, int at, int end) {
    int slash = Parse.find(b, at, end, '/');
    long address = Parse.address(b, at, slash);
    long length = slash == end ? 32 : Parse.number(b, slash + 1, end, 32);
    return address == Parse.BAD || length == Parse.BAD ? Parse.BAD : address << 8 | length;
  }

  /** The mask of what {@link #prefix} answered. */
  static int mask(long prefix) {
    return (int) (-1L << 32 - (int) (prefix & 0xFF));
  }

  /** A protocol's number by its name or itself; -1 for anything else. */
  static int protocol(byte[] b, int at, int end) {
    if (Text.is(b, at, end - at, "tcp")) {
      return TcpHeader.PROTOCOL;
    }
    if (Text.is(b, at, end - at, "udp")) {
      return Ipv4.PROTOCOL_UDP;
    }
    if (Text.is(b, at, end - at, "icmp6")) {
      return Ipv6.ICMP;
    }
    return Text.is(b, at, end - at, "icmp")
        ? Ipv4.PROTOCOL_ICMP
        : (int) Parse.number(b, at, end, 255);
  }

  /** One port or two with a dash: the first above 16 bits of the last; or -1. */
  private long range(int at) {
    int dash = Parse.find(text, at, badEnd, '-');
    long first = Parse.number(text, at, dash, 65535);
    long last = dash == badEnd ? first : Parse.number(text, dash + 1, badEnd, 65535);
    return first < 0 || last < first ? Parse.BAD : first << 16 | last;
  }

  private boolean states(int at) {
    while (at <= badEnd) {
      int plus = Parse.find(text, at, badEnd, '+');
      int n = plus - at;
      if (Text.is(text, at, n, "new")) {
        rule.states |= ConnectionTracker.NEW;
      } else if (Text.is(text, at, n, "established")) {
        rule.states |= ConnectionTracker.ESTABLISHED;
      } else if (Text.is(text, at, n, "related")) {
        rule.states |= ConnectionTracker.RELATED;
      } else if (Text.is(text, at, n, "invalid")) {
        rule.states |= ConnectionTracker.INVALID;
      } else {
        return false;
      }
      at = plus + 1;
    }
    return true;
  }
}
