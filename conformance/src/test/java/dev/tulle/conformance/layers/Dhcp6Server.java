// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import java.util.Arrays;

/** A DHCPv6 server on the peer that says what a test wants, for a host of the profile Full. */
public final class Dhcp6Server {
  public static final int SOLICIT = 1;
  public static final int ADVERTISE = 2;
  public static final int REQUEST = 3;
  public static final int RENEW = 5;
  public static final int REBIND = 6;
  public static final int REPLY = 7;
  public static final int RELEASE = 8;
  public static final int DECLINE = 9;
  public static final int INFORMATION_REQUEST = 11;

  public static final String LENT = "2001:db8:9::77";
  public static final String SERVERS = "ff02::1:2";
  public static final Assembly HOSTS = MdnsBench.HOSTS;
  private static final byte[] DUID = Octets.of(0, 3, 0, 1, 2, 0, 0, 0, 0, 2);

  public final HostHarness h;

  /** The host's last message: set by {@link #hear}. */
  public byte[] message = {};

  public Dhcp6Server(HostHarness h) {
    this.h = h;
    h.six();
    h.host.ipv6Port.start(h.nowNs());
    h.advanceMs(3000);
    h.takeSent();
  }

  public Dhcp6Server() {
    this(new HostHarness(HOSTS));
  }

  /** Lets the client begin. */
  public Dhcp6Server begin(boolean address) {
    int unused = h.host.dhcp6.start(address, h.nowNs());
    return this;
  }

  /** The type of the host's next message within so many seconds; 0 where none comes. */
  public int hear(int seconds) {
    long limitNs = h.nowNs() + seconds * 1_000_000_000L;
    SeenFrame frame;
    do {
      frame = h.nextWithinNs(limitNs - h.nowNs());
    } while (frame != null && !(frame.isUdp() && frame.destinationPort() == 547));
    message = frame == null ? new byte[1] : frame.data();
    return message[0];
  }

  public int hear() {
    return hear(3);
  }

  /** The data of an option of the last message; null where it is not there. */
  public byte[] option(int code) {
    for (int at = 4; at < message.length; at += 4 + Octets.u16(message, at + 2)) {
      if (Octets.u16(message, at) == code) {
        return Arrays.copyOfRange(message, at + 4, at + 4 + Octets.u16(message, at + 2));
      }
    }
    return null;
  }

  public static byte[] option(int code, byte[] data) {
    return option(code, data.length, data);
  }

  /** An option whose length need not be true. */
  public static byte[] option(int code, int length, byte[] data) {
    byte[] head = new byte[4];
    Octets.put16(head, 0, code);
    Octets.put16(head, 2, length);
    return Octets.concat(head, data);
  }

  public static byte[] address(String address, int preferred, int valid, byte[] options) {
    byte[] times = new byte[8];
    Octets.put32(times, 0, preferred);
    Octets.put32(times, 4, valid);
    return option(5, Octets.concat(Ipv6Packet.address(address), times, options));
  }

  /** An identity's option with what is in it. */
  public byte[] identity(int renewal, int rebinding, byte[] options) {
    byte[] times = new byte[8];
    Octets.put32(times, 0, renewal);
    Octets.put32(times, 4, rebinding);
    return option(3, Octets.concat(Octets.of(0, 0, 0, 1), times, options));
  }

  /** An address for two hours, to be renewed after half an hour. */
  public byte[] usual() {
    return identity(1800, 2880, address(LENT, 3600, 7200, new byte[0]));
  }

  /** A message to the host, with both names and these options. */
  public byte[] build(int type, byte[]... options) {
    byte[] client = option(1);
    byte[] all = Octets.concat(option(1, client == null ? new byte[0] : client), option(2, DUID));
    for (byte[] option : options) {
      all = Octets.concat(all, option);
    }
    return raw(type, all);
  }

  public byte[] raw(int type, byte[] options) {
    byte[] head = {(byte) type, message[1], message[2], message[3]};
    return Octets.concat(head, options);
  }

  public byte[] frame(byte[] data) {
    return h.fromPeer(new Ipv6Packet("fe80::1", HostHarness.HOST6).udp(547, 546, data));
  }

  public void say(int type, byte[]... options) {
    h.inject(frame(build(type, options)));
  }

  /** Goes on until the host has its address. */
  public Dhcp6Server serve() {
    while (hear() == SOLICIT) {
      say(ADVERTISE, usual());
    }
    say(REPLY, usual());
    h.advanceMs(3000);
    if (!h.host.dhcp6.bound()) {
      throw h.failure("no address, state " + h.host.dhcp6.state());
    }
    return this;
  }
}
