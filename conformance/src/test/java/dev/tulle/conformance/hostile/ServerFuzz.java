// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.PEER;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.tulle.conformance.layers.DnsServer;
import dev.tulle.profile.Client;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.LiveProbe;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import java.util.Arrays;
import java.util.List;

/**
 * Answers of servers as a fuzzer thinks of them: to questions about names and for an address, with
 * the numbers that the host waits for, so that what is behind them is looked at.
 */
final class ServerFuzz {
  private static final int MOST_ANSWERS = 24;
  private static final int DHCP_FIXED = 240;

  private final FuzzedDataProvider data;

  private ServerFuzz(FuzzedDataProvider data) {
    this.data = data;
  }

  static void run(FuzzedDataProvider data) {
    if (data.consumeBoolean()) {
      new ServerFuzz(data).names();
    } else {
      new ServerFuzz(data).address();
    }
  }

  private void names() {
    HostHarness h = new HostHarness(DnsServer::host);
    LiveProbe probe = new LiveProbe(h);
    h.host.nameServers.add(PEER);
    byte[] name = {'a', '.', 'b', '.', 'c', 'o', 'm'};
    for (int n = 0; n < MOST_ANSWERS && data.remainingBytes() > 0; n++) {
      var question = h.host.resolver.ask(name, 0, name.length, data.consumeBoolean() ? 1 : 28);
      h.poll();
      SeenFrame query = query(h.takeSent());
      if (query != null) {
        byte[] asked = query.data();
        byte[] octets = data.consumeBytes(data.consumeInt(0, 480));
        byte[] message = octets;
        if (data.consumeInt(0, 7) > 0) {
          // The header's flags and counts, the question as it was, then whatever follows.
          byte[] counts = Arrays.copyOf(data.consumeBytes(8), 8);
          counts[0] = 0;
          counts[1] = 1;
          byte[] flags = Octets.of(0x81, 0x80 | data.consumeInt(0, 5));
          message =
              Octets.concat(flags, counts, Arrays.copyOfRange(asked, 12, asked.length), octets);
        }
        message = Octets.concat(Octets.of(asked[0], asked[1]), message);
        h.inject(
            h.fromPeer(
                Frames.ipv4(PEER, HOST).udp(Frames.udp(53, query.sourcePort()).data(message))));
        h.expectNoInternalError();
      }
      if (question != null) {
        question.close();
      }
      h.advanceMs(data.consumeInt(0, 2000));
    }
    well(h, probe);
  }

  private static SeenFrame query(List<SeenFrame> frames) {
    for (SeenFrame f : frames) {
      if (f.isUdp() && f.destinationPort() == 53) {
        return f;
      }
    }
    return null;
  }

  private void address() {
    HostHarness h = new HostHarness((l, m, e) -> Client.host(l, m, e, 4, 8192));
    LiveProbe probe = new LiveProbe(h);
    h.host.address(0, 0, 0);
    h.host.dhcp.start(h.nowNs());
    h.advanceMs(100);
    byte[] heard = null;
    for (int n = 0; n < MOST_ANSWERS && data.remainingBytes() > 0; n++) {
      for (SeenFrame f : h.takeSent()) {
        heard = f.isUdp() && f.destinationPort() == 67 ? f.data() : heard;
      }
      if (heard != null) {
        byte[] fixed = Arrays.copyOf(heard, DHCP_FIXED);
        fixed[0] = 2;
        Octets.put32(fixed, 16, HOST);
        byte[] type = Octets.of(53, 1, data.consumeInt(1, 7), 54, 4, 10, 9, 0, 1);
        byte[] lease = Octets.of(51, 4, 0, 0, data.consumeByte(), data.consumeByte());
        byte[] options = data.consumeBytes(data.consumeInt(0, 300));
        byte[] message = Octets.concat(fixed, type, lease, options);
        if (data.consumeInt(0, 7) == 0) {
          message[data.consumeInt(0, message.length - 1)] = data.consumeByte();
        }
        h.inject(
            Frames.ethernet(HostHarness.PEER_MAC, Frames.BROADCAST)
                .ipv4(Frames.ipv4(PEER, -1).udp(Frames.udp(67, 68).data(message)))
                .build());
        h.expectNoInternalError();
      }
      h.advanceMs(data.consumeInt(0, 5000));
    }
    h.host.dhcp.release(h.nowNs());
    h.advanceMs(100);
    h.host.address(HOST, HostHarness.MASK, PEER);
    well(h, probe);
  }

  private static void well(HostHarness h, LiveProbe probe) {
    h.takeSent();
    probe.ping();
    probe.echo();
    h.expectNoInternalError();
  }
}
