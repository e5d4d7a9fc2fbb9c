// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.layers;

import dev.tulle.testkit.Octets;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes DNS messages, right or wrong, octet by octet. */
public final class DnsMessage {
  public static final int RESPONSE = 0x8180;

  /** A pointer to the question's name. */
  public static final byte[] SAME = Octets.of(0xC0, 12);

  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final byte[] header = new byte[12];

  /** A message with these flags and code. */
  public DnsMessage(int identifier, int flags) {
    Octets.put16(header, 0, identifier);
    Octets.put16(header, 2, flags);
  }

  /** A name's labels and the final zero. */
  public static byte[] name(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String label : text.isEmpty() ? new String[0] : text.split("\\.")) {
      out.write(label.length());
      out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
    }
    out.write(0);
    return out.toByteArray();
  }

  /** Sets the four counts, whatever there is. */
  public DnsMessage counts(int questions, int answers, int authorities, int additionals) {
    int[] counts = {questions, answers, authorities, additionals};
    for (int i = 0; i < 4; i++) {
      Octets.put16(header, 4 + 2 * i, counts[i]);
    }
    return this;
  }

  /** Adds a question, and counts it. */
  public DnsMessage question(byte[] name, int type) {
    count(4);
    return raw(name).raw(Octets.of(type >> 8, type & 255, 0, 1));
  }

  public DnsMessage answer(byte[] owner, int type, int ttl, byte[] data) {
    count(6);
    return record(owner, type, ttl, data.length, data);
  }

  public DnsMessage authority(byte[] owner, int type, int ttl, byte[] data) {
    count(8);
    return record(owner, type, ttl, data.length, data);
  }

  public DnsMessage additional(byte[] owner, int type, int ttl, byte[] data) {
    count(10);
    return record(owner, type, ttl, data.length, data);
  }

  /** Adds a record whose length need not be true, and does not count it. */
  public DnsMessage record(byte[] owner, int type, int ttl, int length, byte[] data) {
    byte[] fixed = new byte[10];
    Octets.put16(fixed, 0, type);
    Octets.put16(fixed, 2, 1);
    Octets.put32(fixed, 4, ttl);
    Octets.put16(fixed, 8, length);
    return raw(owner).raw(fixed).raw(data);
  }

  public DnsMessage raw(byte[] octets) {
    body.writeBytes(octets);
    return this;
  }

  /** The data of a SOA record with this last field. */
  public static byte[] startOfAuthority(int minimum) {
    byte[] numbers = new byte[20];
    Octets.put32(numbers, 16, minimum);
    return Octets.concat(name("ns.example"), name("root.example"), numbers);
  }

  public byte[] build() {
    return Octets.concat(header, body.toByteArray());
  }

  private void count(int at) {
    Octets.put16(header, at, Octets.u16(header, at) + 1);
  }
}
