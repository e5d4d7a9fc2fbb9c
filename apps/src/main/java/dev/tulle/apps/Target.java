// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.host.Question;
import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.wire.Dns;

/**
 * A host as somebody typed it: an address at once, or a name that is looked up before it is used.
 */
public final class Target {
  /** RFC 8305 3 (RECOMMENDED): Resolution Delay, for the other family's answer. */
  private static final long DELAY_NS = 50_000_000L;

  private final Endpoint to;
  private final byte[] text = new byte[Dns.NAME];
  private int length;
  private boolean known;

  /** The address of the other family, where there are two. */
  private final Endpoint second = new Endpoint();

  private boolean both;

  // What is asked, for each family; null where nothing is, or no more.
  private Question questionFour;
  private Question questionSix;
  private long limitNs = Part.NEVER;

  /**
   * @param to whose address is set once it is known; its port stays
   */
  Target(Endpoint to) {
    this.to = to;
  }

  /** Takes an address or a name; whether it is one. */
  boolean take(byte[] b, int at, int end) {
    close();
    both = false;
    length = 0;
    long address = Parse.address(b, at, end);
    boolean bracket = end - at > 2 && b[at] == '[' && b[end - 1] == ']';
    int edge = bracket ? 1 : 0;
    known = address != Parse.BAD || Ipv6Text.parse(b, at + edge, end - edge, to);
    if (address != Parse.BAD) {
      to.set((int) address, to.port);
    } else if (!known && Dns.fromText(b, at, end - at, text) < 0) {
      return false;
    }
    length = end - at;
    System.arraycopy(b, at, text, 0, length);
    return true;
  }

  /** Takes a word of the command line; answers as {@link Program#take} does. */
  int take(byte[] word, Messages messages) {
    return take(word, 0, word.length)
        ? 1
        : messages.say("", word, " is neither an address like 10.9.0.1 nor the name of a host");
  }

  /** Whether it is an IPv6 address. */
  boolean six() {
    return known && to.six();
  }

  boolean given() {
    return length > 0;
  }

  /** Whether it is a name whose address is not known yet. */
  boolean unknown() {
    return length > 0 && !known;
  }

  /** Writes it as it was typed. */
  Text put(Text line) {
    return line.put(text, 0, length);
  }

  /** Looks the name up: OK once an address is known, {@code WOULD_BLOCK} until then. */
  int poll(Host host, long nowNs) {
    if (!unknown()) {
      return Status.OK;
    }
    if (questionFour == null) {
      questionFour = host.resolver.ask(text, 0, length, Dns.TYPE_A);
      if (questionFour == null) {
        return Status.NO_RESOURCES;
      }
      questionSix =
          host.ipv6Port == null ? null : host.resolver.ask(text, 0, length, Dns.TYPE_AAAA);
      return Status.WOULD_BLOCK;
    }
    int four = questionFour.status();
    int six = questionSix == null ? Status.NO_ADDRESS : questionSix.status();
    second.port = to.port;
    known = true;
    if (six == Status.OK) {
      questionSix.address(0, to);
      // RFC 8305 3: at once, where it leads somewhere; the other address may still come.
      if (host.ipv6Port.addresses.select(to.high, to.low) != null) {
        return Status.OK;
      }
    }
    if (four != Status.WOULD_BLOCK && six != Status.WOULD_BLOCK || over(four, nowNs)) {
      both = six == Status.OK && four == Status.OK;
      if (both) {
        second.set(to);
      }
      if (four == Status.OK) {
        questionFour.address(0, to);
      }
      close();
      known = four == Status.OK || six == Status.OK;
      return known ? Status.OK : four == Status.NO_ADDRESS ? six : four;
    }
    known = false;
    return Status.WOULD_BLOCK;
  }

  /** Whether an IPv4 address has waited for the other one long enough. */
  private boolean over(int four, long nowNs) {
    if (four == Status.OK && limitNs == Part.NEVER) {
      limitNs = nowNs + DELAY_NS;
    }
    return limitNs - nowNs <= 0;
  }

  /** When {@link #poll} has something to do though the resolver has not. */
  long deadlineNs() {
    return limitNs;
  }

  /** Whether another address may still come. */
  boolean open() {
    return questionFour != null;
  }

  /** The address beside the first, which comes later as a rule; null where there is none yet. */
  Endpoint second() {
    if (known && open() && questionFour.status() != Status.WOULD_BLOCK) {
      both = questionFour.status() == Status.OK;
      questionFour.address(0, second);
      close();
    }
    return both ? second : null;
  }

  /** Asks no more; what is known stays. */
  void close() {
    if (questionFour != null) {
      questionFour.close();
      questionFour = null;
    }
    if (questionSix != null) {
      questionSix.close();
      questionSix = null;
    }
    limitNs = Part.NEVER;
  }

  /** Says why the name leads nowhere; answers {@link Messages#SAID}. */
  int say(Messages messages, int status) {
    put(messages.begin("cannot look up ").line()).put(": ").put(cause(status));
    return messages.end();
  }

  /** Why a name leads nowhere. */
  static String cause(int status) {
    switch (status) {
      case Status.NO_NAME:
        return "there is no such name";
      case Status.NO_ADDRESS:
        return "it has no address";
      case Status.TIMED_OUT:
        return "the name server does not answer";
      case Status.REFUSED:
        return "the name server cannot or will not say";
      default:
        return "no name server can be reached; is --dns or --gateway missing?";
    }
  }
}
