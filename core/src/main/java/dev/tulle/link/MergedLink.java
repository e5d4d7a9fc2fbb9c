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
 * A driver whose machine leaves TCP segments uncut: what it gives is taken apart here into the
 * frames that would have been on the wire, and {@link MergingLink} can send the same. Subclasses
 * read and write.
 *
 * <p>A packet socket gives out TCP segments that receive offload put together to frames of up to 64
 * KB, a TAP device those that were never cut, and both frames of the same machine whose checksum
 * nobody has computed yet. A header in front tells what was done to the frame:
 *
 * <pre>
 *  0       flags: 1 the checksum is missing
 *  1       kind: 0 a plain frame, 1 TCP segments over IPv4, 4 over IPv6; 0x80 with congestion marks
 *  2 - 3   length of the headers; not looked at
 *  4 - 5   payload of each segment
 *  6 - 7   where the checksum begins in the frame
 *  8 - 9   where it belongs, from there
 * </pre>
 *
 * All in the order of the machine, which must be little-endian. Source: struct virtio_net_hdr,
 * Virtio 1.2 5.1.6; PACKET_VNET_HDR and IFF_VNET_HDR of Linux.
 */
public abstract class MergedLink implements Link, MergingLink.Sender {
  /** The header in front of the frame. */
  static final int HEADER = 10;

  private static final int CHECKSUM_MISSING = 1;
  private static final int PLAIN = 0;
  private static final int TCP_OVER_IPV4 = 1;
  private static final int TCP_OVER_IPV6 = 4;
  private static final int CONGESTION_MARKS = 0x80;

  /** Where {@link #read} puts header and frame: room for the longest. */
  protected final byte[] bytes = new byte[HEADER + Ethernet.HEADER + 65_536];

  private final int frameBytes;

  /** Where the IP header is in {@link #bytes}. */
  private final int ip;

  /** A frame that nothing was done to, on its way out behind a header of zeros. */
  private final Packet plain;

  /** End of what was received; of the IPv4 packet once it is known. */
  private int end;

  /** Octets of a segment's payload; 0 for a plain frame. */
  private int segmentBytes;

  private int tcp;
  private int payload;

  /** The next segment's payload; {@link #end} or more where nothing is left. */
  private int at;

  private int index;
  private long dropped;

  /**
   * @param frameBytes as {@link #frameBytes} answers
   * @param linkHeader octets in front of the IP header: {@link Ethernet#HEADER}, or 0 where frames
   *     are IP packets
   */
  protected MergedLink(int frameBytes, int linkHeader) {
    this.frameBytes = frameBytes;
    ip = HEADER + linkHeader;
    plain = new Packet(HEADER + frameBytes);
  }

  /**
   * Reads the next header and frame into {@link #bytes}, from 0 on.
   *
   * @return octets; 0 where nothing has arrived; {@code INVALID} where one was left out; another
   *     negative {@code Status} where the link is gone
   */
  protected abstract int read();

  @Override
  public final int frameBytes() {
    return frameBytes;
  }

  @Override
  public final int receive(Packet packet, long nowNs) {
    while (true) {
      int octets = next(packet);
      if (octets > 0) {
        return octets;
      }
      octets = read();
      if (octets > 0) {
        take(octets);
      } else if (octets != Status.INVALID) {
        return octets;
      }
    }
  }

  @Override
  public int send(Packet packet, long nowNs) {
    int length = packet.length();
    if (length > frameBytes) {
      return Status.TOO_LARGE;
    }
    if (length < ip - HEADER) {
      return Status.INVALID;
    }
    System.arraycopy(packet.bytes, packet.head, plain.bytes, HEADER, length);
    plain.head = 0;
    plain.end = HEADER + length;
    return sendMerged(plain);
  }

  /** Frames that were left out: of another kind, malformed, or longer than the packet for them. */
  public final long dropped() {
    return dropped;
  }

  /** Begins with what has been received: {@code received} octets of header and frame. */
  final void take(int received) {
    end = received;
    at = HEADER;
    index = 0;
    segmentBytes = 0;
    if (received <= HEADER || received > bytes.length || !understood()) {
      at = end;
      dropped++;
    }
  }

  private boolean understood() {
    int kind = bytes[1] & 0xFF & ~CONGESTION_MARKS;
    if (kind == PLAIN) {
      return (bytes[0] & CHECKSUM_MISSING) == 0 || complete(little(6), little(8));
    }
    boolean four = kind == TCP_OVER_IPV4;
    return (four || kind == TCP_OVER_IPV6) && separable(four, little(4));
  }

