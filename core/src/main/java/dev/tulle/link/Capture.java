// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;

/**
 * A link that writes every frame it passes, in both directions, to a sink in the pcap format.
 *
 * <p>Nanosecond pcap (magic 0xA1B23C4D), big-endian, link type Ethernet or, over an {@link IpLink},
 * raw IP; tshark, tcpdump and Wireshark read it. The header goes out with the constructor and each
 * frame with one call of the sink as it passes. A frame that the link below refused is not written.
 * Source: the Internet-Draft draft-ietf-opsawg-pcap.
 *
 * <pre>{@code
 * record:  0       4       8                 12                16
 *         +-------+-------+-----------------+-----------------+----
 *         | s     | ns    | captured octets | original octets | frame
 *         +-------+-------+-----------------+-----------------+----
 * }</pre>
 */
public final class Capture implements Link {
  private static final int MAGIC_NANOSECONDS = 0xA1B23C4D;

  /** Frames of Ethernet. */
  public static final int ETHERNET = 1;

  /** IP packets of both versions: LINKTYPE_RAW. */
  public static final int RAW_IP = 101;

  private static final int RECORD_HEADER = 16;
  private static final int FILE_HEADER = 24;
  private static final long SECOND_NS = 1_000_000_000L;

  private final Link link;
  private final CaptureSink sink;
  private final long offsetNs;
  private final byte[] record;
  private int status;
  private long frames;

  /**
   * @param offsetNs added to each {@code nowNs}: since nobody below asks for the time of day, the
   *     owner gives the nanoseconds since 1970 at which its monotonic clock said 0
   */
  public Capture(Link link, CaptureSink sink, long offsetNs) {
    this(link, sink, offsetNs, type(link));
  }

  /**
   * As above, over what hides the link itself, as an {@link Impairment} does.
   *
   * @param type of the link below: {@link #type}
   */
  public Capture(Link link, CaptureSink sink, long offsetNs, int type) {
    this.link = link;
    this.sink = sink;
    this.offsetNs = offsetNs;
    record = new byte[RECORD_HEADER + Math.max(link.frameBytes(), FILE_HEADER)];
    Bytes.put32(record, 0, MAGIC_NANOSECONDS);
    Bytes.put16(record, 4, 2); // version 2.4
    Bytes.put16(record, 6, 4);
    Bytes.put32(record, 16, 0x40000); // the usual snapshot length, more than any frame
    Bytes.put32(record, 20, type);
    status = sink.write(record, 0, FILE_HEADER);
  }

  /** What a link's frames are, as a file tells it. */
  public static int type(Link link) {
    return link instanceof IpLink ? RAW_IP : ETHERNET;
  }

  /** 0 while the sink takes what it is given; its {@code Status} from the first failure on. */
  public int status() {
    return status;
  }

  /** Frames written so far. */
  public long frames() {
    return frames;
  }

  @Override
  public int frameBytes() {
    return link.frameBytes();
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    int result = link.receive(packet, nowNs);
    if (result > 0) {
      write(packet, nowNs);
    }
    return result;
  }

  @Override
  public int send(Packet packet, long nowNs) {
    int result = link.send(packet, nowNs);
    if (result == Status.OK) {
      write(packet, nowNs);
    }
    return result;
  }

  @Override
  public long deadlineNs() {
    return link.deadlineNs();
  }

  private void write(Packet packet, long nowNs) {
    if (status != Status.OK) {
      return;
    }
    int length = packet.length();
    int kept = Math.min(length, record.length - RECORD_HEADER);
    long timeNs = nowNs + offsetNs;
    Bytes.put32(record, 0, (int) (timeNs / SECOND_NS));
    Bytes.put32(record, 4, (int) (timeNs % SECOND_NS));
    Bytes.put32(record, 8, kept);
    Bytes.put32(record, 12, length);
    System.arraycopy(packet.bytes, packet.head, record, RECORD_HEADER, kept);
    status = sink.write(record, 0, RECORD_HEADER + kept);
    if (status == Status.OK) {
      frames++;
    }
  }
}
