// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.conformance.layers.DnsServer.A;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.conformance.layers.DnsMessage;
import dev.tulle.conformance.layers.DnsServer;
import dev.tulle.host.Question;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.HostileHarness;
import dev.tulle.testkit.Octets;
import java.util.function.Function;

/** What the tests of hostile DNS responses share: a server, and a host that has asked it. */
class DnsRows {
  /** Where the first record is: header and the question for www.example. */
  static final int RECORDS = 12 + 13 + 4;

  static final byte[] ADDRESS = Octets.of(10, 9, 0, 66);

  DnsServer server;
  Question question;

  /** A message to a host that has asked for www.example; it must be able to ask afterwards. */
  HostileHarness waiting(Function<DnsServer, byte[]> frame) {
    return new HostileHarness(DnsServer::host)
        .before(
            h -> {
              server = new DnsServer(h);
              question = server.ask("www.example", A);
              server.hear();
            })
        .input(h -> frame.apply(server))
        .recovery(this::asks)
        .after(h -> question.close());
  }

  HostileHarness message(Function<DnsServer, DnsMessage> message) {
    return waiting(s -> s.frame(message.apply(s)));
  }

  /** A valid exchange must give an address. */
  void asks(HostHarness h) {
    question.close();
    h.takeSent();
    question = server.ask("good.example", A);
    server.hear().sayAddress(60, 10, 9, 0, 9);
    if (question.status() != Status.OK) {
      throw h.failure("a valid answer was not taken: " + question.status());
    }
  }

  /** A message that is dropped while the question stays open. */
  void malformed(Function<DnsServer, DnsMessage> message) {
    message(message)
        .counts(Counter.DNS_MALFORMED)
        .then(h -> assertEquals(Status.WOULD_BLOCK, question.status()))
        .run();
  }

  /** The same for many inputs that differ little. */
  void alsoMalformed(Function<DnsServer, DnsMessage> message) {
    message(message).counts(Counter.DNS_MALFORMED).withoutVariations().run();
  }
}