  private int little(int at) {
    return Bytes.u8(bytes, at) | Bytes.u8(bytes, at + 1) << 8;
  }

  /** Computes a missing checksum, in whose place the sum of the pseudo-header is. */
  private boolean complete(int start, int offset) {
    int from = HEADER + start;
    int field = from + offset;
    if (field > end - 2) {
      return false;
    }
    int sum = Checksum.finish(Bytes.sum(bytes, from, end - from));
    Bytes.put16(bytes, field, sum == 0 ? 0xFFFF : sum); // RFC 768: zero says that there is none
    return true;
  }

  private boolean separable(boolean four, int size) {
    int least = four ? Ipv4.HEADER : Ipv6.HEADER;
    int type = four ? Ethernet.TYPE_IPV4 : Ethernet.TYPE_IPV6;
    if (size == 0
        || end - ip < least
        || ip > HEADER && Ethernet.type(bytes, HEADER) != type
        || Ipv4.version(bytes, ip) != (four ? 4 : 6)) {
      return false;
    }
    int header = least;
    int total;
    int protocol;
    if (four) {
      header = Ipv4.headerLength(bytes, ip);
      total = Ipv4.totalLength(bytes, ip);
      protocol = Ipv4.fragment(bytes, ip) ? 0 : Ipv4.protocol(bytes, ip);
    } else {
      total = header + Ipv6.payloadLength(bytes, ip);
      protocol = Ipv6.nextHeader(bytes, ip);
    }
    if (protocol != TcpHeader.PROTOCOL
        || header < least
        || total > end - ip
        || total < header + TcpHeader.BYTES) {
      return false;
    }
    int tcpLength = TcpHeader.length(bytes, ip + header);
    if (tcpLength < TcpHeader.BYTES || total < header + tcpLength) {
      return false;
    }
    segmentBytes = size;
    tcp = ip + header;
    payload = tcp + tcpLength;
    end = ip + total;
    at = payload;
    return at < end;
  }

  /**
   * Puts the next frame into {@code packet} from {@code packet.head} on, as {@link Link#receive}.
   *
   * @return its octets; 0 where none is left
   */
  final int next(Packet packet) {
    if (at >= end) {
      return 0;
    }
    int headers = segmentBytes == 0 ? 0 : payload - HEADER;
    int data = segmentBytes == 0 ? end - at : Math.min(segmentBytes, end - at);
    if (headers + data > packet.bytes.length - packet.head) {
      at = end;
      dropped++;
      return 0;
    }
    System.arraycopy(bytes, HEADER, packet.bytes, packet.head, headers);
    System.arraycopy(bytes, at, packet.bytes, packet.head + headers, data);
    packet.end = packet.head + headers + data;
    if (segmentBytes != 0) {
      finish(packet);
    }
    at += data;
    index++;
    return headers + data;
  }

  /** Gives a segment the header fields that differ from segment to segment, and both checksums. */
  private void finish(Packet packet) {
    byte[] b = packet.bytes;
    int network = packet.head + ip - HEADER;
    int segment = packet.head + tcp - HEADER;
    int length = packet.end - segment;
    int sum = TcpHeader.PROTOCOL + length;
    if (Ipv4.version(b, network) == 4) {
      Bytes.put16(b, network + 2, packet.end - network);
      Bytes.put16(b, network + 4, Bytes.u16(b, network + 4) + index);
      Bytes.put16(b, network + 10, 0);
      Bytes.put16(b, network + 10, Checksum.of(b, network, segment - network));
      sum += Bytes.sum(b, network + 12, 8);
    } else {
      Bytes.put16(b, network + 4, length);
      sum += Bytes.sum(b, network + Ipv6.SOURCE, 32);
    }
    int sequence = Bytes.i32(b, segment + TcpHeader.SEQUENCE) + (at - payload);
    Bytes.put32(b, segment + TcpHeader.SEQUENCE, sequence);
    int flags = Bytes.u8(b, segment + TcpHeader.FLAGS);
    if (index > 0) {
      flags &= ~TcpHeader.CWR;
    }
    if (at + segmentBytes < end) {
      flags &= ~(TcpHeader.FIN | TcpHeader.PSH);
    }
    Bytes.put8(b, segment + TcpHeader.FLAGS, flags);
    Bytes.put16(b, segment + TcpHeader.CHECKSUM, 0);
    sum += Bytes.sum(b, segment, length);
    Bytes.put16(b, segment + TcpHeader.CHECKSUM, Checksum.finish(sum));
  }
}
