// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import static dev.tulle.testkit.HostHarness.HOST;
import static dev.tulle.testkit.HostHarness.HOST_MAC;
import static dev.tulle.testkit.HostHarness.PEER;
import static dev.tulle.testkit.HostHarness.PEER_MAC;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.tulle.profile.Client;
import dev.tulle.profile.Full;
import dev.tulle.profile.Minimal;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.LiveProbe;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.Segment;
import dev.tulle.testkit.TcpHarness;
import dev.tulle.testkit.TcpPeer;
import dev.tulle.testkit.TcpSegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A host that listens, opens, is connected and closes, and whatever frames a fuzzer thinks of.
 *
 * <p>Most are segments of a connection: numbers count from where it is, checksums are right, so
 * that the fuzzer need not guess its way in. Others are octets behind headers that are in order, or
 * on their own.
 */
final class InputFuzz {
  private static final int MOST_STEPS = 48;
  private static final int MOST_OCTETS = 1500;
  private static final int BUFFER = 16 * 1024;
  private static final int CONNECTIONS = 5;

  private static final Assembly[] PROFILES = {
    (link, mac, entropy) -> Client.host(link, mac, entropy, CONNECTIONS, BUFFER),
    (link, mac, entropy) -> Full.host(link, mac, entropy, CONNECTIONS, BUFFER),
    Minimal::host,
  };

  /** Options that both sides agree on where they have them: MSS, SACK, timestamps, scale. */
  private static final byte[] ALL_OPTIONS =
      Octets.of(2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 2);

  private final FuzzedDataProvider data;
  private final HostHarness net;
  private final TcpHarness h;
  private final LiveProbe probe;
  private final int packets;

  /** Null where the host has no IPv6. */
  private final SixFuzz six;

  private final List<TcpPeer> peers = new ArrayList<>();
  private final List<TcpSocket> sockets = new ArrayList<>();
  private final byte[] buffer = new byte[BUFFER];

  private InputFuzz(FuzzedDataProvider data) {
    this.data = data;
    net = new HostHarness(PROFILES[data.consumeInt(0, PROFILES.length - 1)]);
    packets = net.host.pool.available();
    probe = new LiveProbe(net);
    h = new TcpHarness(net);
    h.listen(80, 3);
    net.host.udp.bind(5000);
    connected();
    boolean six = net.host.ipv6Port != null;
    if (six) {
      net.six();
      net.host.ipv6Port.start(net.nowNs());
      connected6();
    }
    this.six = six ? new SixFuzz(data, net) : null;
    h.connect(4000);
    h.peer.iss = data.consumeInt();
    h.takeSent();
    peers.add(h.peer);
    sockets.add(h.socket);
  }

  private void connected() {
    peers.add(h.newPeer(data.consumeInt()));
    h.inject(data.consumeBoolean() ? Segment.syn().options(ALL_OPTIONS) : Segment.syn().mss(1460));
    h.takeSent();
    h.inject(stamped(Segment.ack(0)));
    accept();
  }

  private void connected6() {
    peers.add(h.newPeer6(data.consumeInt()));
    h.inject(Segment.syn().options(ALL_OPTIONS));
    h.takeSent();
    h.inject(stamped(Segment.ack(0)));
    accept();
  }

  private void accept() {
    TcpSocket socket = h.listener.accept();
    if (socket != null) {
      sockets.add(socket);
    }
  }

  static void run(FuzzedDataProvider data) {
    InputFuzz fuzz = new InputFuzz(data);
    for (int n = 0; n < MOST_STEPS && data.remainingBytes() > 0; n++) {
      fuzz.step();
      fuzz.net.expectNoInternalError();
    }
    fuzz.finish();
  }

  private void step() {
    switch (data.consumeInt(0, six == null ? 15 : 21)) {
      case 0 -> frame(data.consumeBytes(data.consumeInt(0, MOST_OCTETS)));
      case 1 -> frame(behindEthernet(data.consumeBoolean() ? 0x0800 : 0x0806));
      case 2 -> frame(datagram(data.consumeBoolean() ? 1 : 17));
      case 3 -> frame(datagram(6));
      case 4 -> error();
      case 5 -> net.advanceMs(data.consumeInt(0, 3000));
      case 6 -> net.advanceMs(data.consumeInt(0, 100_000));
      case 7, 8 -> application();
      case 9 -> {
        h.use(h.newPeer(data.consumeInt()));
        peers.add(h.peer);
        segment(TcpSegment.SYN);
        accept();
      }
      case 10, 11 -> segment(data.consumeInt(0, 255));
      case 16, 17 -> net.inject(six.anything());
      case 18, 19 -> net.inject(six.discovery());
      case 20 -> net.inject(six.listener());
      case 21 -> net.inject(six.groups());
      default -> segment(TcpSegment.ACK);
    }
    h.takeSent();
  }

