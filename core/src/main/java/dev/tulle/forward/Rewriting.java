// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.IcmpHeader;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.TcpHeader;
import dev.tulle.wire.UdpHeader;

/**
 * Gives a packet other addresses and ports, with its checksums kept right by what has changed: what
 * was wrong before is wrong afterwards, for the receiver to see. Source: RFC 3022 4.1, RFC 1624.
 */
final class Rewriting {
  private Rewriting() {}

  /** Makes a packet what the mirror of a tuple describes: it goes from there to here. */
  static void mirror(byte[] b, int at, int end, Tuple as) {
    rewrite(b, at, end, as.destination, as.destinationPort, as.source, as.sourcePort);
  }

  /** Makes a packet what a tuple describes. */
  static void as(byte[] b, int at, int end, Tuple as) {
    rewrite(b, at, end, as.source, as.sourcePort, as.destination, as.destinationPort);
  }

  /**
   * Rewrites an ICMP error that goes the way of a tuple's connection, and the packet in it, which
   * went the other way.
   *
   * @param as the direction in which answers to the error's receiver go
   */
  static void error(byte[] b, int at, int end, Tuple as) {
    int transport = at + Ipv4.headerLength(b, at);
    int quoted = transport + IcmpHeader.HEADER;
    // RFC 5508 4.2 REQ-4, REQ-5: an error of an inside router comes from outside's view of the
    // host that it is about, one of an outside router from where it did.
    Tuple arrived = as.opposite;
    int source = Ipv4.source(b, at);
    addresses(b, at, arrived.source == as.destination ? source : as.destination, as.source);
    as(b, quoted, end, as);
    Bytes.put16(b, transport + 2, 0);
    Bytes.put16(b, transport + 2, Checksum.of(b, transport, end - transport));
  }

  /** Changes both addresses; answers what that does to a sum. */
  private static int addresses(byte[] b, int at, int source, int destination) {
    int change =
        Checksum.change(Ipv4.source(b, at), source)
            + Checksum.change(Ipv4.destination(b, at), destination);
    Bytes.put32(b, at + 12, source);
    Bytes.put32(b, at + 16, destination);
    Bytes.put16(b, at + 10, Checksum.update(Bytes.u16(b, at + 10), change));
    return change;
  }

  private static void rewrite(
      byte[] b, int at, int end, int source, int sourcePort, int target, int targetPort) {
    int change = addresses(b, at, source, target);
    int transport = at + Ipv4.headerLength(b, at);
    int protocol = Ipv4.protocol(b, at);
    int ports = sourcePort << 16 | targetPort;
    int word = transport;
    int field;
    if (protocol == TcpHeader.PROTOCOL) {
      field = transport + TcpHeader.CHECKSUM;
    } else if (protocol == Ipv4.PROTOCOL_UDP) {
      field = transport + UdpHeader.HEADER - 2;
      if (UdpHeader.checksum(b, transport) == 0) {
        field = end; // RFC 768: there is none
      }
    } else if (protocol == Ipv4.PROTOCOL_ICMP) {
      // An identifier, which is one of the ports; no pseudo-header.
      word = transport + 4;
      ports = (sourcePort | targetPort) << 16 | IcmpHeader.sequence(b, transport);
      field = transport + 2;
      change = 0;
    } else {
      return;
    }
    change += Checksum.change(Bytes.i32(b, word), ports);
    Bytes.put32(b, word, ports);
    if (field + 2 <= end) { // a quoted packet may end before
      int sum = Checksum.update(Bytes.u16(b, field), change);
      Bytes.put16(b, field, sum == 0 && protocol == Ipv4.PROTOCOL_UDP ? 0xFFFF : sum);
    }
  }
}
