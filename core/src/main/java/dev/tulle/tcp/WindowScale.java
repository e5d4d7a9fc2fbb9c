// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.stack.Counter;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.TcpHeader;

/**
 * The window scale option: windows above 65,535 octets. RFC 7323 2.
 *
 * <pre>
 * +---------+---------+---------+
 * | kind 3  | length 3|  shift  |
 * +---------+---------+---------+
 * </pre>
 */
public final class WindowScale extends TcpOption {
  /** RFC 7323 2.3: a larger shift is used as 14. */
  private static final int MAX_SHIFT = 14;

  private final int leastShift;

  /** Asks for the least shift that says the whole receive buffer. */
  public WindowScale() {
    this(0);
  }

  /** Asks for at least this shift, as one does whose buffer may grow. */
  public WindowScale(int leastShift) {
    this.leastShift = leastShift;
  }

  @Override
  boolean takes(int kind) {
    return kind == TcpHeader.OPTION_WINDOW_SCALE;
  }

  @Override
  void parse(Segment segment, int kind, int at, int size) {
    if (segment.windowShift < 0) {
      segment.windowShift = Bytes.u8(segment.bytes, at + 2);
    }
  }

  @Override
  int writeSyn(byte[] b, int at, Connection c, boolean answering, long nowNs) {
    if (answering && !c.scaled) {
      return at;
    }
    Bytes.put8(b, at, TcpHeader.OPTION_NOP);
    Bytes.put8(b, at + 1, TcpHeader.OPTION_WINDOW_SCALE);
    Bytes.put8(b, at + 2, 3);
    Bytes.put8(b, at + 3, shift(c));
    return at + 4;
  }

  @Override
  void agree(Connection c, Segment syn, long nowNs) {
    // RFC 7323 2.2: scaling is on only where both SYNs carried the option.
    if (syn.windowShift >= 0) {
      if (syn.windowShift > MAX_SHIFT) {
        c.counters.add(Counter.TCP_BADSCALE);
      }
      c.scaled = true;
      c.sender.windowShift = (byte) Math.min(syn.windowShift, MAX_SHIFT);
      c.receiver.windowShift = (byte) shift(c);
    }
  }

  @Override
  int write(byte[] b, int at, int room, Connection c, int length, long nowNs) {
    return at;
  }

  @Override
  boolean accepts(Connection c, Segment s, long nowNs) {
    return true;
  }

  /** The least shift with which 16 bits say the whole buffer, or all that it may grow to. */
  private int shift(Connection c) {
    if (c.tuning == null) {
      return shiftFor(c.receiver.ring.capacity(), leastShift);
    }
    // What the application has chosen does not grow.
    return shiftFor(c.tuning.mostReceive(), c.tuning.chosen > 0 ? 0 : leastShift);
  }

  private static int shiftFor(int capacity, int leastShift) {
    int shift = leastShift;
    while (shift < MAX_SHIFT && capacity >> shift > 0xFFFF) {
      shift++;
    }
    return shift;
  }
}
