// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.simnet;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Impairment;
import dev.tulle.link.ImpairmentSettings;
import dev.tulle.link.Link;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.Ethernet;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.TcpHeader;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The network between the hosts, as the left one's link: a test changes it while it runs. */
final class SimLink implements Link {
  private static final int FRAMES = 4096;

  private final ReentrantLock lock = new ReentrantLock();
  private final ImpairmentSettings out;
  private final ImpairmentSettings in;
  private final Impairment link;
  private boolean outLost;
  private boolean inLost;
  private boolean resetting;

  SimLink(Link cable, long seed) {
    out = new ImpairmentSettings();
    in = new ImpairmentSettings();
    out.seed = seed;
    in.seed = seed;
    link = new Impairment(cable, out, in, FRAMES);
  }

  /** Changes both directions alike. */
  void change(Consumer<LinkQuality> change) {
    lock.lock();
    try {
      change.accept(new LinkQuality(out));
      change.accept(new LinkQuality(in));
    } finally {
      lock.unlock();
    }
  }

  void lose(boolean toRight, boolean toLeft) {
    lock.lock();
    try {
      outLost = toRight;
      inLost = toLeft;
    } finally {
      lock.unlock();
    }
  }

  void reset(boolean on) {
    lock.lock();
    try {
      resetting = on;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int frameBytes() {
    return link.frameBytes();
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    lock.lock();
    try {
      int head = packet.head;
      int n = link.receive(packet, nowNs);
      while (n > 0 && inLost) {
        packet.head = head;
        packet.end = head;
        n = link.receive(packet, nowNs);
      }
      if (n > 0 && resetting) {
        reset(packet);
      }
      return n > 0 ? packet.length() : n;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int send(Packet packet, long nowNs) {
    lock.lock();
    try {
      if (outLost) {
        return 0;
      }
      if (resetting) {
        reset(packet);
      }
      return link.send(packet, nowNs);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long deadlineNs() {
    lock.lock();
    try {
      return link.deadlineNs();
    } finally {
      lock.unlock();
    }
  }

  /** Makes a reset of a segment of a connection, as some middleboxes do. */
  private static void reset(Packet packet) {
    byte[] b = packet.bytes;
    int ip = packet.head + Ethernet.HEADER;
    if (packet.length() < Ethernet.HEADER + Ipv4.HEADER + TcpHeader.BYTES
        || Ethernet.type(b, packet.head) != Ethernet.TYPE_IPV4
        || Ipv4.protocol(b, ip) != Ipv4.PROTOCOL_TCP
        || Ipv4.headerLength(b, ip) != Ipv4.HEADER) {
      return;
    }
    int tcp = ip + Ipv4.HEADER;
    int length = Ipv4.totalLength(b, ip) - Ipv4.HEADER;
    if ((b[tcp + TcpHeader.FLAGS] & TcpHeader.SYN) != 0) {
      return; // connections open, and are reset by what comes next
    }
    Bytes.put8(b, tcp + TcpHeader.FLAGS, TcpHeader.RST | TcpHeader.ACK);
    Bytes.put16(b, tcp + TcpHeader.CHECKSUM, 0);
    int sum =
        Ipv4.pseudoHeaderSum(
            Ipv4.source(b, ip), Ipv4.destination(b, ip), Ipv4.PROTOCOL_TCP, length);
    Bytes.put16(b, tcp + TcpHeader.CHECKSUM, Checksum.finish(sum + Bytes.sum(b, tcp, length)));
  }
}
