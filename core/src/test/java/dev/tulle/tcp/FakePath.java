// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.buffer.ByteRing;
import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.ip.Endpoint;
import dev.tulle.ip.Path;
import dev.tulle.stack.Counters;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Status;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** A path between two numbers that keeps what is sent on it, for parts that need one. */
final class FakePath extends Path {
  static final int PAYLOAD = 1480;

  final Deque<byte[]> sent = new ArrayDeque<>();
  private final PacketPool pool;
  int local;
  int remote;
  int payload = PAYLOAD;

  FakePath(PacketPool pool) {
    this.pool = pool;
  }

  /** A connection on a path of its own, with rings of 4,096 octets. */
  static Connection connection(FakePath path, Counters counters) {
    return connection(path, new NewReno(), counters);
  }

  static Connection connection(FakePath path, LossRecovery loss, Counters counters) {
    TcpSocket socket =
        new TcpSocket(
            path, new ByteRing(4096), new ByteRing(4096), 4, loss, new Reno(10), counters);
    Connection c = socket.connection;
    c.clear();
    c.receiver.start(1460);
    return c;
  }

  static Connection connection() {
    return connection(new FakePath(null), new Counters());
  }

  @Override
  public int open(Endpoint to) {
    remote = to.address;
    return Status.OK;
  }

  @Override
  public void answer(Packet packet) {
    local = packet.destination;
    remote = packet.source;
  }

  @Override
  public void copy(Path other) {
    local = ((FakePath) other).local;
    remote = ((FakePath) other).remote;
  }

  @Override
  public boolean group() {
    return false;
  }

  @Override
  public boolean matches(Packet packet) {
    return packet.destination == local && packet.source == remote;
  }

  @Override
  public boolean same(Path other) {
    return local == ((FakePath) other).local && remote == ((FakePath) other).remote;
  }

  @Override
  public void addTo(KeyedHash hash) {
    hash.add((long) local << 32 | remote & 0xFFFF_FFFFL);
  }

  @Override
  public void addTo(KeyedHash hash, Packet packet) {
    hash.add((long) packet.destination << 32 | packet.source & 0xFFFF_FFFFL);
  }

  @Override
  public void addRemoteTo(KeyedHash hash) {
    hash.add(remote);
  }

  @Override
  public int payloadBytes() {
    return payload;
  }

  @Override
  public void keepTarget(Packet packet, byte[] to, int at) {}

  @Override
  public void keepReporter(Packet packet, byte[] to, int at) {}

  @Override
  public int timeToLive(Packet packet) {
    return 64;
  }

  @Override
  public boolean checksumOptional() {
    return false;
  }

  @Override
  public boolean broadcast() {
    return false;
  }

  @Override
  public int mostBytes() {
    return payload;
  }

  @Override
  public Packet take(int payload) {
    return pool.take();
  }

  @Override
  public int linkPayloadBytes() {
    return PAYLOAD;
  }

  @Override
  public boolean tooBig(int mtu, int tooLarge, long nowNs) {
    if (mtu - 20 >= tooLarge) {
      return false;
    }
    payload = Math.min(payload, mtu - 20);
    return true;
  }

  @Override
  public int pseudoHeaderSum(int protocol, int length) {
    return 0;
  }

  @Override
  public void output(Packet packet, int protocol, long nowNs) {
    sent.add(Arrays.copyOfRange(packet.bytes, packet.head, packet.end));
    pool.release(packet);
  }

  @Override
  public int addressBytes() {
    return 4;
  }

  @Override
  public void keepSource(Packet packet, byte[] to, int at) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void source(byte[] kept, int at, int port, Endpoint endpoint) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void remote(Endpoint endpoint) {
    endpoint.address = remote;
  }

  @Override
  public void local(Endpoint endpoint) {
    endpoint.address = local;
  }
}
