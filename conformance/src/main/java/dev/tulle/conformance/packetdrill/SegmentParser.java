// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Parses segments: flags, numbers, window, options. */
final class SegmentParser {
  private final Source source;

  SegmentParser(Source source) {
    this.source = source;
  }

  /** A segment, behind what is said of its IP header. */
  TcpText segment(IpText ip) {
    Ports ports = ports();
    int flags = flags(source.run(""));
    long sequence = source.integer();
    int length = range(sequence);
    long ack = source.accept("ack") ? source.integer() : 0;
    int window = source.accept("win") ? (int) source.integer() : -1;
    int urgent = source.accept("urg") ? (int) source.integer() : 0;
    List<OptionText> options = source.lineEnded() || !source.looking("<") ? List.of() : options();
    return new TcpText(ip, ports, flags, sequence, length, ack, window, urgent, options);
  }

  /** What an ICMP message quotes: numbers alone. */
  TcpText quoted() {
    long sequence = source.integer();
    return new TcpText(
        IpText.ANY, null, TcpText.ACK, sequence, range(sequence), 0, -1, 0, List.of());
  }

  private int range(long sequence) {
    source.require(":");
    long end = source.integer();
    source.require("(");
    int length = (int) source.integer();
    source.require(")");
    if (end - sequence != length) {
      throw source.error("from " + sequence + " to " + end + " are not " + length + " octets");
    }
    return length;
  }

  /** What is said of the IP header, in brackets or parentheses; mostly nothing. */
  IpText ip() {
    String all =
        source.accept("[")
            ? source.takeUntil("]")
            : source.accept("(") ? source.takeUntil(")") : "";
    int ecn = -1;
    int tos = -1;
    int ttl = -1;
    for (String field : all.strip().toLowerCase(Locale.ROOT).split("\\s*,\\s*", 0)) {
      if (field.startsWith("tos ")) {
        tos = Integer.decode(field.substring(4).strip());
      } else if (field.startsWith("ttl ")) {
        ttl = Integer.decode(field.substring(4).strip());
      } else if (!field.isEmpty()) {
        ecn = ecn(field);
      }
    }
    return new IpText(ecn, tos, ttl);
  }

  private int ecn(String name) {
    return switch (name) {
      case "noecn" -> 0;
      case "ect1" -> 1;
      case "ect0" -> 2;
      case "ce" -> 3;
      case "ect01", "ecn" -> -1;
      default -> throw source.error("[" + name + "] is not known here");
    };
  }

  /** Both ports, {@code 40000 > 8080}, where a script names them; else null. */
  private Ports ports() {
    if (!source.lookingAtNumber()) {
      if (source.looking("udp") || source.looking("icmp") || source.looking("ipv")) {
        throw source.error(source.word() + " is not known here: only TCP is");
      }
      return null;
    }
    int from = (int) source.integer();
    source.require(">");
    return new Ports(from, (int) source.integer());
  }

  private int flags(String letters) {
    int flags = 0;
    if (letters.equals("-")) {
      return flags;
    }
    for (char letter : letters.toCharArray()) {
      int bit = TcpText.LETTERS.indexOf(letter);
      if (bit < 0) {
        throw source.error("'" + letters + "' are not flags");
      }
      flags |= 1 << bit;
    }
    return flags;
  }

  private List<OptionText> options() {
    source.require("<");
    if (source.accept("...")) {
      source.require(">");
      return null;
    }
    List<OptionText> options = new ArrayList<>();
    while (!source.accept(">")) {
      options.add(option());
      source.accept(",");
    }
    return options;
  }

  private OptionText option() {
    String name = source.word();
    return switch (name) {
      case "nop" -> new OptionText.Nop();
      case "eol" -> new OptionText.End();
      case "mss" -> new OptionText.Mss((int) source.integer());
      case "wscale" -> new OptionText.Scale((int) source.integer());
      case "sackOK" -> new OptionText.SackPermitted();
      case "sack" -> sack();
      case "TS" -> stamps();
      case "md5" -> new OptionText.Other(OptionText.MD5, source.run(",>"));
      case "FO" -> new OptionText.Other(OptionText.FAST_OPEN, cookie(source.run(",>")));
      case "FOEXP" ->
          new OptionText.Other(
              OptionText.EXPERIMENT, OptionText.FAST_OPEN_EXPERIMENT + source.run(",>"));
      default -> throw source.error("option '" + name + "' is not known here");
    };
  }

  /** Linux's own scripts name the host's cookie. */
  private static String cookie(String text) {
    return text.equals("TFO_COOKIE") ? Opening.LINUX_COOKIE : text;
  }

  private OptionText sack() {
    List<Long> edges = new ArrayList<>();
    while (source.lookingAtNumber()) {
      edges.add(source.integer());
      source.require(":");
      edges.add(source.integer());
    }
    return new OptionText.Sack(edges);
  }

  private OptionText stamps() {
    source.require("val");
    long value = source.integer();
    source.require("ecr");
    return new OptionText.Stamps(value, source.integer());
  }
}
