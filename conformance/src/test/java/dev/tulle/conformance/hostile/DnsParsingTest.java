// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.conformance.layers.DnsMessage.RESPONSE;
import static dev.tulle.conformance.layers.DnsMessage.SAME;
import static dev.tulle.conformance.layers.DnsMessage.name;
import static dev.tulle.conformance.layers.DnsServer.A;
import static dev.tulle.conformance.layers.DnsServer.AAAA;
import static dev.tulle.conformance.layers.DnsServer.CNAME;
import static dev.tulle.conformance.layers.DnsServer.SOA;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.conformance.layers.DnsMessage;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Octets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** DNS responses that cannot be read. Methods are named after the catalogue's rows. */
class DnsParsingTest extends DnsRows {
  @Test
  void dns01_namesWithoutTheirEnd() {
    malformed(s -> new DnsMessage(s.identifier, RESPONSE).counts(1, 0, 0, 0).raw(Octets.of(3, 97)));
    malformed(s -> s.response().counts(1, 1, 0, 0).raw(Octets.of(3, 'w', 'w', 'w')));
    malformed(s -> s.response().answer(SAME, CNAME, 60, Octets.of(3, 'a', 'b', 'c')));
  }

  @Test
  void dns02_pointersThatLeadElsewhere() {
    int[][] pointers = {{0xC0, 0xFF}, {0xFF, 0xFF}, {0xC0, 0}, {0xC0, 11}};
    for (int[] pointer : pointers) {
      alsoMalformed(s -> s.response().answer(Octets.of(pointer), A, 60, ADDRESS));
      alsoMalformed(s -> s.response().answer(SAME, CNAME, 60, Octets.of(pointer)));
    }
    malformed(s -> s.response().answer(Octets.of(0xC0, RECORDS + 15), A, 60, ADDRESS));
    malformed(s -> s.response().answer(SAME, CNAME, 60, Octets.of(0xC0, 11)));
  }

  @Test
  void dns03_pointersThatLeadBackToThemselves() {
    malformed(s -> new DnsMessage(s.identifier, RESPONSE).question(Octets.of(0xC0, 12), s.type()));
    malformed(
        s ->
            s.response()
                .answer(Octets.of(0xC0, RECORDS + 16), A, 60, ADDRESS)
                .answer(Octets.of(0xC0, RECORDS), A, 60, ADDRESS));
    malformed(s -> s.response().answer(Octets.of(0xC0, RECORDS + 2), A, 60, ADDRESS));
  }

  @Test
  void dns04_chainsOfPointersAndNamesThatGrow() {
    // Each is a pointer to the one before; a datagram has room for two hundred.
    byte[] chain = new byte[400];
    for (int i = 0; i < chain.length; i += 2) {
      Octets.put16(chain, i, 0xC000 | (i == 0 ? 12 : RECORDS + 12 + i - 2));
    }
    message(
            s ->
                s.response()
                    .counts(1, 2, 0, 0)
                    .record(SAME, 99, 60, chain.length, chain)
                    .record(Octets.of(0xC0 | 1, RECORDS + 12 + 398 - 256), A, 60, 4, ADDRESS))
        .counts(Counter.DNS_MALFORMED)
        .run();
    // Labels of one octet, each followed by the ones before, until 255 octets are exceeded.
    byte[] label = new byte[64];
    label[0] = 63;
    Arrays.fill(label, 1, 64, (byte) 'a');
    byte[] grown =
        Octets.concat(
            label,
            Octets.of(0xC0, 12),
            label,
            Octets.of(0xC0, RECORDS + 12),
            label,
            Octets.of(0xC0, RECORDS + 12 + 66),
            label,
            Octets.of(0xC0, RECORDS + 12 + 132));
    alsoMalformed(
        s ->
            s.response()
                .counts(1, 2, 0, 0)
                .record(SAME, 99, 60, grown.length, grown)
                .record(Octets.of(0xC0, RECORDS + 12 + 198), A, 60, 4, ADDRESS));
  }

  @Test
  void dns05_lengthsThatAreReservedOrTooLong() {
    for (int length : new int[] {64, 65, 127, 128, 191}) {
      byte[] label = new byte[length + 2];
      Arrays.fill(label, (byte) 'a');
      label[0] = (byte) length;
      label[length + 1] = 0;
      alsoMalformed(s -> s.response().answer(label, A, 60, ADDRESS));
    }
    malformed(s -> s.response().answer(Octets.of(64, 97, 0), A, 60, ADDRESS));
    malformed(s -> s.response().counts(1, 1, 0, 0).raw(Octets.of(63, 97, 97)));
    byte[] many = new byte[257];
    for (int i = 0; i < 256; i += 2) {
      many[i] = 1;
      many[i + 1] = 'a';
    }
    alsoMalformed(s -> s.response().answer(many, A, 60, ADDRESS));
    alsoMalformed(s -> s.response().answer(SAME, CNAME, 60, many));
  }

  @Test
  void dns06_recordsWhoseLengthIsWrong() {
    malformed(s -> s.response().counts(1, 1, 0, 0).record(SAME, A, 60, 0xFFFF, ADDRESS));
    malformed(s -> s.response().answer(SAME, A, 60, new byte[3]));
    malformed(s -> s.response().answer(SAME, A, 60, new byte[5]));
    alsoMalformed(s -> s.response().answer(SAME, AAAA, 60, new byte[15]));
    alsoMalformed(s -> s.response().answer(SAME, AAAA, 60, new byte[17]));
    // A name that goes on behind its record, and one that ends before it.
    alsoMalformed(
        s ->
            s.response()
                .counts(1, 1, 0, 0)
                .record(SAME, CNAME, 60, 7, name("twenty.octets.exampl")));
    alsoMalformed(s -> s.response().answer(SAME, CNAME, 60, Octets.of(1, 'a', 0, 0)));
    byte[] authority = DnsMessage.startOfAuthority(60);
    for (int octets : new int[] {0, 1, 19, authority.length - 1, authority.length + 1}) {
      byte[] data = Octets.resized(authority, octets);
      alsoMalformed(s -> s.response().authority(name("example"), SOA, 60, data));
    }
  }

  @Test
  void dns07_countsOfWhatIsNotThere() {
    malformed(s -> s.response().counts(0xFFFF, 0, 0, 0));
    malformed(s -> s.response().counts(1, 0xFFFF, 0, 0));
    malformed(s -> s.response().answer(SAME, A, 60, ADDRESS).counts(1, 0xFFFF, 0xFFFF, 0xFFFF));
    malformed(s -> s.response().answer(SAME, A, 60, ADDRESS).counts(1, 1, 0, 1));
    malformed(s -> s.response().counts(1, 0, 0xFFFF, 0));
    malformed(s -> s.response().answer(SAME, A, 60, ADDRESS).counts(0, 1, 0, 0));
    malformed(s -> s.response().question(name("www.example"), A));
    message(s -> s.response().counts(1, 0, 0, 0).answer(SAME, A, 60, ADDRESS).counts(1, 0, 0, 0))
        .then(h -> assertEquals(Status.NO_ADDRESS, question.status()))
        .run();
  }
}