  /** A segment of one of the connections, numbers near where it is, anything else as it comes. */
  private void segment(int flags) {
    h.use(data.pickValue(peers));
    TcpPeer peer = h.peer;
    boolean syn = (flags & TcpSegment.SYN) != 0;
    Segment s = Segment.segment(flags);
    s.sequence(syn && data.consumeBoolean() ? -1 : peer.next() + near());
    s.acknowledges(peer.seen() + near());
    s.window(data.consumeBoolean() ? 65_535 : data.consumeInt(0, 65_535));
    if ((flags & TcpSegment.URG) != 0) {
      s.urgent(data.consumeInt(0, 65_535));
    }
    if (data.consumeBoolean()) {
      s.carrying(Math.max(0, peer.next()), data.consumeInt(0, 1400));
    }
    switch (data.consumeInt(0, 3)) {
      case 0 -> s.options(padded(data.consumeBytes(data.consumeInt(0, 40))));
      case 1 -> s.options(blocks());
      default -> stamped(s);
    }
    byte[] frame = h.frame(s);
    if (data.consumeInt(0, 7) == 0) {
      frame[data.consumeInt(0, frame.length - 1)] = data.consumeByte();
      RepairedFramesTest.repair(frame);
    }
    net.inject(frame);
    accept();
  }

  private int near() {
    return switch (data.consumeInt(0, 4)) {
      case 0 -> data.consumeInt(-3000, 3000);
      case 1 -> data.consumeInt();
      case 2 -> data.consumeInt(-1, 1);
      default -> 0;
    };
  }

  /** With a timestamp that may be the next. */
  private Segment stamped(Segment s) {
    byte[] option = Octets.of(1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0);
    Octets.put32(option, 4, (int) (net.nowNs() / 1_000_000));
    return s.options(option);
  }

  /** Selective acknowledgements of what is in flight, or of anything. */
  private byte[] blocks() {
    int count = data.consumeInt(1, 4);
    byte[] option = new byte[4 + 8 * count];
    option[0] = 1;
    option[1] = 1;
    option[2] = 5;
    option[3] = (byte) (2 + 8 * count);
    for (int i = 0; i < count; i++) {
      int left = (int) (h.peer.hostIss() + 1 + h.peer.seen()) - data.consumeInt(0, 20_000);
      Octets.put32(option, 4 + 8 * i, left);
      Octets.put32(option, 8 + 8 * i, left + (data.consumeBoolean() ? 1460 : near()));
    }
    return option;
  }

  private static byte[] padded(byte[] options) {
    return java.util.Arrays.copyOf(options, (options.length + 3) / 4 * 4);
  }

  /** An ICMP error about a segment of a connection. */
  private void error() {
    h.use(data.pickValue(peers));
    TcpPeer peer = h.peer;
    TcpSegment about =
        Frames.tcp(peer.hostPort, peer.port)
            .sequence((int) (peer.hostIss() + 1 + peer.seen()) + near())
            .flags(TcpSegment.ACK);
    int type = data.pickValue(new int[] {3, 3, 3, 4, 5, 11, 12});
    byte[] quote = Frames.ipv4(HOST, PEER).tcp(about).build();
    int rest = data.consumeBoolean() ? data.consumeInt(0, 65_535) : data.consumeInt();
    frame(
        Frames.ethernet(PEER_MAC, HOST_MAC)
            .ipv4(
                Frames.ipv4(PEER, HOST)
                    .icmp(Frames.icmp(type, data.consumeInt(0, 15)).rest(rest).data(quote)))
            .build());
  }

  private void application() {
    if (sockets.isEmpty()) {
      return;
    }
    int index = data.consumeInt(0, sockets.size() - 1);
    TcpSocket socket = sockets.get(index);
    switch (data.consumeInt(0, 7)) {
      case 0, 1 -> socket.write(buffer, 0, data.consumeInt(1, BUFFER));
      case 2, 3 -> socket.read(buffer, 0, data.consumeInt(1, BUFFER));
      case 4 -> socket.shutdownWrite();
      case 5 -> socket.shutdownRead();
      case 6 -> {
        socket.close();
        sockets.remove(index);
      }
      default -> {
        socket.noDelay(data.consumeBoolean());
        socket.cork(data.consumeBoolean());
      }
    }
    net.poll();
  }

  private void frame(byte[] frame) {
    RepairedFramesTest.repair(frame);
    net.inject(frame);
  }

  private byte[] behindEthernet(int type) {
    byte[] octets = data.consumeBytes(data.consumeInt(0, MOST_OCTETS));
    return Frames.ethernet(PEER_MAC, HOST_MAC).type(type).payload(octets).build();
  }

  private byte[] datagram(int protocol) {
    byte[] octets = data.consumeBytes(data.consumeInt(0, MOST_OCTETS - 20));
    return Frames.ethernet(PEER_MAC, HOST_MAC)
        .ipv4(Frames.ipv4(PEER, HOST).payload(protocol, octets))
        .build();
  }

  private void finish() {
    probe.ping();
    for (TcpSocket socket : sockets) {
      socket.abort();
    }
    h.listener.close();
    probe.close();
    probe.levels(packets, 0);
    net.expectNoInternalError();
  }
}
