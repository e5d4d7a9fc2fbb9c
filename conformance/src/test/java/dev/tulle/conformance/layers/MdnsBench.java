// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.HOST_MAC;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;

import dev.tulle.host.MdnsQuestion;
import dev.tulle.host.MdnsResponder;
import dev.tulle.profile.Full;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;

/** The rest of a link on which names are asked and answered, for a host of the profile Full. */
public final class MdnsBench {
  public static final int GROUP = Octets.address("224.0.0.251");
  public static final int PORT = 5353;

  /** A response of multicast DNS, which is authoritative. */
  public static final int SAYS = 0x8400;

  /** Of a class: unicast is wanted, or others are replaced. */
  public static final int BIT = 0x8000;

  public static final Assembly HOSTS =
      (link, mac, entropy) -> Full.host(link, mac, entropy, 8, 8 * 1024);

  private static final long GROUP_MAC = 0x01005E0000FBL;

  public final HostHarness h;
  public MdnsResponder responder;

  public MdnsBench(HostHarness h) {
    this.h = h;
    h.advanceMs(5000);
    h.takeSent();
  }

  public MdnsBench() {
    this(new HostHarness(HOSTS));
  }

  /** Lets the host ask. */
  public MdnsQuestion ask(String name, int type, boolean keeps) {
    byte[] labels = DnsMessage.name(name);
    MdnsQuestion question = h.host.mdns.ask(labels, labels.length, type, keeps, h.nowNs());
    h.poll();
    return question;
  }

  /** Lets the host claim a name. */
  public MdnsBench claim(String name) {
    byte[] labels = DnsMessage.name(name);
    if (responder == null) {
      responder = new MdnsResponder(h.host.mdns);
    }
    if (responder.claim(labels, labels.length, h.nowNs()) != Status.OK) {
      throw h.failure("the name cannot be claimed");
    }
    h.poll();
    return this;
  }

  /** Lets the host have a name, with nothing left to say. */
  public MdnsBench has(String name) {
    claim(name);
    h.advanceMs(5000);
    h.takeSent();
    return this;
  }

  /** The name that the host has or looks for. */
  public String name() {
    StringBuilder s = new StringBuilder();
    byte[] name = responder.name();
    for (int at = 0; name[at] != 0; at += 1 + name[at]) {
      s.append(new String(name, at + 1, name[at], java.nio.charset.StandardCharsets.US_ASCII));
      s.append('.');
    }
    return s.toString();
  }

  /** The next message of multicast DNS that the host sends within two seconds; null for none. */
  public SeenFrame next() {
    return next(2_000_000_000L);
  }

  public SeenFrame next(long withinNs) {
    SeenFrame frame;
    long limitNs = h.nowNs() + withinNs;
    do {
      frame = h.nextWithinNs(limitNs - h.nowNs());
    } while (frame != null && !(frame.isUdp() && frame.sourcePort() == PORT));
    return frame;
  }

  /** A frame to the group. */
  public byte[] frame(byte[] message) {
    return frame(message, PEER, PORT, GROUP, 255);
  }

  public byte[] frame(byte[] message, int source, int port, int to, int ttl) {
    return Frames.ethernet(PEER_MAC, to == GROUP ? GROUP_MAC : HOST_MAC)
        .ipv4(Frames.ipv4(source, to).ttl(ttl).udp(Frames.udp(port, PORT).data(message)))
        .build();
  }

  /** Says something to all. */
  public void say(DnsMessage message) {
    h.inject(frame(message.build()));
  }

  /** Says something to the host alone. */
  public void whisper(DnsMessage message) {
    h.inject(frame(message.build(), PEER, PORT, HOST, 255));
  }

  /** A response with one address that replaces others. */
  public static DnsMessage address(String name, int ttl, int... octets) {
    return said(name, octets.length == 4 ? 1 : 28, ttl, octets);
  }

  /** A response with one record that replaces others. */
  public static DnsMessage said(String name, int type, int ttl, int... octets) {
    return new DnsMessage(0, SAYS)
        .counts(0, 1, 0, 0)
        .raw(record(name, type, ttl, Octets.of(octets)));
  }

  /** A record that replaces others. */
  public static byte[] record(String name, int type, int ttl, byte[] data) {
    byte[] fixed = new byte[10];
    Octets.put16(fixed, 0, type);
    Octets.put16(fixed, 2, BIT | 1);
    Octets.put32(fixed, 4, ttl);
    Octets.put16(fixed, 8, data.length);
    return Octets.concat(DnsMessage.name(name), fixed, data);
  }

  /** A query; with the bit unicast is wanted. */
  public static DnsMessage query(String name, int type, boolean unicast) {
    return new DnsMessage(0, 0)
        .counts(1, 0, 0, 0)
        .raw(DnsMessage.name(name))
        .raw(Octets.of(type >> 8, type & 255, unicast ? 0x80 : 0, 1));
  }

  /** How many octets of a kind a message has: counts of its four sections. */
  public static int count(SeenFrame frame, int section) {
    return Octets.u16(frame.data(), 4 + 2 * section);
  }

  public static boolean response(SeenFrame frame) {
    return frame.data()[2] < 0;
  }
}
