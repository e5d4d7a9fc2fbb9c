// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dns;

/** Writes a message of multicast DNS, as much as one packet carries on any link. RFC 6762 17. */
final class MdnsWriter {
  /** What IPv6's smallest packets carry over UDP. */
  private static final int MOST = 1232;

  private static final int FLUSH = 0x8000;

  final byte[] bytes = new byte[MOST];
  int octets;

  /** Begins a message. */
  void begin(int identifier, int flags) {
    Bytes.zero(bytes, 0, Dns.HEADER);
    Bytes.put16(bytes, 0, identifier);
    Bytes.put16(bytes, 2, flags);
    octets = Dns.HEADER;
  }

  /** How many questions or records a section has. */
  int count(int section) {
    return Bytes.u16(bytes, 4 + 2 * section);
  }

  private void counted(int section) {
    Bytes.put16(bytes, 4 + 2 * section, count(section) + 1);
  }

  /** Adds a question; false where there is no room. */
  boolean question(byte[] name, int length, int type, boolean unicast) {
    if (length + Dns.QUESTION > MOST - octets) {
      return false;
    }
    name(name, length);
    Bytes.put16(bytes, octets, type);
    Bytes.put16(bytes, octets + 2, Dns.CLASS_IN | (unicast ? FLUSH : 0));
    octets += Dns.QUESTION;
    counted(MdnsReader.QUESTION);
    return true;
  }

  /** Adds a record; false where there is no room. */
  boolean record(
      int section,
      byte[] name,
      int length,
      int type,
      boolean flush,
      int ttlS,
      byte[] data,
      int dataOctets) {
    if (length + Dns.RECORD + dataOctets > MOST - octets) {
      return false;
    }
    name(name, length);
    Bytes.put16(bytes, octets, type);
    Bytes.put16(bytes, octets + 2, Dns.CLASS_IN | (flush ? FLUSH : 0));
    Bytes.put32(bytes, octets + 4, ttlS);
    Bytes.put16(bytes, octets + 8, dataOctets);
    System.arraycopy(data, 0, bytes, octets + Dns.RECORD, dataOctets);
    octets += Dns.RECORD + dataOctets;
    counted(section);
    return true;
  }

  /** Writes a name, or where it is already: it is mostly that of the first question or record. */
  private void name(byte[] name, int length) {
    if (octets > Dns.HEADER + length && Bytes.equal(bytes, Dns.HEADER, name, 0, length)) {
      Bytes.put16(bytes, octets, 0xC000 | Dns.HEADER);
      octets += 2;
    } else {
      System.arraycopy(name, 0, bytes, octets, length);
      octets += length;
    }
  }
}
