// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import java.util.Arrays;

/**
 * Expectations about frames, to be put together.
 *
 * <pre>{@code
 * harness.expect(icmp(0, 0).and(toAddress(PEER)).and(ttl(64)));
 * }</pre>
 */
public final class FrameChecks {
  private FrameChecks() {}

  public static FrameCheck anything() {
    return frame -> null;
  }

  public static FrameCheck arpRequestFor(int target) {
    return frame ->
        !frame.isArp() || frame.arpOperation() != 1
            ? "not an ARP request"
            : compare("target", Octets.dotted(target), Octets.dotted(frame.arpTarget()));
  }

  public static FrameCheck arpReplyOf(int sender, long senderMac) {
    return frame ->
        !frame.isArp() || frame.arpOperation() != 2
            ? "not an ARP reply"
            : firstOf(
                compare("sender", Octets.dotted(sender), Octets.dotted(frame.arpSender())),
                compare("sender", Octets.mac(senderMac), Octets.mac(frame.arpSenderMac())));
  }

  public static FrameCheck toMac(long mac) {
    return frame -> compare("destination", Octets.mac(mac), Octets.mac(frame.destinationMac()));
  }

  public static FrameCheck ipv4(int protocol) {
    return frame -> !frame.isIpv4() ? "not IPv4" : compare("protocol", protocol, frame.protocol());
  }

  public static FrameCheck fromAddress(int address) {
    return frame ->
        !frame.isIpv4()
            ? "not IPv4"
            : compare("source", Octets.dotted(address), Octets.dotted(frame.source()));
  }

  public static FrameCheck toAddress(int address) {
    return frame ->
        !frame.isIpv4()
            ? "not IPv4"
            : compare("destination", Octets.dotted(address), Octets.dotted(frame.destination()));
  }

  public static FrameCheck ttl(int ttl) {
    return frame -> !frame.isIpv4() ? "not IPv4" : compare("ttl", ttl, frame.ttl());
  }

  public static FrameCheck dontFragment(boolean set) {
    return frame -> !frame.isIpv4() ? "not IPv4" : compare("DF", set, frame.dontFragment());
  }

  public static FrameCheck icmp(int type, int code) {
    return frame ->
        !frame.isIcmp()
            ? "not ICMP"
            : firstOf(
                compare("type", type, frame.icmpType()), compare("code", code, frame.icmpCode()));
  }

  public static FrameCheck icmpv6(int type, int code) {
    return frame ->
        !frame.isIcmpv6()
            ? "not ICMPv6"
            : firstOf(
                compare("type", type, frame.icmpType()), compare("code", code, frame.icmpCode()));
  }

  /** An ICMP message's second word. */
  public static FrameCheck rest(int word) {
    return frame ->
        !frame.isIcmp() && !frame.isIcmpv6()
            ? "not ICMP"
            : compare("second word", word, frame.icmpRest());
  }

  public static FrameCheck udp(int sourcePort, int destinationPort) {
    return frame -> !frame.isUdp() ? "not UDP" : ports(frame, sourcePort, destinationPort);
  }

  public static FrameCheck tcp(int sourcePort, int destinationPort) {
    return frame -> !frame.isTcp() ? "not TCP" : ports(frame, sourcePort, destinationPort);
  }

  /** TCP flags, exactly these of {@link TcpSegment}, PSH apart. */
  public static FrameCheck flags(int flags) {
    return frame ->
        !frame.isTcp()
            ? "not TCP"
            : compare(
                "flags",
                FrameText.flags(flags & ~TcpSegment.PSH),
                FrameText.flags(frame.flags() & ~TcpSegment.PSH));
  }

  /** Absolute TCP sequence number. */
  public static FrameCheck sequence(int sequence) {
    return frame -> !frame.isTcp() ? "not TCP" : compare("seq", sequence, frame.sequence());
  }

  /** Absolute TCP acknowledgment number. */
  public static FrameCheck acknowledgment(int number) {
    return frame -> !frame.isTcp() ? "not TCP" : compare("ack", number, frame.acknowledgment());
  }

  /** What TCP, UDP or ICMP carries behind its header. */
  public static FrameCheck data(byte[] data) {
    return frame ->
        !frame.isTcp() && !frame.isUdp() && !frame.isIcmp() && !frame.isIcmpv6()
            ? "no data"
            : Arrays.equals(data, frame.data())
                ? null
                : "data " + Octets.hex(frame.data()) + ", not " + Octets.hex(data);
  }

  /** Nothing of the frame goes beyond this many octets. */
  public static FrameCheck atMost(int octets) {
    return frame ->
        frame.length() <= octets ? null : frame.length() + " octets, more than " + octets;
  }

  static String compare(String what, Object expected, Object seen) {
    return expected.equals(seen) ? null : what + " " + seen + ", not " + expected;
  }

  static String firstOf(String... mismatches) {
    for (String mismatch : mismatches) {
      if (mismatch != null) {
        return mismatch;
      }
    }
    return null;
  }

  private static String ports(SeenFrame frame, int sourcePort, int destinationPort) {
    return firstOf(
        compare("source port", sourcePort, frame.sourcePort()),
        compare("destination port", destinationPort, frame.destinationPort()));
  }
}
