// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dns;

/**
 * Reads a DNS response and takes from it what answers one question, and nothing else.
 *
 * <p>Every record is checked before any counts. Source: RFC 1034 3.6.2, RFC 2181, RFC 2308, RFC
 * 5452, RFC 9267.
 */
final class Reply {
  /** It is no answer to the question: as if it had not come. */
  static final int STRANGE = 1;

  static final int MALFORMED = 2;

  /** The server has more than fits a datagram. */
  static final int TRUNCATED = 3;

  /** The name is another's, which is in {@link #name}: ask for that. */
  static final int ALIAS = 4;

  /** The server cannot or will not say. */
  static final int FAILED = 5;

  /** Other names that a name may lead to, one after another. */
  static final int MOST_ALIASES = 8;

  /** RFC 2181 8 leaves the limit to us: a day. RFC 2308 5 (SHOULD): hours where there is none. */
  private static final int MOST_TTL_S = 86_400;

  private static final int MOST_NEGATIVE_TTL_S = 3600;

  final Answer answer = new Answer();

  /** What is asked for, and at the end the last name that this led to. */
  final byte[] name = new byte[Dns.NAME];

  int nameOctets;

  /** How long it may be kept, in seconds; 0 where it must not. */
  int ttlS;

  private final byte[] owner = new byte[Dns.NAME];
  private byte[] b;
  private int end;
  private int type;

  /** How many names led to others. */
  int aliases;

  private int negativeS;

  /**
   * Reads a message.
   *
   * @param identifier and name and type: what was asked
   * @return a {@link Status} for {@link #answer}, or one of the constants
   */
  int read(byte[] b, int octets, int identifier, byte[] asked, int askedOctets, int type) {
    this.b = b;
    this.type = type;
    end = octets;
    if (octets < Dns.HEADER) {
      return MALFORMED;
    }
    // RFC 5452 9.1 (MUST): identifier and question; address and ports are the socket's to check.
    if (Dns.identifier(b, 0) != identifier || !Dns.response(b, 0)) {
      return STRANGE;
    }
    int at = Dns.HEADER;
    int length = Dns.name(b, 0, at, at, end, name);
    if (Dns.questions(b, 0) != 1 || length < 0) {
      return MALFORMED;
    }
    at = Dns.skipName(b, at, end);
    if (Dns.QUESTION > end - at) {
      return MALFORMED;
    }
    nameOctets = askedOctets;
    if (!same(name, length, asked) || Bytes.i32(b, at) != (type << 16 | Dns.CLASS_IN)) {
      return STRANGE;
    }
    if (Dns.truncated(b, 0)) {
      return TRUNCATED;
    }
    int code = Dns.rcode(b, 0);
    return code == Dns.RCODE_OK || code == Dns.RCODE_NO_NAME
        ? records(at + Dns.QUESTION, code)
        : FAILED;
  }

  private int records(int first, int code) {
    answer.clear(Status.OK);
    ttlS = MOST_TTL_S;
    negativeS = 0;
    aliases = 0;
    int answers = Dns.answers(b, 0);
    int all = answers + Dns.authorities(b, 0) + Dns.additionals(b, 0);
    int before;
    do {
      before = aliases;
      // RFC 9267 6: the counts promise nothing; each record has eleven octets at least.
      int at = first;
      for (int i = 0; i < all; i++) {
        at = record(at, i < answers);
        if (at < 0) {
          return at == Dns.BAD ? MALFORMED : FAILED;
        }
      }
      // RFC 1034 3.6.2: again for the name that the last one led to, in whatever order they come.
    } while (aliases != before && answer.count == 0);
    if (answer.count > 0) {
      return Status.OK;
    }
    if (code == Dns.RCODE_OK && aliases > 0 && negativeS == 0) {
      return ALIAS;
    }
    ttlS = Math.min(ttlS, negativeS);
    return code == Dns.RCODE_OK ? Status.NO_ADDRESS : Status.NO_NAME;
  }

  /** Checks a record and takes it if it matters; answers where the next is, or negative. */
  private int record(int from, boolean answers) {
    int length = Dns.name(b, 0, Dns.HEADER, from, end, owner);
    int at = length < 0 ? Dns.BAD : Dns.skipName(b, from, end);
    if (at < 0 || Dns.RECORD > end - at) {
      return Dns.BAD;
    }
    int kind = Bytes.u16(b, at);
    boolean internet = Bytes.u16(b, at + 2) == Dns.CLASS_IN;
    int ttl = Math.max(Bytes.i32(b, at + 4), 0); // RFC 2181 8 (SHOULD): the highest bit says 0
    int octets = Bytes.u16(b, at + 8);
    at += Dns.RECORD;
    if (octets > end - at) {
      return Dns.BAD;
    }
    int next = at + octets;
    // RFC 5452 6: what is about another name was not asked for.
    boolean ours = answers && internet && same(owner, length, name);
    if (internet && (kind == Dns.TYPE_A && octets != 4 || kind == Dns.TYPE_AAAA && octets != 16)) {
      return Dns.BAD;
    }
    if (internet && kind == Dns.TYPE_CNAME) {
      length = Dns.name(b, 0, Dns.HEADER, at, next, owner);
      if (length < 0 || Dns.skipName(b, at, next) != next) {
        return Dns.BAD; // RFC 9267 5
      }
      if (ours && type != Dns.TYPE_CNAME) {
        ttlS = Math.min(ttlS, ttl);
        System.arraycopy(owner, 0, name, 0, length);
        nameOctets = length;
        return ++aliases > MOST_ALIASES ? Dns.BAD - 1 : next;
      }
    }
    if (ours && kind == type) {
      ttlS = Math.min(ttlS, ttl);
      answer.add(b, at, Math.min(octets, Answer.OCTETS));
    } else if (internet && kind == Dns.TYPE_SOA) {
      return startOfAuthority(at, next, length, ttl);
    }
    return next;
  }

  /** RFC 2308 5: how long it may be kept that there is nothing, told by a zone around the name. */
  private int startOfAuthority(int from, int next, int length, int ttl) {
    int at = Dns.skipName(b, from, next);
    at = at < 0 ? at : Dns.skipName(b, at, next);
    if (at < 0 || next - at != 20) {
      return Dns.BAD;
    }
    int skip = nameOctets - length;
    if (skip >= 0 && Bytes.equal(name, skip, owner, 0, length)) {
      int most = Math.min(MOST_NEGATIVE_TTL_S, Math.max(Bytes.i32(b, at + 16), 0));
      negativeS = Math.min(most, ttl);
    }
    return next;
  }

  private boolean same(byte[] other, int length, byte[] to) {
    return length == nameOctets && Bytes.equal(other, 0, to, 0, length);
  }
}
