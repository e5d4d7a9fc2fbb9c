// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Status;
import dev.tulle.udp.UdpSocket;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;

/**
 * What a {@link UdpChannel} knows of its socket, and its calls once they have the engine's lock.
 */
final class UdpEnd {
  final Watch watch = new Watch();
  final DatagramOptions options = new DatagramOptions();
  final Memberships memberships;
  private final UdpChannel channel;
  private final Engine engine;
  private final Ports ports;
  private final Endpoint end = new Endpoint();

  /** Null before it is bound and once the channel is closed. */
  private UdpSocket socket;

  InetSocketAddress local;
  InetSocketAddress remote;

  /** What it was bound to before it was connected. */
  private InetAddress bound;

  /** Whether the channel is for IPv4 alone. */
  final boolean four;

  UdpEnd(UdpChannel channel, Engine engine, Ports ports, boolean four) {
    this.four = four;
    this.channel = channel;
    this.engine = engine;
    this.ports = ports;
    memberships = new Memberships(channel);
  }

  boolean readable() {
    return socket != null && socket.readable();
  }

  void bind(SocketAddress address) throws IOException {
    if (local != null) {
      throw new AlreadyBoundException();
    }
    InetSocketAddress wanted = ports.ours(address, four);
    socket = ports.datagrams(wanted.getPort());
    bound = wanted.getAddress();
    local = new InetSocketAddress(bound, socket.port());
    options.apply(socket);
    memberships.apply(socket);
    engine.used();
    engine.poll(channel);
  }

  private void ensureBound() throws IOException {
    if (local == null) {
      bind(null);
    }
  }

  void connect(SocketAddress address) throws IOException {
    InetSocketAddress to = Addresses.target(Addresses.check(address, four));
    if (remote != null) {
      throw new AlreadyConnectedException();
    }
    ensurePort(to);
    ensureBound();
    int status = socket.connect(Addresses.endpoint(to));
    if (status < 0) {
      throw Failures.transfer(status);
    }
    remote = to;
    if (to.getAddress() instanceof Inet4Address && bound.isAnyLocalAddress()) {
      boolean here = to.getAddress().isLoopbackAddress();
      end.set(here ? Names.LOCALHOST : engine.host.port.address, local.getPort());
      local = Addresses.of(end); // as Linux: who talks to one peer has the address for that
    }
  }

  void disconnect() {
    if (remote != null && socket != null) {
      socket.disconnect();
      remote = null;
      local = new InetSocketAddress(bound, local.getPort());
    }
  }

  /** Changes what holds for the socket; it may have to tell the network. */
  void changed() {
    if (socket != null) {
      options.apply(socket);
      engine.used();
    }
  }

  /** Takes a datagram, and fills in where it is from; octets, or -1 where none came. */
  long take(
      ByteBuffer[] to,
      int at,
      int count,
      InetSocketAddress[] from,
      long deadlineNs,
      boolean blocking)
      throws IOException {
    if (channel.isOpen()) {
      ensureBound();
    }
    while (socket != null) {
      int n = socket.receive(engine.scratch, 0, engine.scratch.length, end);
      if (n >= 0 && !wanted()) {
        continue;
      }
      if (n >= 0) {
        from[0] = Addresses.of(end);
        return spread(n, to, at, count);
      }
      if (n != Status.WOULD_BLOCK) {
        if (remote != null) {
          throw Failures.transfer(n);
        }
        continue; // as Linux: errors are told to connected sockets alone
      }
      if (engine.down()) {
        throw Failures.transfer(Status.LINK_DOWN);
      }
      if (!blocking) {
        return -1;
      }
      if (!engine.before(deadlineNs)) {
        throw new SocketTimeoutException("Receive timed out");
      }
      watch.await(engine, deadlineNs);
    }
    return -1;
  }

  /** Whether the datagram that was read last came to the address that this is bound to. */
  private boolean wanted() {
    return bound.isAnyLocalAddress() || bound.equals(Addresses.address(socket.options.arrivedAt));
  }

  /** Copies what fits into the buffers; the rest is lost, as datagrams have it. */
  private long spread(int length, ByteBuffer[] to, int at, int count) {
    int done = 0;
    for (int i = at; i < at + count && done < length; i++) {
      int piece = Math.min(length - done, to[i].remaining());
      to[i].put(engine.scratch, done, piece);
      done += piece;
    }
    return done;
  }

  private static void ensurePort(InetSocketAddress to) throws SocketException {
    if (to.getPort() == 0) {
      throw new SocketException("Invalid argument: port 0");
    }
  }

  /** Sends to an address; to a connected channel's, there alone. */
  int send(ByteBuffer from, SocketAddress address) throws IOException {
    InetSocketAddress to = Addresses.target(Addresses.check(address, four));
    if (remote != null && !remote.equals(to)) {
      throw new AlreadyConnectedException();
    }
    ensurePort(to);
    ensureBound();
    return (int) put(new ByteBuffer[] {from}, 0, 1, remote != null ? null : to);
  }

  /**
   * Sends one datagram made of all buffers; never waits, since the stack keeps none back.
   *
   * @param to null for where it is connected to
   */
  long put(ByteBuffer[] from, int at, int count, InetSocketAddress to) throws IOException {
    if (Octets.remaining(from, at, count) > engine.scratch.length) {
      throw Failures.transfer(Status.TOO_LARGE);
    }
    int length = 0;
    for (int i = at; i < at + count; i++) {
      int piece = from[i].remaining();
      from[i].get(from[i].position(), engine.scratch, length, piece);
      length += piece;
    }
    int status = options.leaves(socket, to == null ? remote : to) ? hand(length, to) : Status.OK;
    engine.used();
    if (status == Status.BAD_STATE) {
      throw new SocketException("Permission denied (SO_BROADCAST is not set)");
    }
    if (status < 0 && status != Status.NO_RESOURCES) {
      throw Failures.transfer(status);
    }
    for (int i = at; i < at + count; i++) {
      from[i].position(from[i].limit());
    }
    return length; // without room for it, the datagram is lost as on the way
  }

  private int hand(int length, InetSocketAddress to) {
    if (to != null) {
      end.set(Addresses.endpoint(to));
    }
    Endpoint where = to == null ? null : end;
    int status = socket.send(engine.scratch, 0, length, where, engine.nowNs());
    if (status < 0 && to != null && status != Status.TOO_LARGE && status != Status.UNREACHABLE) {
      // What an earlier datagram met is told first, once; it is connected sockets' to hear.
      status = socket.send(engine.scratch, 0, length, where, engine.nowNs());
    }
    return status;
  }

  void close() {
    memberships.end();
    if (socket != null) {
      socket.close();
      socket = null;
      engine.used(); // groups are left
      engine.pollNoMore(channel);
    }
    watch.fire();
  }
}
