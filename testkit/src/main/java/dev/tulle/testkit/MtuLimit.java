// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.stack.Status;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * A link with a router behind it whose next link carries less: IPv4 packets that are too big are
 * dropped, silently or with "fragmentation needed" told to who sent them.
 *
 * <p>Both directions are limited. Decorates the link of one host; the other host needs none.
 */
public final class MtuLimit implements Link {
  /** What {@link #tells} may be besides an MTU: nothing is sent, as a bad firewall has it. */
  public static final int SILENT = -1;

  private static final int ROUTER = Octets.address("10.9.0.254");
  private static final int ETHERNET = 14;
  private static final int HEADER = 20;

  /** Largest IPv4 packet that gets through. */
  public int mtu;

  /** The MTU that is told; 0 as by routers from before RFC 1191, or {@link #SILENT}. */
  public int tells;

  /** Packets that were too big so far. */
  public long dropped;

  private final Link link;
  private final Deque<byte[]> answers = new ArrayDeque<>();

  public MtuLimit(Link link, int mtu, int tells) {
    this.link = link;
    this.mtu = mtu;
    this.tells = tells;
  }

  @Override
  public int frameBytes() {
    return link.frameBytes();
  }

  @Override
  public int send(Packet packet, long nowNs) {
    byte[] frame = Arrays.copyOfRange(packet.bytes, packet.head, packet.end);
    if (!tooBig(frame)) {
      return link.send(packet, nowNs);
    }
    dropped++;
    if (tells != SILENT) {
      answers.add(answer(frame));
    }
    return Status.OK;
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    byte[] answer = answers.poll();
    if (answer != null) {
      return put(packet, answer);
    }
    int length = link.receive(packet, nowNs);
    while (length > 0) {
      byte[] frame = Arrays.copyOfRange(packet.bytes, packet.head, packet.end);
      if (!tooBig(frame)) {
        return length;
      }
      dropped++;
      if (tells != SILENT) {
        Packet back = new Packet(link.frameBytes());
        put(back, answer(frame));
        link.send(back, nowNs);
      }
      packet.end = packet.head;
      length = link.receive(packet, nowNs);
    }
    return length;
  }

  @Override
  public long deadlineNs() {
    return answers.isEmpty() ? link.deadlineNs() : 0;
  }

  private static int put(Packet packet, byte[] frame) {
    System.arraycopy(frame, 0, packet.bytes, packet.head, frame.length);
    packet.end = packet.head + frame.length;
    return frame.length;
  }

  private boolean tooBig(byte[] frame) {
    return Octets.u16(frame, 12) == Frames.ETHERTYPE_IPV4 && frame.length - ETHERNET > mtu;
  }

  /** The router's answer: the header and eight octets of what it could not send on. */
  private byte[] answer(byte[] frame) {
    byte[] quote = Arrays.copyOfRange(frame, ETHERNET, ETHERNET + HEADER + 8);
    SeenFrame seen = new SeenFrame(frame, 0);
    return Frames.ethernet(seen.destinationMac(), seen.sourceMac())
        .ipv4(Frames.ipv4(ROUTER, seen.source()).icmp(Frames.icmp(3, 4).rest(tells).data(quote)))
        .build();
  }
}
