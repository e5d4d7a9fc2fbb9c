// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dns;

/** Prints a DNS message's records, a line each, as zone files have them. */
final class DnsText {
  final Text line = new Text(1200);
  private final String[] types;
  private final int[] numbers;
  private final byte[] name = new byte[Dns.NAME];
  private byte[] b;
  private int end;

  /**
   * @param types their names in lower case
   * @param numbers and numbers
   */
  DnsText(String[] types, int[] numbers) {
    this.types = types;
    this.numbers = numbers;
  }

  /** Prints code and records of a message that was checked. */
  void print(Console console, byte[] message, int octets) {
    b = message;
    end = octets;
    line.clear().put(";; code ").decimal(Dns.rcode(b, 0)).put(", answers ");
    line.decimal(Dns.answers(b, 0)).put(", authorities ").decimal(Dns.authorities(b, 0));
    line.octet('\n').toOutput(console);
    int at = Dns.HEADER;
    for (int i = Dns.questions(b, 0); i > 0 && at > 0; i--) {
      at = Dns.skipName(b, at, end);
      at = at < 0 ? at : at + Dns.QUESTION;
    }
    int records = Dns.answers(b, 0) + Dns.authorities(b, 0);
    while (records-- > 0 && at > 0 && at < end) {
      line.clear();
      at = record(at);
      if (at > 0) {
        line.octet('\n').toOutput(console);
      }
    }
  }

  /** Prints what a message asks. */
  void questions(Console console, byte[] message, int octets) {
    b = message;
    end = octets;
    int at = Dns.HEADER;
    for (int i = Dns.questions(b, 0); i > 0; i--) {
      line.clear().octet(';');
      name(at, end);
      at = Dns.skipName(b, at, end);
      if (at < 0 || Dns.QUESTION > end - at) {
        return;
      }
      line.octet(' ');
      int unused = kind(Bytes.u16(b, at));
      line.octet('\n').toOutput(console);
      at += Dns.QUESTION;
    }
  }

  /** Writes a name that stands alone, as labels. */
  void owner(byte[] labels, int octets) {
    b = labels;
    name(0, octets);
  }

  /** Writes a record whose parts stand alone. */
  void answer(byte[] owner, int type, byte[] data, int octets) {
    owner(owner, owner.length);
    line.put(" IN ");
    int known = kind(type);
    line.octet(' ');
    b = data;
    data(known < numbers.length ? type : 0, 0, octets);
  }

  /** Writes a type; answers its place in the list, which is behind that where it is not there. */
  private int kind(int type) {
    int known = 0;
    while (known < numbers.length && numbers[known] != type) {
      known++;
    }
    if (known < numbers.length) {
      for (int i = 0; i < types[known].length(); i++) {
        line.octet(types[known].charAt(i) - 32);
      }
    } else {
      line.put("TYPE").decimal(type);
    }
    return known;
  }

  /** Writes a record; answers where the next is, or negative where there is none. */
  private int record(int from) {
    name(from, end);
    int at = Dns.skipName(b, from, end);
    if (at < 0 || Dns.RECORD > end - at) {
      return Dns.BAD;
    }
    int type = Bytes.u16(b, at);
    int octets = Bytes.u16(b, at + 8);
    line.octet(' ').decimal(Bytes.i32(b, at + 4) & 0xFFFFFFFFL).put(" IN ");
    int known = kind(type);
    line.octet(' ');
    at += Dns.RECORD;
    if (octets > end - at) {
      return Dns.BAD;
    }
    data(known < numbers.length ? type : 0, at, at + octets);
    return at + octets;
  }

  private void data(int type, int from, int next) {
    int at = from;
    int octets = next - from;
    if (type == Dns.TYPE_A && octets == 4) {
      line.address(Bytes.i32(b, at));
    } else if (type == Dns.TYPE_AAAA && octets == 16) {
      for (; at < next; at += 2) {
        line.hexadecimal(Bytes.u16(b, at)).octet(at + 2 < next ? ':' : ' ');
      }
      line.length--;
    } else if (type == Dns.TYPE_TXT) {
      while (at < next && Bytes.u8(b, at) < next - at) {
        line.octet('"').shown(b, at + 1, Bytes.u8(b, at), 255).put("\" ");
        at += 1 + Bytes.u8(b, at);
      }
    } else if (type == Dns.TYPE_MX && octets > 2) {
      line.decimal(Bytes.u16(b, at)).octet(' ');
      name(at + 2, next);
    } else if (type == Dns.TYPE_SRV && octets > 6) {
      for (; at < from + 6; at += 2) {
        line.decimal(Bytes.u16(b, at)).octet(' ');
      }
      name(at, next);
    } else if (type == 0
        || type == Dns.TYPE_SRV
        || type == Dns.TYPE_MX
        || type == Dns.TYPE_A
        || type == Dns.TYPE_AAAA) {
      line.put("\\# ").decimal(octets).octet(' '); // RFC 3597 5
      for (; at < next; at++) {
        line.hexadecimal(Bytes.u8(b, at) >> 4).hexadecimal(Bytes.u8(b, at) & 15);
      }
    } else {
      authority(type, at, next);
    }
  }

  /** A name; in a SOA record two, and five numbers. */
  private void authority(int type, int from, int next) {
    name(from, next);
    int at = Dns.skipName(b, from, next);
    if (type != Dns.TYPE_SOA || at < 0) {
      return;
    }
    line.octet(' ');
    name(at, next);
    at = Dns.skipName(b, at, next);
    for (; at > 0 && next - at >= 4; at += 4) {
      line.octet(' ').decimal(Bytes.i32(b, at) & 0xFFFFFFFFL);
    }
  }

  private void name(int at, int limit) {
    int octets = Dns.name(b, 0, Dns.HEADER, at, limit, name);
    for (int i = 0; i < octets - 1; ) {
      int length = Bytes.u8(name, i);
      line.shown(name, i + 1, length, 63).octet('.');
      i += 1 + length;
    }
    if (octets <= 1) {
      line.octet('.');
    }
  }
}
