// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

/**
 * A TCP segment as a test writes it: the same words inject one and expect one.
 *
 * <p>All numbers are offsets in the stream of whoever sent the octets: the first octet of data is
 * 0, the SYN is at -1, a FIN behind 1,000 octets is at 1,000 and acknowledged by 1,001. Injected,
 * what is not said takes the peer's present value; expected, what is not said is not checked,
 * except flags: those of the factory, PSH apart, and no other.
 *
 * <pre>{@code
 * h.inject(data(0, 100));
 * h.expect(ack(100).window(4000));
 * }</pre>
 */
public final class Segment {
  static final int UNSET = Integer.MIN_VALUE;

  int flags;
  boolean pushChecked;
  Long sequence;
  Long acknowledgment;
  Integer absoluteSequence;
  Integer absoluteAcknowledgment;
  int window = UNSET;
  int mss = UNSET;
  int scale = UNSET;
  int urgent = UNSET;
  int trafficClass = UNSET;
  byte[] options;
  byte[] data;
  int length = UNSET;

  private Segment(int flags) {
    this.flags = flags;
  }

  /** Any combination of the flags of {@link TcpSegment}. */
  public static Segment segment(int flags) {
    return new Segment(flags);
  }

  public static Segment syn() {
    return new Segment(TcpSegment.SYN).sequence(-1).noData();
  }

  public static Segment synAck() {
    return new Segment(TcpSegment.SYN | TcpSegment.ACK).sequence(-1).noData();
  }

  /** A segment without data that acknowledges everything before an offset. */
  public static Segment ack(long offset) {
    return new Segment(TcpSegment.ACK).acknowledges(offset).noData();
  }

  /** Data of the known pattern of {@link Octets#pattern}. */
  public static Segment data(long offset, int length) {
    Segment s = new Segment(TcpSegment.ACK).sequence(offset);
    s.data = Octets.pattern(offset, length);
    s.length = length;
    return s;
  }

  /** Data of another content. */
  public static Segment data(long offset, byte[] data) {
    Segment s = new Segment(TcpSegment.ACK).sequence(offset);
    s.data = data.clone();
    s.length = data.length;
    return s;
  }

  /** A FIN without data. */
  public static Segment fin(long offset) {
    return new Segment(TcpSegment.FIN | TcpSegment.ACK).sequence(offset).noData();
  }

  /** A RST without ACK. */
  public static Segment rst(long offset) {
    return new Segment(TcpSegment.RST).sequence(offset).noData();
  }

  /** A RST with ACK. */
  public static Segment rstAck() {
    return new Segment(TcpSegment.RST | TcpSegment.ACK).noData();
  }

  /** Where the segment starts in its sender's stream. */
  public Segment sequence(long offset) {
    sequence = offset;
    return this;
  }

  /** What it acknowledges, in the stream of its receiver. */
  public Segment acknowledges(long offset) {
    acknowledgment = offset;
    return this;
  }

  public Segment absoluteSequence(int number) {
    absoluteSequence = number;
    return this;
  }

  public Segment absoluteAcknowledgment(int number) {
    absoluteAcknowledgment = number;
    return this;
  }

  /** The window field as it stands in the header. */
  public Segment window(int value) {
    window = value;
    return this;
  }

  public Segment mss(int value) {
    mss = value;
    return this;
  }

  /** The window scale option's shift. */
  public Segment scale(int shift) {
    scale = shift;
    return this;
  }

  public Segment urgent(int pointer) {
    flags |= TcpSegment.URG;
    urgent = pointer;
    return this;
  }

  /** In a packet of this type of service, with its two bits of congestion. */
  public Segment trafficClass(int value) {
    trafficClass = value;
    return this;
  }

  /** With a FIN behind what it carries. */
  public Segment fin() {
    flags |= TcpSegment.FIN;
    return this;
  }

  /** With PSH; only then is PSH expected. */
  public Segment push() {
    flags |= TcpSegment.PSH;
    pushChecked = true;
    return this;
  }

  /** With data of the known pattern, from this offset in the pattern on. */
  public Segment carrying(long offset, int length) {
    data = Octets.pattern(offset, length);
    this.length = length;
    return this;
  }

  /** More flags. */
  public Segment with(int more) {
    flags |= more;
    return this;
  }

  /** Options as they stand in the header, instead of MSS and window scale. */
  public Segment options(byte[] bytes) {
    options = bytes.clone();
    return this;
  }

  private Segment noData() {
    data = new byte[0];
    length = 0;
    return this;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  int sequenceLength() {
    return (data == null ? 0 : data.length)
        + (has(TcpSegment.SYN) ? 1 : 0)
        + (has(TcpSegment.FIN) ? 1 : 0);
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder("[").append(FrameText.flags(flags)).append(']');
    if (sequence != null) {
      s.append(" seq ").append(sequence);
      if (length > 0) {
        s.append(':').append(sequence + length);
      }
    }
    if (acknowledgment != null) {
      s.append(" ack ").append(acknowledgment);
    }
    if (window != UNSET) {
      s.append(" win ").append(window);
    }
    if (mss != UNSET) {
      s.append(" mss ").append(mss);
    }
    if (scale != UNSET) {
      s.append(" wscale ").append(scale);
    }
    return length == UNSET ? s.toString() : s.append(" length ").append(length).toString();
  }
}
