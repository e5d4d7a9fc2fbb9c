// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An IPv6 packet of the peer that comes in fragments, cut wherever a test wants it. */
public final class Fragmented6 {
  private final Ipv6Packet whole;
  private final int identification;

  public Fragmented6(Ipv6Packet whole, int identification) {
    this.whole = whole;
    this.identification = identification;
  }

  /** Octets behind the fragment header. */
  public int length() {
    return whole.payload().length;
  }

  /** The fragment with these octets; others follow unless they are the last. */
  public Ipv6Packet piece(int from, int to) {
    return piece(from, Arrays.copyOfRange(whole.payload(), from, to), to < length());
  }

  /** A fragment that bears this packet's name and any octets. */
  public Ipv6Packet piece(int offset, byte[] octets, boolean more) {
    return whole.like(44, header(offset, more), octets);
  }

  /** The fragment header of such a fragment. */
  public byte[] header(int offset, boolean more) {
    ByteBuffer b = ByteBuffer.allocate(8).put((byte) whole.next()).put((byte) 0);
    return b.putShort((short) (offset | (more ? 1 : 0))).putInt(identification).array();
  }

  /** All fragments in order, each with as many octets. */
  public List<Ipv6Packet> pieces(int octets) {
    List<Ipv6Packet> pieces = new ArrayList<>();
    for (int at = 0; at < length(); at += octets) {
      pieces.add(piece(at, Math.min(at + octets, length())));
    }
    return pieces;
  }

  /**
   * The payload of a packet that a host sent in these frames, in whatever order.
   *
   * @throws AssertionError where they are not the fragments of one packet, all of them
   */
  public static byte[] joined(List<SeenFrame> frames) {
    byte[] whole = new byte[0];
    int held = 0;
    int total = -1;
    int identification = Octets.i32(frames.get(0).bytes(), 58);
    for (SeenFrame frame : frames) {
      byte[] b = frame.bytes();
      if (Octets.u8(b, 20) != 44 || Octets.i32(b, 58) != identification) {
        throw new AssertionError("no fragment of the same: " + frame);
      }
      int offset = Octets.u16(b, 56) & 0xFFF8;
      byte[] octets = Arrays.copyOfRange(b, 62, 54 + Octets.u16(b, 18));
      int end = offset + octets.length;
      whole = Arrays.copyOf(whole, Math.max(whole.length, end));
      System.arraycopy(octets, 0, whole, offset, octets.length);
      held += octets.length;
      total = (Octets.u16(b, 56) & 1) != 0 ? total : end;
    }
    if (held != total || held != whole.length) {
      throw new AssertionError(held + " octets in " + frames + " of " + total);
    }
    return whole;
  }
}
