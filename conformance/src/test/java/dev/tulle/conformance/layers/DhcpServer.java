// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.HOST_MAC;
import static dev.tulle.testkit.HostHarness.MASK;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;

import dev.tulle.host.DhcpClient;
import dev.tulle.host.NameServers;
import dev.tulle.link.AddressConflict;
import dev.tulle.link.EthernetPort;
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
import java.io.ByteArrayOutputStream;
import java.util.List;

/** A DHCP server on the peer's address that says what a test wants, and a small host to ask it. */
public final class DhcpServer {
  public static final int OFFER = 2;
  public static final int ACK = 5;
  public static final int NAK = 6;

  private final HostHarness h;
  private final ByteArrayOutputStream extra = new ByteArrayOutputStream();

  /** What the client's last message had: set by {@link #hear}. */
  public int type;

  public int transaction;
  public byte[] request = {};

  /** What the server says; to be changed by tests. */
  public int yours = HOST;

  public long leaseSeconds = 3600;
  public int mask = MASK;
  public int router = PEER;
  public int server = PEER;

  public DhcpServer(HostHarness h) {
    this.h = h;
  }

  /** What {@link Minimal} has with the client, in small tables: an edited copy of a profile. */
  public static Host host(Link link, long mac, Entropy entropy) {
    Host host = Minimal.host(link, mac, entropy);
    EthernetPort port = (EthernetPort) host.port;
    host.conflict = new AddressConflict(port, host.neighbours, new KeyedHash(entropy));
    host.nameServers = new NameServers();
    host.dhcp =
        new DhcpClient(
            port,
            host.udp,
            host.tcp,
            host.routes,
            host.conflict,
            host.nameServers,
            new KeyedHash(entropy),
            host.counters);
    host.stack =
        new Stack(
            new Interface[] {host.port},
            new Part[] {host.tcp, host.conflict, host.dhcp, host.neighbours});
    return host;
  }

  /** Reads the client's next message; whether there is one. */
  public boolean hear(SeenFrame frame) {
    if (frame == null || !frame.isUdp() || frame.destinationPort() != 67) {
      return false;
    }
    request = frame.data();
    transaction = Octets.i32(request, 4);
    byte[] told = option(53);
    type = told == null ? 0 : told[0];
    return true;
  }

  /** The octets of an option of the client's last message; null where it has none. */
  public byte[] option(int code) {
    for (int at = 240; at < request.length && request[at] != -1; ) {
      int length = request[at] == 0 ? -1 : Octets.u8(request, at + 1);
      if (Octets.u8(request, at) == code) {
        return java.util.Arrays.copyOfRange(request, at + 2, at + 2 + length);
      }
      at += 2 + length;
    }
    return null;
  }

  /** Adds an option to all that is said from now on. */
  public DhcpServer with(int code, int... octets) {
    extra.write(code);
    extra.write(octets.length);
    extra.writeBytes(Octets.of(octets));
    return this;
  }

  /** Adds octets to the options of all that is said from now on. */
  public DhcpServer raw(byte[] octets) {
    extra.writeBytes(octets);
    return this;
  }

  /** A message to the client. */
  public byte[] message(int type) {
    byte[] b = new byte[240];
    b[0] = 2;
    b[1] = 1;
    b[2] = 6;
    Octets.put32(b, 4, transaction);
    Octets.put32(b, 16, type == NAK ? 0 : yours);
    Octets.put16(b, 28, (int) (HOST_MAC >>> 32));
    Octets.put32(b, 30, (int) HOST_MAC);
    Octets.put32(b, 236, 0x63825363);
    byte[] options = Octets.of(53, 1, type, 54, 4, 0, 0, 0, 0);
    Octets.put32(options, 5, server);
    byte[] more = {};
    if (type != NAK) {
      more = Octets.of(51, 4, 0, 0, 0, 0, 1, 4, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0);
      Octets.put32(more, 2, (int) leaseSeconds);
      Octets.put32(more, 8, mask);
      Octets.put32(more, 14, router);
    }
    return padded(Octets.concat(b, options, more, extra.toByteArray(), Octets.of(255)));
  }

  /** A message with these options alone, which need not be in order. */
  public byte[] bare(byte[] options) {
    return padded(Octets.concat(Octets.resized(message(ACK), 240), options));
  }

  /** RFC 1542 2.1: at least 300 octets. */
  private static byte[] padded(byte[] message) {
    return Octets.resized(message, Math.max(message.length, 300));
  }

  /** A frame with a message, broadcast. */
  public byte[] frame(byte[] message) {
    return frame(message, 67);
  }

  public byte[] frame(byte[] message, int sourcePort) {
    return Frames.ethernet(PEER_MAC, Frames.BROADCAST)
        .ipv4(Frames.ipv4(PEER, -1).udp(Frames.udp(sourcePort, 68).data(message)))
        .build();
  }

  public void say(int type) {
    h.inject(frame(message(type)));
  }

  /** Answers whatever the client says until it has its address, or until a time limit. */
  public void serve(long limitMs) {
    for (long ms = 0; ms < limitMs && !h.host.dhcp.bound(); ms += 100) {
      List<SeenFrame> frames = h.takeSent();
      for (SeenFrame frame : frames) {
        if (hear(frame) && (type == 1 || type == 3)) {
          say(type == 1 ? OFFER : ACK);
        }
      }
      h.advanceMs(100);
    }
  }

  /** Lets the client begin; the harness has given the host an address, which ends here. */
  public void begin() {
    int status = h.host.dhcp.start(h.nowNs());
    if (status != 0) {
      throw h.failure("the client does not start: " + status);
    }
    h.poll();
  }

  /** Lets the client have its address. */
  public void bind() {
    begin();
    serve(20_000);
    if (!h.host.dhcp.bound()) {
      throw h.failure("the client has no address");
    }
    h.takeSent();
  }
}
