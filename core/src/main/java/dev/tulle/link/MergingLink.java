// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import dev.tulle.wire.Ethernet;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.Ipv6;
import dev.tulle.wire.TcpHeader;

/**
 * Puts TCP segments that follow each other to one connection into one frame of up to 64 KB, for a
 * driver whose machine takes them apart again: the reverse of {@link MergedLink}, with the same
 * header in front.
 *
 * <p>One call of the system then sends what would be many frames. A segment is merged only where it
 * is what the machine would make of the whole again, its checksum is right, and it may not be
 * fragmented, so that its identification means nothing (RFC 6864 4.1). What is merged waits until
 * the next {@link #receive}, which is due at once.
 *
 * <p>A frame that is lost afterwards was counted as sent, as with any queue. Source: struct
 * virtio_net_hdr, Virtio 1.2 5.1.6.
 */
public final class MergingLink implements Link {
  /** What sends a frame with the header of {@link MergedLink} in front. */
  public interface Sender {
    /** As {@link Link#send}. */
    int sendMerged(Packet packet);
  }

  private static final int HEADER = 10;
  private static final int CHECKSUM_MISSING = 1;
  private static final int TCP_OVER_IPV4 = 1;
  private static final int TCP_OVER_IPV6 = 4;
  private static final int MOST = 65_535;

  /** The first 16 bits of the flags and fragment offset of what may not be cut. */
  private static final int ATOMIC = 0x4000;

  private static final int WITHOUT_OPTIONS = 0x45;

  private final Link link;
  private final Sender sender;
  private final boolean own;

  /** Where the IP header is in what waits. */
  private final int ip;

  private final Packet merged = new Packet(HEADER + Ethernet.HEADER + MOST);
  private final byte[] b = merged.bytes;

  /** Payload of each segment; 0 while nothing waits. */
  private int segmentBytes;

  /** Where TCP's header and its payload are in what waits. */
  private int tcp;

  private int payload;
  private int end;

  // Of the frame that is being sent.
  private int frameTcp;
  private int framePayload;
  private int frameEnd;

  /**
   * @param link receives, and sends what stays alone
   * @param linkHeader as {@link MergedLink} takes it
   * @param own whether all that is sent was made here, so that its checksums are right; what others
   *     have made, as for a router, is looked at first
   */
  public MergingLink(Link link, Sender sender, int linkHeader, boolean own) {
    this.link = link;
    this.sender = sender;
    ip = HEADER + linkHeader;
    this.own = own;
  }

  @Override
  public int frameBytes() {
    return link.frameBytes();
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    int unused = flush();
    return link.receive(packet, nowNs);
  }

  @Override
  public long deadlineNs() {
    return segmentBytes != 0 ? 0 : link.deadlineNs();
  }

  @Override
  public int send(Packet packet, long nowNs) {
    boolean mergeable = mergeable(packet);
    if (mergeable && segmentBytes != 0 && follows(packet)) {
      return append(packet);
    }
    int status = flush();
    int pushed = mergeable ? Bytes.u8(packet.bytes, frameTcp + TcpHeader.FLAGS) : TcpHeader.PSH;
    if ((pushed & TcpHeader.PSH) != 0) {
      return link.send(packet, nowNs); // nothing is to follow
    }
    segmentBytes = frameEnd - framePayload;
    tcp = HEADER + frameTcp - packet.head;
    payload = HEADER + framePayload - packet.head;
    end = HEADER;
    copy(packet, packet.head);
    return status;
  }

  /** Whether a frame can be a part of a larger one; finds out where its parts are. */
  private boolean mergeable(Packet packet) {
    byte[] f = packet.bytes;
    int at = packet.head + ip - HEADER;
    int length = packet.end - at;
    if (length < Ipv4.HEADER) {
      return false;
    }
    int type = ip > HEADER ? Ethernet.type(f, packet.head) : Ethernet.TYPE_IPV4;
    if (type == Ethernet.TYPE_IPV4 && Ipv4.version(f, at) == 4) {
      if (length < Ipv4.HEADER + TcpHeader.BYTES
          || Bytes.u8(f, at) != WITHOUT_OPTIONS
          || Bytes.u16(f, at + 6) != ATOMIC
          || Ipv4.protocol(f, at) != TcpHeader.PROTOCOL) {
        return false;
      }
      frameTcp = at + Ipv4.HEADER;
      frameEnd = at + Ipv4.totalLength(f, at);
    } else {
      if (type != Ethernet.TYPE_IPV6 && ip > HEADER
          || Ipv4.version(f, at) != 6
          || length < Ipv6.HEADER + TcpHeader.BYTES
          || Ipv6.nextHeader(f, at) != TcpHeader.PROTOCOL) {
        return false;
      }
      frameTcp = at + Ipv6.HEADER;
      frameEnd = frameTcp + Ipv6.payloadLength(f, at);
    }
    framePayload = frameTcp + TcpHeader.length(f, frameTcp);
    int flags = Bytes.u8(f, frameTcp + TcpHeader.FLAGS) & ~TcpHeader.PSH;
    return flags == TcpHeader.ACK
        && framePayload >= frameTcp + TcpHeader.BYTES
        && framePayload < frameEnd
        && frameEnd <= packet.end
        && (own || intact(f, at));
  }

