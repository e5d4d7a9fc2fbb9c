// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.bench;

import dev.tulle.buffer.Packet;
import dev.tulle.profile.Client;
import dev.tulle.profile.Host;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.FixedEntropy;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpSegment;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;
import java.util.Arrays;

/**
 * A host with one connection, and the peer at its link: frames made beforehand, of which only the
 * numbers and the checksum change, so that the peer costs next to nothing.
 */
final class BenchPeer extends BenchLink {
  static final int DATA = 1460;

  static final long HOST_MAC = 0x020000000001L;
  static final long PEER_MAC = 0x020000000002L;
  static final int HOST = 0x0A090002;
  static final int PEER = 0x0A090001;
  private static final int PORT = 7;
  static final int ISS = 1000;
  static final int TCP = 34;

  final Host host;
  final TcpSocket socket;

  /** Frames that the host has sent. */
  int sent;

  private final byte[] data;
  private final byte[] acknowledgement;
  private final int dataSum;
  private final int acknowledgementSum;
  private byte[] lastSent;
  private boolean recording = true;
  private int sequence = ISS + 1;
  private int acknowledged;
  private long nowNs = 1;

  BenchPeer() {
    host = Client.host(this, HOST_MAC, new FixedEntropy(1), 4, 256 * 1024);
    host.address(HOST, 0xFFFFFF00, 0);
    Listener listener = host.tcp.listen(PORT, 4);
    give(Frames.ethernet(PEER_MAC, HOST_MAC).arp(Frames.arpRequest(PEER_MAC, PEER, HOST)).build());
    give(frame(TcpSegment.SYN, ISS, 0, 0));
    int hostIss = new SeenFrame(lastSent, nowNs).sequence();
    acknowledged = hostIss + 1;
    give(frame(TcpSegment.ACK, ISS + 1, hostIss + 1, 0));
    socket = listener.accept();
    data = frame(TcpSegment.ACK, 0, hostIss + 1, DATA);
    acknowledgement = frame(TcpSegment.ACK, ISS + 1, 0, 0);
    dataSum = sumWithout(data);
    acknowledgementSum = sumWithout(acknowledgement);
    recording = false;
  }

  /** RFC 9293 3.2: without this option a peer takes 536. */
  private static final byte[] MSS = {2, 4, DATA >> 8, (byte) DATA};

  static byte[] frame(int flags, int sequence, int acknowledgment, int length) {
    return Frames.ethernet(PEER_MAC, HOST_MAC)
        .ipv4(
            Frames.ipv4(PEER, HOST)
                .tcp(
                    Frames.tcp(40_000, PORT)
                        .flags(flags)
                        .sequence(sequence)
                        .acknowledgment(acknowledgment)
                        .window(65_535)
                        .options(flags == TcpSegment.SYN ? MSS : new byte[0])
                        .data(0, length)))
        .build();
  }

  /** What the frame's checksum says without the changing number, which is zero in it. */
  static int sumWithout(byte[] frame) {
    return ~Bytes.u16(frame, TCP + 16) & 0xFFFF;
  }

  /** The next data segment arrives. */
  void data() {
    number(data, TCP + 4, sequence, dataSum);
    sequence += DATA;
    give(data);
  }

  /** One more segment of the host is acknowledged. */
  void acknowledge() {
    acknowledged += DATA;
    number(acknowledgement, TCP + 8, acknowledged, acknowledgementSum);
    give(acknowledgement);
  }

  private static void number(byte[] frame, int at, int number, int sum) {
    Bytes.put32(frame, at, number);
    long all = (long) sum + (number >>> 16) + (number & 0xFFFF);
    Bytes.put16(frame, TCP + 16, ~Checksum.fold(all) & 0xFFFF);
  }

  /** Time passes, and the stack takes in what is there. */
  void poll() {
    nowNs += 1000;
    host.stack.poll(nowNs);
  }

  private void give(byte[] frame) {
    arriving(frame);
    poll();
  }

  @Override
  public int send(Packet packet, long nowNs) {
    sent++;
    if (recording) {
      lastSent = Arrays.copyOfRange(packet.bytes, packet.head, packet.end);
    }
    return 0;
  }
}
