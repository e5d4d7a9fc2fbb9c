// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import java.util.Arrays;

/**
 * The far end of one TCP connection, which the test plays: its address, ports and numbers.
 *
 * <p>It keeps what a test would otherwise repeat: where its own stream is, and what the host has
 * sent so far. It does nothing by itself.
 */
public final class TcpPeer {
  /** Over IPv4; 0 of a peer that has an address of IPv6. */
  public final int address;

  /** Over IPv6, in eight numbers; null of a peer that has an address of IPv4. */
  public final String six;

  public final int port;

  /** The host's port, once it is known. */
  public int hostPort;

  /** The peer's initial sequence number. */
  public int iss;

  /** The window that the peer's segments carry unless they say otherwise. */
  public int window = 65_535;

  /** The host's initial sequence number, as its SYN told. */
  int hostIss;

  boolean hostIssKnown;

  /** Offset behind the last octet that the peer sent, FIN included. */
  long next;

  /** Offset behind the last octet that the host sent, FIN included. */
  long hostNext;

  TcpPeer(int address, int port, int hostPort, int iss) {
    this(address, null, port, hostPort, iss);
  }

  /** One that speaks over IPv6. */
  TcpPeer(String six, int port, int hostPort, int iss) {
    this(0, Ipv6Packet.text(Ipv6Packet.address(six)), port, hostPort, iss);
  }

  private TcpPeer(int address, String six, int port, int hostPort, int iss) {
    this.address = address;
    this.six = six;
    this.port = port;
    this.hostPort = hostPort;
    this.iss = iss;
  }

  /** The host's initial sequence number. */
  public int hostIss() {
    return hostIss;
  }

  /** Where the peer's stream goes on: behind the last octet that an injected segment carried. */
  public long next() {
    return next;
  }

  /** The host's stream up to here has been seen: what an injected segment acknowledges. */
  public long seen() {
    return hostNext;
  }

  boolean owns(SeenFrame f) {
    return f.isTcp()
        && (six == null ? f.destination() == address : six.equals(f.destination6()))
        && f.destinationPort() == port
        && (hostPort == 0 || f.sourcePort() == hostPort);
  }

  /** Learns from a frame that the host sent to this peer. */
  void learn(SeenFrame f) {
    if (f.has(TcpSegment.SYN)) {
      hostIss = f.sequence();
      hostIssKnown = true;
      hostPort = f.sourcePort();
    }
    if (!f.has(TcpSegment.RST)) {
      hostNext = Math.max(hostNext, f.sequence() - hostIss - 1 + f.sequenceLength());
    }
  }

  /** The frame that a segment of the test is. */
  byte[] frame(Segment s, HostHarness h) {
    TcpSegment t = Frames.tcp(port, hostPort).flags(s.flags);
    long sequence = s.sequence == null ? next : s.sequence;
    t.sequence(s.absoluteSequence != null ? s.absoluteSequence : (int) (iss + 1 + sequence));
    if (s.absoluteAcknowledgment != null) {
      t.acknowledgment(s.absoluteAcknowledgment);
    } else if (s.has(TcpSegment.ACK)) {
      long acknowledged = s.acknowledgment == null ? hostNext : s.acknowledgment;
      t.acknowledgment((int) (hostIss + 1 + acknowledged));
    }
    t.window(s.window == Segment.UNSET ? window : s.window);
    if (s.urgent != Segment.UNSET) {
      t.urgent(s.urgent);
    }
    t.options(options(s));
    if (s.data != null) {
      t.data(s.data);
    }
    if (!s.has(TcpSegment.RST) && s.absoluteSequence == null) {
      next = Math.max(next, sequence + s.sequenceLength());
    }
    int trafficClass = s.trafficClass == Segment.UNSET ? 0 : s.trafficClass;
    return six == null
        ? h.fromPeer(Frames.ipv4(address, HostHarness.HOST).tos(trafficClass).tcp(t))
        : h.fromPeer(new Ipv6Packet(six, HostHarness.HOST6).trafficClass(trafficClass).tcp(t));
  }

  private static byte[] options(Segment s) {
    if (s.options != null) {
      return s.options;
    }
    byte[] mss = s.mss == Segment.UNSET ? new byte[0] : Octets.of(2, 4, s.mss >> 8, s.mss);
    byte[] scale = s.scale == Segment.UNSET ? new byte[0] : Octets.of(1, 3, 3, s.scale);
    return Octets.concat(mss, scale);
  }

  /** In what a frame of the host differs from what a test expects, or null. */
  String mismatch(Segment s, SeenFrame f) {
    int mask = s.pushChecked ? 0xFF : 0xFF & ~TcpSegment.PSH;
    long sequence = f.sequence() - (hostIss + 1);
    long acknowledgment = f.acknowledgment() - (iss + 1);
    return FrameChecks.firstOf(
        FrameChecks.compare(
            "flags", FrameText.flags(s.flags & mask), FrameText.flags(f.flags() & mask)),
        s.sequence == null ? null : FrameChecks.compare("seq", s.sequence, sequence),
        s.absoluteSequence == null
            ? null
            : FrameChecks.compare("absolute seq", s.absoluteSequence, f.sequence()),
        s.acknowledgment == null
            ? null
            : FrameChecks.compare("ack", s.acknowledgment, acknowledgment),
        s.absoluteAcknowledgment == null
            ? null
            : FrameChecks.compare("absolute ack", s.absoluteAcknowledgment, f.acknowledgment()),
        s.length == Segment.UNSET ? null : FrameChecks.compare("length", s.length, f.data().length),
        s.data == null || Arrays.equals(s.data, f.data()) ? null : "the data is not as expected",
        s.window == Segment.UNSET ? null : FrameChecks.compare("window", s.window, f.window()),
        s.trafficClass == Segment.UNSET
            ? null
            : FrameChecks.compare("traffic class", s.trafficClass, f.trafficClass()),
        s.mss == Segment.UNSET ? null : FrameChecks.compare("mss", s.mss, f.mss()),
        s.scale == Segment.UNSET
            ? null
            : FrameChecks.compare("window scale", s.scale, f.windowScale()),
        s.urgent == Segment.UNSET || !s.has(TcpSegment.URG)
            ? null
            : FrameChecks.compare("urgent", s.urgent, f.urgent()),
        s.options == null || Arrays.equals(s.options, f.tcpOptions())
            ? null
            : "options " + Octets.hex(f.tcpOptions()) + ", not " + Octets.hex(s.options));
  }
}
