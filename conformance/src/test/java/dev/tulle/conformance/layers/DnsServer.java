// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.HOST_MAC;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;

import dev.tulle.host.NameServers;
import dev.tulle.host.Question;
import dev.tulle.host.Resolver;
import dev.tulle.link.Link;
import dev.tulle.profile.Host;
import dev.tulle.profile.Minimal;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Stack;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A DNS server on the peer's address that says what a test wants, and a small host to ask it. */
public final class DnsServer {
  public static final int A = 1;
  public static final int CNAME = 5;
  public static final int SOA = 6;
  public static final int AAAA = 28;

  /** Octets of an answer over TCP that the small host can read. */
  public static final int MOST = 2048;

  private final HostHarness h;

  /** The host's last query: set by {@link #hear}. */
  public byte[] query = {};

  public int identifier;
  public int port;
  public int server;

  public DnsServer(HostHarness h) {
    this.h = h;
    if (h.host.nameServers.count() == 0) {
      h.host.nameServers.add(PEER);
    }
  }

  /** What {@link Minimal} has with a resolver, in small tables: an edited copy of a profile. */
  public static Host host(Link link, long mac, Entropy entropy) {
    Host host = Minimal.host(link, mac, entropy);
    host.nameServers = new NameServers();
    host.resolver =
        new Resolver(
            host.udp,
            host.tcp,
            host.nameServers,
            new KeyedHash(entropy),
            host.counters,
            3,
            8,
            MOST);
    host.stack =
        new Stack(
            new Interface[] {host.port}, new Part[] {host.resolver, host.tcp, host.neighbours});
    return host;
  }

  /** Lets the host ask; what it sends can be heard then. */
  public Question ask(String name, int type) {
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    Question question = h.host.resolver.ask(text, 0, text.length, type);
    if (question == null) {
      throw h.failure("all questions are taken");
    }
    h.poll();
    return question;
  }

  /** Reads the next query; fails where there is none. */
  public DnsServer hear() {
    if (!hear(h.next())) {
      throw h.failure("no query was sent");
    }
    return this;
  }

  /** Reads a query; whether the frame is one. */
  public boolean hear(SeenFrame frame) {
    if (frame == null || !frame.isUdp() || frame.destinationPort() != 53) {
      return false;
    }
    query = frame.data();
    identifier = Octets.u16(query, 0);
    port = frame.sourcePort();
    server = frame.destination();
    return true;
  }

  /** The name in the last query, as labels. */
  public byte[] name() {
    return Arrays.copyOfRange(query, 12, query.length - 4);
  }

  public int type() {
    return Octets.u16(query, query.length - 4);
  }

  /** A response to the last query, with its question and nothing more yet. */
  public DnsMessage response() {
    return response(DnsMessage.RESPONSE);
  }

  public DnsMessage response(int flags) {
    return new DnsMessage(identifier, flags).question(name(), type());
  }

  public byte[] frame(DnsMessage message) {
    return frame(message.build());
  }

  public byte[] frame(byte[] message) {
    return frame(message, server, 53, port);
  }

  public byte[] frame(byte[] message, int source, int sourcePort, int destinationPort) {
    return Frames.ethernet(PEER_MAC, HOST_MAC)
        .ipv4(Frames.ipv4(source, HOST).udp(Frames.udp(sourcePort, destinationPort).data(message)))
        .build();
  }

  public void say(DnsMessage message) {
    h.inject(frame(message));
  }

  /** Answers the last query with one address. */
  public void sayAddress(int ttl, int... octets) {
    say(response().answer(DnsMessage.SAME, octets.length == 4 ? A : AAAA, ttl, Octets.of(octets)));
  }
}
