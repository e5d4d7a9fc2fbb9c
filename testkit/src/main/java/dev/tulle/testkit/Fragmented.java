// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An IPv4 datagram of the peer that comes in fragments, cut wherever a test wants it. */
public final class Fragmented {
  private final int source;
  private final int destination;
  private final int protocol;
  private final int identification;
  private final byte[] payload;
  private int tos;

  public Fragmented(int source, int destination, int protocol, int identification, byte[] payload) {
    this.source = source;
    this.destination = destination;
    this.protocol = protocol;
    this.identification = identification;
    this.payload = payload.clone();
  }

  public static Fragmented udp(int source, int destination, int identification, UdpDatagram udp) {
    return new Fragmented(source, destination, 17, identification, udp.build(source, destination));
  }

  public static Fragmented tcp(int source, int destination, int identification, TcpSegment tcp) {
    return new Fragmented(source, destination, 6, identification, tcp.build(source, destination));
  }

  public static Fragmented icmp(int source, int destination, int identification, IcmpMessage icmp) {
    return new Fragmented(source, destination, 1, identification, icmp.build());
  }

  /** The type of service of the fragments made from now on. */
  public Fragmented tos(int tos) {
    this.tos = tos;
    return this;
  }

  /** Octets after the IP header. */
  public int length() {
    return payload.length;
  }

  /** The fragment with these octets; others follow unless they are the last. */
  public Ipv4Datagram piece(int from, int to) {
    return piece(from, Arrays.copyOfRange(payload, from, to), to < payload.length);
  }

  /** A fragment that bears this datagram's name and any octets. */
  public Ipv4Datagram piece(int offset, byte[] octets, boolean more) {
    return Frames.ipv4(source, destination)
        .payload(protocol, octets)
        .identification(identification)
        .tos(tos)
        .fragment(offset, more);
  }

  /** All fragments in order, each with as many octets. */
  public List<Ipv4Datagram> pieces(int octets) {
    List<Ipv4Datagram> pieces = new ArrayList<>();
    for (int at = 0; at < payload.length; at += octets) {
      pieces.add(piece(at, Math.min(at + octets, payload.length)));
    }
    return pieces;
  }

  /**
   * The payload of a datagram that a host sent in these frames, in whatever order.
   *
   * @throws AssertionError where they are not the fragments of one datagram, all of them
   */
  public static byte[] joined(List<SeenFrame> frames) {
    byte[] whole = new byte[0];
    int held = 0;
    int total = -1;
    for (SeenFrame frame : frames) {
      if (frame.identification() != frames.get(0).identification()
          || frame.destination() != frames.get(0).destination()
          || frame.protocol() != frames.get(0).protocol()) {
        throw new AssertionError("not of one datagram: " + frame);
      }
      byte[] octets = frame.ipv4Payload();
      int end = frame.fragmentOffset() + octets.length;
      whole = Arrays.copyOf(whole, Math.max(whole.length, end));
      System.arraycopy(octets, 0, whole, frame.fragmentOffset(), octets.length);
      held += octets.length;
      total = frame.moreFragments() ? total : end;
    }
    if (held != total || held != whole.length) {
      throw new AssertionError(held + " octets in " + frames + " of " + total);
    }
    return whole;
  }
}
