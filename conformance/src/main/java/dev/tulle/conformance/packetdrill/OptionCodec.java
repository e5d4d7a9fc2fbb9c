// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.testkit.Octets;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Options from and to octets, number for number. */
final class OptionCodec {
  private OptionCodec() {}

  /** The octets, exactly as written, padded with zeros to four. */
  static byte[] encode(List<OptionText> options) {
    int size = options.stream().mapToInt(OptionText::size).sum();
    ByteBuffer b = ByteBuffer.allocate((size + 3) / 4 * 4);
    for (OptionText option : options) {
      encode(b, option);
    }
    return b.array();
  }

  private static void encode(ByteBuffer b, OptionText option) {
    byte size = (byte) option.size();
    switch (option) {
      case OptionText.Nop nop -> b.put((byte) 1);
      case OptionText.End end -> b.put((byte) 0);
      case OptionText.Mss mss -> b.put((byte) 2).put(size).putShort((short) mss.octets());
      case OptionText.Scale scale -> b.put((byte) 3).put(size).put((byte) scale.shift());
      case OptionText.SackPermitted permitted -> b.put((byte) 4).put(size);
      case OptionText.Sack sack -> {
        b.put((byte) 5).put(size);
        sack.edges().forEach(edge -> b.putInt(edge.intValue()));
      }
      case OptionText.Stamps stamps ->
          b.put((byte) 8).put(size).putInt((int) stamps.value()).putInt((int) stamps.echo());
      case OptionText.Other other ->
          b.put((byte) other.kind()).put(size).put(HexFormat.of().parseHex(other.hex()));
    }
  }

  /** The options of a header; whatever is illegal ends the list. */
  static List<OptionText> decode(byte[] b, int from, int end) {
    List<OptionText> options = new ArrayList<>();
    int at = from;
    while (at < end) {
      int kind = Octets.u8(b, at);
      int size = kind < 2 ? 1 : at + 1 < end ? Octets.u8(b, at + 1) : 0;
      if (size == 0 || size > end - at || kind >= 2 && size < 2) {
        return options;
      }
      options.add(decode(b, at, kind, size));
      at += size;
    }
    return options;
  }

  private static OptionText decode(byte[] b, int at, int kind, int size) {
    return switch (kind) {
      case 0 -> new OptionText.End();
      case 1 -> new OptionText.Nop();
      case 2 -> new OptionText.Mss(Octets.u16(b, at + 2));
      case 3 -> new OptionText.Scale(Octets.u8(b, at + 2));
      case 4 -> new OptionText.SackPermitted();
      case 5 -> {
        List<Long> edges = new ArrayList<>();
        for (int i = at + 2; i + 4 <= at + size; i += 4) {
          edges.add((long) Octets.i32(b, i));
        }
        yield new OptionText.Sack(edges);
      }
      case 8 ->
          new OptionText.Stamps(
              Integer.toUnsignedLong(Octets.i32(b, at + 2)),
              Integer.toUnsignedLong(Octets.i32(b, at + 6)));
      default -> new OptionText.Other(kind, HexFormat.of().formatHex(b, at + 2, at + size));
    };
  }
}