  private boolean intact(byte[] f, int ip) {
    int length = frameEnd - frameTcp;
    int sum = addresses(f, ip, frameTcp - ip) + TcpHeader.PROTOCOL + length;
    return Checksum.finish(sum + Bytes.sum(f, frameTcp, length)) == 0;
  }

  /** The sum of both addresses behind a header of so many octets. */
  private static int addresses(byte[] b, int ip, int header) {
    return header == Ipv4.HEADER ? Bytes.sum(b, ip + 12, 8) : Bytes.sum(b, ip + Ipv6.SOURCE, 32);
  }

  /** Whether a frame continues what waits, and differs from it in nothing else. */
  private boolean follows(Packet packet) {
    byte[] f = packet.bytes;
    int at = packet.head;
    int network = at + ip - HEADER;
    int data = frameEnd - framePayload;
    int sequence = Bytes.i32(b, tcp + TcpHeader.SEQUENCE) + end - payload;
    int window = TcpHeader.WINDOW;
    int urgent = TcpHeader.URGENT;
    // Of IPv4 all but length, identification and checksum; of IPv6 all but the length.
    boolean four = tcp - ip == Ipv4.HEADER;
    int rest = four ? 12 : 6;
    return frameTcp - at == tcp - HEADER
        && framePayload - at == payload - HEADER
        && data <= segmentBytes
        && data <= ip + MOST - end
        && Bytes.i32(f, frameTcp + TcpHeader.SEQUENCE) == sequence
        && Bytes.equal(f, at, b, HEADER, ip - HEADER + 2)
        && (four || Bytes.u16(f, network + 2) == Bytes.u16(b, ip + 2))
        && Bytes.u16(f, network + 8) == Bytes.u16(b, ip + 8)
        && Bytes.equal(f, network + rest, b, ip + rest, tcp - ip - rest)
        && Bytes.i32(f, frameTcp) == Bytes.i32(b, tcp)
        && Bytes.i32(f, frameTcp + TcpHeader.ACKNOWLEDGMENT)
            == Bytes.i32(b, tcp + TcpHeader.ACKNOWLEDGMENT)
        && Bytes.u8(f, frameTcp + TcpHeader.OFFSET) == Bytes.u8(b, tcp + TcpHeader.OFFSET)
        && Bytes.u16(f, frameTcp + window) == Bytes.u16(b, tcp + window)
        && Bytes.equal(f, frameTcp + urgent, b, tcp + urgent, payload - tcp - urgent);
  }

  private int append(Packet packet) {
    int flags = Bytes.u8(packet.bytes, frameTcp + TcpHeader.FLAGS);
    int data = frameEnd - framePayload;
    copy(packet, framePayload);
    // The machine says it in the last segment alone.
    Bytes.put8(b, tcp + TcpHeader.FLAGS, flags);
    return data < segmentBytes || (flags & TcpHeader.PSH) != 0 ? flush() : Status.OK;
  }

  private void copy(Packet packet, int from) {
    int length = frameEnd - from;
    System.arraycopy(packet.bytes, from, b, end, length);
    end += length;
  }

  /** Sends what waits. */
  private int flush() {
    if (segmentBytes == 0) {
      return Status.OK;
    }
    merged.head = 0;
    merged.end = end;
    Bytes.zero(b, 0, HEADER);
    if (end - payload > segmentBytes) {
      finish();
    }
    segmentBytes = 0;
    return sender.sendMerged(merged);
  }

  /** Makes one frame of many, of which the machine shall make many again. */
  private void finish() {
    int length = end - tcp;
    int sum = addresses(b, ip, tcp - ip) + TcpHeader.PROTOCOL + length;
    boolean four = tcp - ip == Ipv4.HEADER;
    if (four) {
      Bytes.put16(b, ip + 2, end - ip);
      Bytes.put16(b, ip + 10, 0);
      Bytes.put16(b, ip + 10, Checksum.of(b, ip, Ipv4.HEADER));
    } else {
      Bytes.put16(b, ip + 4, length);
    }
    Bytes.put16(b, tcp + TcpHeader.CHECKSUM, ~Checksum.finish(sum));
    b[0] = CHECKSUM_MISSING;
    b[1] = (byte) (four ? TCP_OVER_IPV4 : TCP_OVER_IPV6);
    little(2, payload - HEADER);
    little(4, segmentBytes);
    little(6, tcp - HEADER);
    little(8, TcpHeader.CHECKSUM);
  }

  private void little(int at, int value) {
    Bytes.put8(b, at, value);
    Bytes.put8(b, at + 1, value >> 8);
  }
}
