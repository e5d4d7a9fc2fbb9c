// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dns;

/**
 * Reads a message of multicast DNS: all of it is checked first, then questions and records are
 * handed out one by one. Source: RFC 6762 18, RFC 9267.
 */
final class MdnsReader {
  // The sections of a message, in their order.
  static final int QUESTION = 0;
  static final int ANSWER = 1;
  static final int AUTHORITY = 2;

  private static final int SECTIONS = 4;

  private static final int TYPE_NS = 2;
  private static final int PREFERENCE = 2;
  private static final int SRV = 6;

  /** Whose name it is, whole and in lower case. */
  final byte[] name = new byte[Dns.NAME];

  int nameOctets;
  int section;
  int type;

  /** Whether the class is the Internet's, or any. */
  boolean internet;

  /** Of a question: unicast wanted; of a record: it replaces others. RFC 6762 5.4, 10.2. */
  boolean bit;

  int ttlS;

  /** Its data, names of which are whole. */
  final byte[] data = new byte[MdnsRecords.DATA];

  /** How much of it there is; {@link Dns#BAD} where it is longer than what is kept. */
  int dataOctets;

  private final byte[] scratch = new byte[Dns.NAME];
  private byte[] b;
  private int end;
  private int at;
  private int left;

  /** Takes up a message; whether all of it is in order. */
  boolean begin(byte[] b, int octets) {
    this.b = b;
    end = octets;
    if (octets < Dns.HEADER) {
      return false;
    }
    rewind();
    while (next()) {
      // What is read is thrown away: it only had to be read.
    }
    boolean whole = at >= 0;
    rewind();
    return whole;
  }

  /** Begins anew with the first question. */
  void rewind() {
    at = Dns.HEADER;
    section = QUESTION;
    left = Dns.questions(b, 0);
  }

  /** Whether it is a response. */
  boolean response() {
    return b[2] < 0;
  }

  /** RFC 6762 18.3, 18.11 (MUST): what has another opcode or a code of failure is ignored. */
  boolean plain() {
    return (b[2] & 0x78) == 0 && Dns.rcode(b, 0) == 0;
  }

  /** Whether more of the same follows in another message. */
  boolean truncated() {
    return Dns.truncated(b, 0);
  }

  int identifier() {
    return Dns.identifier(b, 0);
  }

  /** How many records it has in a section. */
  int count(int which) {
    return Bytes.u16(b, 4 + 2 * which);
  }

  /** Goes to the next question or record; false behind the last, or where it cannot be read. */
  boolean next() {
    while (left == 0 && ++section < SECTIONS) {
      left = count(section);
    }
    if (section >= SECTIONS || at < 0) {
      return false;
    }
    left--;
    int fixed = section == QUESTION ? Dns.QUESTION : Dns.RECORD;
    nameOctets = Dns.name(b, 0, Dns.HEADER, at, end, name);
    int i = nameOctets < 0 ? Dns.BAD : Dns.skipName(b, at, end);
    at = Dns.BAD;
    if (i < 0 || fixed > end - i) {
      return false;
    }
    type = Bytes.u16(b, i);
    int kind = Bytes.u16(b, i + 2);
    bit = (kind & 0x8000) != 0;
    kind &= 0x7FFF;
    internet = kind == Dns.CLASS_IN || kind == Dns.TYPE_ANY;
    if (section == QUESTION) {
      at = i + fixed;
      return true;
    }
    ttlS = Math.max(Bytes.i32(b, i + 4), 0); // RFC 2181 8 (SHOULD): the highest bit says 0
    int octets = Bytes.u16(b, i + 8);
    i += fixed;
    if (octets > end - i || internet && !read(i, i + octets)) {
      return false;
    }
    at = i + octets;
    return true;
  }

  /** Reads the data, names of which are made whole; false where it is not what its type says. */
  private boolean read(int from, int to) {
    int octets = to - from;
    int before = 0;
    switch (type) {
      case Dns.TYPE_A:
      case Dns.TYPE_AAAA:
        return copy(from, octets, 0) && octets == (type == Dns.TYPE_A ? 4 : 16);
      case TYPE_NS:
      case Dns.TYPE_CNAME:
      case Dns.TYPE_PTR:
      case Dns.TYPE_NSEC:
        break;
      case Dns.TYPE_MX:
        before = PREFERENCE;
        break;
      case Dns.TYPE_SRV:
        before = SRV;
        break;
      default:
        return copy(from, octets, 0);
    }
    if (before > octets) {
      return false;
    }
    int length = Dns.name(b, 0, Dns.HEADER, from + before, to, scratch);
    int next = length < 0 ? Dns.BAD : Dns.skipName(b, from + before, to);
    if (next < 0 || next != to && type != Dns.TYPE_NSEC) {
      return false; // RFC 9267 5
    }
    boolean copied = copy(from, before, 0);
    System.arraycopy(scratch, 0, data, before, length);
    return copied && copy(next, to - next, before + length);
  }

  private boolean copy(int from, int octets, int to) {
    boolean fits = octets <= data.length - to;
    if (fits) {
      System.arraycopy(b, from, data, to, octets);
    }
    dataOctets = fits ? to + octets : Dns.BAD;
    return true;
  }

  /** Whether it is about this name. */
  boolean about(byte[] other, int octets) {
    return nameOctets == octets && Bytes.equal(name, 0, other, 0, octets);
  }

  /** Of a NSEC record: whether it says that its name has no records of a type. RFC 6762 6.1. */
  boolean denies(int other) {
    if (type != Dns.TYPE_NSEC || dataOctets < 0) {
      return false;
    }
    int i = Dns.skipName(data, 0, dataOctets);
    // RFC 4034 4.1.2: the first window is that of types below 256, and all that there is here.
    int length = 2 > dataOctets - i || data[i] != 0 ? 0 : Bytes.u8(data, i + 1);
    if (length == 0 || length > dataOctets - i - 2 || other > 255) {
      return false;
    }
    int octet = other >> 3;
    return octet >= length || (data[i + 2 + octet] & 0x80 >> (other & 7)) == 0;
  }
}
