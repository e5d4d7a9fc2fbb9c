// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.bench;

import dev.tulle.buffer.BlockPool;
import dev.tulle.buffer.Packet;
import dev.tulle.profile.Client;
import dev.tulle.profile.Host;
import dev.tulle.stack.Counter;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpMemory;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.FixedEntropy;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.TcpSegment;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Checksum;

/**
 * A host with many connections, and the peer of all of them at its link.
 *
 * <p>One frame serves for all: ports, numbers and checksum are written into it anew. What the peer
 * remembers of a connection lies side by side, so that it costs one cache miss and not more.
 */
final class BenchCrowd extends BenchLink {
  private static final int BLOCK_BYTES = 4096;
  private static final int BUFFER_BYTES = 64 * 1024;

  /** Peer's ports from the first one on; then the next port of the host is taken. */
  private static final int PEER_PORTS = 50_000;

  private static final int FIRST_PEER_PORT = 10_000;
  private static final int FIRST_PORT = 1000;

  /**
   * So little for each poll that a hundred thousand connections have their second segment before an
   * ACK is late: each segment is the same work, however many connections there are.
   */
  private static final long POLL_NS = 10;

  private static final int COMPILING = 200_000;

  private final Host host;
  private final TcpSocket[] sockets;

  /** For each connection the next sequence number and what is acknowledged. */
  private final int[] numbers;

  private final byte[] frame;
  private final int sum;
  private final int octets;
  private int lastSequence;
  private int sent;
  private long nowNs = 1;

  /**
   * @param octets of data in each segment
   */
  BenchCrowd(int connections, int octets) {
    this.octets = octets;
    sockets = new TcpSocket[connections];
    numbers = new int[2 * connections];
    // So many that nobody's window shrinks; of these a few are made, as each is read at once.
    BlockPool blocks = new BlockPool(BLOCK_BYTES, connections * (BUFFER_BYTES / BLOCK_BYTES));
    TcpMemory memory = new TcpMemory(blocks, connections, BUFFER_BYTES, BUFFER_BYTES, 64);
    host = Client.host(this, BenchPeer.HOST_MAC, new FixedEntropy(1), connections, memory);
    host.address(BenchPeer.HOST, 0xFFFFFF00, 0);
    give(
        Frames.ethernet(BenchPeer.PEER_MAC, BenchPeer.HOST_MAC)
            .arp(Frames.arpRequest(BenchPeer.PEER_MAC, BenchPeer.PEER, BenchPeer.HOST))
            .build());
    frame = empty(BenchPeer.frame(TcpSegment.ACK, 0, 0, octets));
    sum = BenchPeer.sumWithout(frame);
    byte[] syn = empty(BenchPeer.frame(TcpSegment.SYN, BenchPeer.ISS, 0, 0));
    byte[] ack = empty(BenchPeer.frame(TcpSegment.ACK, BenchPeer.ISS + 1, 0, 0));
    int synSum = BenchPeer.sumWithout(syn);
    int ackSum = BenchPeer.sumWithout(ack);
    Listener listener = null;
    for (int i = 0; i < connections; i++) {
      if (i % PEER_PORTS == 0) {
        listener = host.tcp.listen(FIRST_PORT + i / PEER_PORTS, 4);
      }
      arrive(syn, synSum, i, BenchPeer.ISS, 0);
      numbers[2 * i] = BenchPeer.ISS + 1;
      numbers[2 * i + 1] = lastSequence + 1;
      arrive(ack, ackSum, i, numbers[2 * i], numbers[2 * i + 1]);
      sockets[i] = listener.accept();
      if (i == 0) {
        compile();
      }
    }
    sent = 0;
  }

  /**
   * Has the data path compiled for data, before very many handshakes have the compiler believe that
   * segments are short.
   */
  private void compile() {
    byte[] buffer = new byte[octets];
    for (int i = 0; i < COMPILING; i++) {
      receive(0, buffer);
    }
  }

  /** The frame without ports and numbers, and with the checksum of what is left. */
  private static byte[] empty(byte[] frame) {
    long all = ~Bytes.u16(frame, BenchPeer.TCP + 16) & 0xFFFF;
    for (int at = BenchPeer.TCP; at < BenchPeer.TCP + 12; at += 2) {
      all += ~Bytes.u16(frame, at) & 0xFFFF;
      Bytes.put16(frame, at, 0);
    }
    Bytes.put16(frame, BenchPeer.TCP + 16, ~Checksum.fold(all) & 0xFFFF);
    return frame;
  }

  /** The next data segment of a connection arrives, and the application reads it. */
  int receive(int connection, byte[] buffer) {
    int sequence = numbers[2 * connection];
    numbers[2 * connection] = sequence + octets;
    arrive(frame, sum, connection, sequence, numbers[2 * connection + 1]);
    int read = sockets[connection].read(buffer, 0, buffer.length);
    if (read != octets) {
      throw new IllegalStateException("read " + read + " from connection " + connection);
    }
    return read;
  }

  private void arrive(byte[] frame, int sum, int connection, int sequence, int acknowledgment) {
    int from = FIRST_PEER_PORT + connection % PEER_PORTS;
    int to = FIRST_PORT + connection / PEER_PORTS;
    Bytes.put16(frame, BenchPeer.TCP, from);
    Bytes.put16(frame, BenchPeer.TCP + 2, to);
    Bytes.put32(frame, BenchPeer.TCP + 4, sequence);
    Bytes.put32(frame, BenchPeer.TCP + 8, acknowledgment);
    long all = (long) sum + from + to + (sequence >>> 16) + (sequence & 0xFFFF);
    all += (acknowledgment >>> 16) + (acknowledgment & 0xFFFF);
    Bytes.put16(frame, BenchPeer.TCP + 16, ~Checksum.fold(all) & 0xFFFF);
    give(frame);
  }

  private void give(byte[] frame) {
    arriving(frame);
    nowNs += POLL_NS;
    host.stack.poll(nowNs);
  }

  /** Frames that the host has sent since all connections are established. */
  int sent() {
    return sent;
  }

  /** What went wrong inside the host. */
  long errors() {
    return host.counters.value(Counter.STACK_INTERNAL_ERROR);
  }

  @Override
  public int send(Packet packet, long nowNs) {
    sent++;
    if (packet.end - packet.head >= BenchPeer.TCP + 20) {
      lastSequence = Bytes.i32(packet.bytes, packet.head + BenchPeer.TCP + 4);
    }
    return 0;
  }
}
