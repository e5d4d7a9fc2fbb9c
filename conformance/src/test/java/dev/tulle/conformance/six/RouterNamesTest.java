// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.six;

import static dev.tulle.conformance.six.SixBench.HOST;
import static dev.tulle.conformance.six.SixBench.PEER;
import static dev.tulle.conformance.six.SixBench.ROUTER_MAC;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tulle.conformance.layers.DnsMessage;
import dev.tulle.host.Question;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Discovery;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Name servers and domains that routers name: RFC 8106. */
class RouterNamesTest {
  private static final int AAAA = 28;

  private final SixBench bench = new SixBench();
  private final HostHarness h = bench.h;

  private static byte[] option(int type, int seconds, byte[] body) {
    byte[] option = new byte[(8 + body.length + 7) / 8 * 8];
    option[0] = (byte) type;
    option[1] = (byte) (option.length / 8);
    Octets.put32(option, 4, seconds);
    System.arraycopy(body, 0, option, 8, body.length);
    return option;
  }

  private void advertise(int seconds) {
    byte[] servers = option(25, seconds, Ipv6Packet.address(PEER));
    byte[] domains = option(31, seconds, DnsMessage.name("tulle.example"));
    bench.injectGroup(ROUTER_MAC, Discovery.router(1800, 0, servers, domains));
  }

  private Question ask(String name) {
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    Question question = h.host.resolver.ask(text, 0, text.length, AAAA);
    h.poll();
    return question;
  }

  @Test
  void aNameIsAskedOfTheServerAndInTheDomainThatARouterNames() {
    advertise(60);
    Question question = ask("www");
    bench.answerSolicitation();
    SixBench.Seen query = bench.next();
    assertEquals(Ipv6Packet.text(Ipv6Packet.address(PEER)), query.destination());
    byte[] udp = query.payload();
    assertEquals(53, Octets.u16(udp, 2));
    byte[] name = DnsMessage.name("www.tulle.example");
    assertArrayEquals(name, Arrays.copyOfRange(udp, 20, 20 + name.length));
    byte[] answer =
        new DnsMessage(Octets.u16(udp, 8), DnsMessage.RESPONSE)
            .question(name, AAAA)
            .answer(DnsMessage.SAME, AAAA, 60, Ipv6Packet.address(PEER))
            .build();
    bench.inject(new Ipv6Packet(PEER, HOST).udp(53, Octets.u16(udp, 0), answer));
    assertEquals(Status.OK, question.status());
    h.expectNoInternalError();
  }

  @Test
  void whatARouterNamedIsVoidWhenItsTimeIsOver() {
    advertise(60);
    h.advanceMs(60_000);
    h.takeSent();
    assertEquals(Status.UNREACHABLE, ask("www.example").status());
    advertise(60);
    advertise(0);
    assertEquals(Status.UNREACHABLE, ask("other.example").status());
  }
}
