// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.jvm.DescriptorLink;
import dev.tulle.jvm.LinkException;
import dev.tulle.jvm.MergingTapLink;
import dev.tulle.jvm.MergingTunLink;
import dev.tulle.jvm.PacketSocketLink;
import dev.tulle.jvm.TapLink;
import dev.tulle.jvm.TunLink;
import dev.tulle.link.Link;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Links by a line of text, as the property {@code tulle.link} has it. */
final class Links {
  static final String KINDS =
      "tap:NAME[,offload], tun:NAME[,offload], interface:NAME, fd:N[:MTU]"
          + " or udp:ADDRESS:PORT[:LOCALPORT]";

  /** Behind a device's name: segments stay uncut between us and the machine's kernel. */
  private static final String OFFLOAD = ",offload";

  /** What a descriptor carries where nobody says otherwise. */
  private static final int MTU = 1500;

  private static final int LEAST_MTU = 68; // RFC 791 3.2
  private static final int MOST = 65_535;

  private static final Pattern NUMBERS = Pattern.compile("([0-9]{1,6})(?::([0-9]{1,5}))?");

  /** An address, that of IPv6 in brackets, a port and perhaps another. */
  private static final Pattern PEER =
      Pattern.compile("(?:\\[([0-9a-fA-F:.]+)\\]|([0-9.]+)):([0-9]{1,5})(?::([0-9]{1,5}))?");

  private Links() {}

  /**
   * Opens a link. Only what it needs is loaded: UDP does without foreign functions.
   *
   * @throws IOException where the system refuses it, with a sentence for the user
   * @throws IllegalArgumentException where the text names none
   */
  static Link open(String text) throws IOException {
    int colon = text.indexOf(':');
    String rest = text.substring(colon + 1);
    boolean merging = rest.endsWith(OFFLOAD);
    String name = merging ? rest.substring(0, rest.length() - OFFLOAD.length()) : rest;
    return switch (colon < 0 ? "" : text.substring(0, colon)) {
      case "tap" -> merging ? new MergingTapLink(name) : new TapLink(name);
      case "tun" -> merging ? new MergingTunLink(name) : new TunLink(name);
      case "interface" -> new PacketSocketLink(rest);
      case "fd" -> descriptor(text, rest);
      case "udp" -> udp(text, rest);
      default -> throw none(text);
    };
  }

  private static Link descriptor(String text, String rest) throws LinkException {
    Matcher numbers = NUMBERS.matcher(rest);
    if (!numbers.matches()) {
      throw none(text);
    }
    int mtu = number(text, numbers.group(2), MTU);
    if (mtu < LEAST_MTU) {
      throw none(text);
    }
    return new DescriptorLink(Integer.parseInt(numbers.group(1)), mtu);
  }

  private static Link udp(String text, String rest) throws IOException {
    Matcher peer = PEER.matcher(rest);
    if (!peer.matches()) {
      throw none(text);
    }
    String host = peer.group(1) != null ? peer.group(1) : peer.group(2);
    int port = number(text, peer.group(3), 0);
    int local = number(text, peer.group(4), port);
    return new UdpLink(new InetSocketAddress(Addresses.address(Prefix.address(host)), port), local);
  }

  private static int number(String text, String digits, int otherwise) {
    int number = digits == null ? otherwise : Integer.parseInt(digits);
    if (number < 1 || number > MOST) {
      throw none(text);
    }
    return number;
  }

  private static IllegalArgumentException none(String text) {
    return new IllegalArgumentException("is " + KINDS + ", not '" + text + "'");
  }
}
