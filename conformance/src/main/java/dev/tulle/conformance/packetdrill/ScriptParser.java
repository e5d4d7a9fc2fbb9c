// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes a {@link Script} of a file's text. */
final class ScriptParser {
  private final Source source;
  private final SegmentParser segments;
  private final CallParser calls;
  private final Map<String, String> options = new HashMap<>();
  private final List<Event> events = new ArrayList<>();

  private ScriptParser(String text) {
    source = new Source(text);
    segments = new SegmentParser(source);
    calls = new CallParser(source);
  }

  /** Parses a script; a {@link Difference} tells where it is not one. */
  static Script parse(String text) {
    ScriptParser parser = new ScriptParser(text);
    parser.preamble();
    parser.events();
    return new Script(parser.options, parser.events);
  }

  private void preamble() {
    source.skip();
    while (source.looking("--") || source.looking("`")) {
      int line = source.line();
      if (source.accept("--")) {
        String[] option = source.run("").split("=", 2);
        options.put(option[0], option.length == 2 ? option[1] : "");
      } else {
        source.require("`");
        Event.Action command = new Event.Command(source.takeUntil("`"));
        events.add(new Event(line, Timing.ANY_TIME, command));
      }
      source.skip();
    }
  }

  private void events() {
    source.skip();
    while (!source.ended()) {
      int line = source.line();
      Timing timing = timing();
      source.skip();
      events.add(new Event(line, timing, action()));
      source.skip();
    }
  }

  private Timing timing() {
    if (source.accept("*")) {
      return Timing.ANY_TIME;
    }
    boolean relative = source.accept("+");
    long startNs = source.nanoseconds();
    long latestNs = startNs;
    long returnNs = -1;
    if (source.accept("...")) {
      returnNs = source.nanoseconds();
    } else if (source.accept("~")) {
      source.accept("+");
      latestNs = source.nanoseconds();
    }
    Timing.Kind kind = relative ? Timing.Kind.RELATIVE : Timing.Kind.ABSOLUTE;
    return new Timing(kind, startNs, latestNs, returnNs);
  }

  private Event.Action action() {
    if (source.accept("`")) {
      return new Event.Command(source.takeUntil("`"));
    }
    if (source.accept("%{")) {
      return new Event.Assert(source.takeUntil("}%"));
    }
    if (source.accept("<")) {
      IpText ip = segments.ip();
      source.skip();
      return source.looking("icmp") ? error() : new Event.Inject(segments.segment(ip));
    }
    if (source.accept(">")) {
      return new Event.Expect(segments.segment(segments.ip()));
    }
    return new Event.Call(calls.call());
  }

  /** An ICMP message, such as {@code icmp unreachable frag_needed mtu 1200 [1:1461(1460)]}. */
  private Event.Action error() {
    source.word();
    String kind = source.word().toLowerCase(Locale.ROOT);
    int type = kind.equals("unreachable") ? 3 : kind.equals("time_exceeded") ? 11 : -1;
    if (type < 0) {
      throw source.error("ICMP " + kind + " is not known here");
    }
    String name = source.lookingAtNumber() ? null : source.word();
    int code = name == null ? (int) source.integer() : name.isEmpty() ? 0 : code(name);
    int mtu = source.accept("mtu") ? (int) source.integer() : 0;
    source.require("[");
    TcpText about = segments.quoted();
    source.require("]");
    return new Event.InjectError(type, code, mtu, about);
  }

  private int code(String name) {
    List<String> codes =
        List.of(
            "net_unreachable",
            "host_unreachable",
            "protocol_unreachable",
            "port_unreachable",
            "frag_needed",
            "source_route_failed",
            "net_unknown",
            "host_unknown",
            "host_isolated",
            "net_prohibited",
            "host_prohibited",
            "net_unreachable_for_tos",
            "host_unreachable_for_tos",
            "prohibited",
            "host_precedence",
            "precedence_cutoff");
    int code = codes.indexOf(name);
    if (code < 0) {
      throw source.error("ICMP code " + name + " is not known here");
    }
    return code;
  }
}
