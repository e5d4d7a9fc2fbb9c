// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

/**
 * A DNS message: the header, names, and the fixed part of a resource record.
 *
 * <pre>
 *   0  1  2  3  4  5  6  7  8  9  0  1  2  3  4  5
 * +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 * |                      ID                       |
 * +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 * |QR|   Opcode  |AA|TC|RD|RA| Z|AD|CD|   RCODE   |
 * +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 * |                    QDCOUNT                    |
 * +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 * |                    ANCOUNT                    |
 * +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 * |                    NSCOUNT                    |
 * +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 * |                    ARCOUNT                    |
 * +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
 * </pre>
 *
 * <p>A name is labels, each behind its length, up to a zero; a length of 192 and more begins a
 * pointer to an earlier place (RFC 1035 4.1.4). Names are handed out whole and in lower case.
 * Source: RFC 1035 4, RFC 9267.
 */
public final class Dns {
  public static final int HEADER = 12;

  /** RFC 1035 2.3.4: the longest name with its lengths and the final zero. */
  public static final int NAME = 255;

  /** Behind a record's name: type, class, time to live, length of the data. */
  public static final int RECORD = 10;

  /** Behind a question's name: type and class. */
  public static final int QUESTION = 4;

  public static final int PORT = 53;

  public static final int TYPE_A = 1;
  public static final int TYPE_CNAME = 5;
  public static final int TYPE_SOA = 6;
  public static final int TYPE_PTR = 12;
  public static final int TYPE_MX = 15;
  public static final int TYPE_TXT = 16;
  public static final int TYPE_AAAA = 28;
  public static final int TYPE_SRV = 33;
  public static final int TYPE_NSEC = 47;
  public static final int TYPE_ANY = 255;
  public static final int CLASS_IN = 1;

  public static final int RCODE_OK = 0;
  public static final int RCODE_NO_NAME = 3;

  /** What readers here answer to anything that is not in order. */
  public static final int BAD = -1;

  private static final int LABEL = 63;
  private static final int POINTER = 0xC0;

  /** RFC 9267 2: pointers that one name may follow. */
  private static final int HOPS = 16;

  private static final int RESPONSE_AND_OPCODE = 0xF800;
  private static final int RESPONSE = 0x8000;
  private static final int TRUNCATED = 0x0200;
  private static final int RECURSION = 0x0100;

  private Dns() {}

  public static int identifier(byte[] b, int at) {
    return Bytes.u16(b, at);
  }

  /** Whether it is the answer to a standard query. */
  public static boolean response(byte[] b, int at) {
    return (Bytes.u16(b, at + 2) & RESPONSE_AND_OPCODE) == RESPONSE;
  }

  public static boolean truncated(byte[] b, int at) {
    return (Bytes.u16(b, at + 2) & TRUNCATED) != 0;
  }

  public static int rcode(byte[] b, int at) {
    return Bytes.u8(b, at + 3) & 15;
  }

  public static int questions(byte[] b, int at) {
    return Bytes.u16(b, at + 4);
  }

  public static int answers(byte[] b, int at) {
    return Bytes.u16(b, at + 6);
  }

  public static int authorities(byte[] b, int at) {
    return Bytes.u16(b, at + 8);
  }

  public static int additionals(byte[] b, int at) {
    return Bytes.u16(b, at + 10);
  }

  /** Writes a query for one name, whole as {@link #name} hands it out; answers its length. */
  public static int putQuery(byte[] b, int at, int identifier, byte[] name, int length, int type) {
    Bytes.put32(b, at, identifier << 16 | RECURSION);
    Bytes.put32(b, at + 4, 1 << 16);
    Bytes.put32(b, at + 8, 0);
    System.arraycopy(name, 0, b, at + HEADER, length);
    Bytes.put32(b, at + HEADER + length, type << 16 | CLASS_IN);
    return HEADER + length + QUESTION;
  }

  /** Where the name at {@code at} ends in place, pointers not followed; or {@link #BAD}. */
  public static int skipName(byte[] b, int at, int end) {
    int i = at;
    while (i < end) {
      int length = Bytes.u8(b, i);
      if (length >= POINTER) {
        return 2 > end - i ? BAD : i + 2;
      }
      if (length == 0) {
        return i + 1;
      }
      // RFC 1035 4.1.4: 01 and 10 in the highest bits are reserved.
      if (length > LABEL || length >= end - i || i - at > NAME) {
        return BAD;
      }
      i += 1 + length;
    }
    return BAD;
  }

  /**
   * Reads a name whole.
   *
   * @param start of the message, from which pointers count
   * @param first where the first name can be: pointers lead no further back
   * @param to at least {@link #NAME} octets
   * @return how many octets it has there, or {@link #BAD}
   */
  public static int name(byte[] b, int start, int first, int at, int end, byte[] to) {
    int used = 0;
    int i = at;
    int before = at;
    int hops = 0;
    while (i < end) {
      int length = Bytes.u8(b, i);
      if (length >= POINTER) {
        int target = 2 > end - i ? BAD : start + (Bytes.u16(b, i) & 0x3FFF);
        // RFC 9267 2: always further back than all that was read, so it comes to an end.
        if (target < first || target >= before || ++hops > HOPS) {
          return BAD;
        }
        i = target;
        before = target;
        continue;
      }
      if (length > LABEL || length >= end - i || length + 2 > NAME - used && length > 0) {
        return BAD;
      }
      to[used++] = (byte) length;
      if (length == 0) {
        return used;
      }
      for (int k = i + 1; k <= i + length; k++) {
        to[used++] = (byte) lower(b[k]);
      }
      i += 1 + length;
    }
    return BAD;
  }

  /**
   * Turns a host's name as people write it, with or without a final point, into labels.
   *
   * @param to at least {@link #NAME} octets
   * @return how many octets it has there, or {@link #BAD} where it is no name
   */
  public static int fromText(byte[] text, int at, int length, byte[] to) {
    int end = length > 0 && text[at + length - 1] == '.' ? at + length - 1 : at + length;
    if (end - at < 1 || end - at > NAME - 2) {
      return BAD;
    }
    int used = 0;
    int i = at;
    while (i <= end) {
      int stop = i;
      boolean letters = false;
      while (stop < end && text[stop] != '.') {
        // RFC 1123 2.1: letters, digits and hyphens; the underscore is for names of services.
        int c = lower(text[stop]);
        boolean known = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_';
        if (!known) {
          return BAD;
        }
        to[used + 1 + stop - i] = (byte) c;
        letters |= c > '9' || c == '-';
        stop++;
      }
      // RFC 952: no hyphen at either end of a label.
      if (stop == i || stop - i > LABEL || text[i] == '-' || text[stop - 1] == '-') {
        return BAD;
      }
      // RFC 1123 2.1: the last label has a letter, so that no name looks like an address.
      if (stop == end && !letters) {
        return BAD;
      }
      to[used] = (byte) (stop - i);
      used += 1 + stop - i;
      i = stop + 1;
    }
    to[used] = 0;
    return used + 1;
  }

  private static int lower(int octet) {
    return octet >= 'A' && octet <= 'Z' ? octet + 32 : octet;
  }
}
