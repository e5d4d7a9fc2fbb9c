// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.SelectionKey;

/**
 * What a {@link TcpChannel} knows of its connection, and its calls once they have the engine's
 * lock. States only grow.
 */
final class TcpEnd {
  private static final int UNCONNECTED = 0;
  private static final int PENDING = 1;
  private static final int CONNECTED = 2;

  final Watch watch = new Watch();
  private final TcpChannel channel;
  private final Engine engine;
  private final Ports ports;
  private int state;

  /** Null before there is a connection and once the channel is closed. */
  TcpSocket socket;

  boolean inputShut;
  boolean outputShut;
  InetSocketAddress local;
  private InetSocketAddress remote;
  private TcpOptions options;
  private int boundPort;

  /** Whether the channel is for IPv4 alone. */
  private final boolean four;

  TcpEnd(TcpChannel channel, Engine engine, Ports ports, boolean four) {
    this.four = four;
    this.channel = channel;
    this.engine = engine;
    this.ports = ports;
  }

  /** Takes over a connection that was accepted. */
  void accepted(TcpSocket s) {
    own(s);
    state = CONNECTED;
    Endpoint end = new Endpoint();
    socket.remote(end);
    remote = Addresses.of(end);
  }

  private void own(TcpSocket s) {
    socket = s;
    socket.attachment = channel;
    Endpoint end = new Endpoint();
    socket.local(end);
    local = Addresses.of(end);
  }

  boolean pending() {
    return state == PENDING && socket != null;
  }

  boolean connected() {
    return state == CONNECTED;
  }

  boolean begun() {
    return state != UNCONNECTED;
  }

  InetSocketAddress remote() {
    return state == CONNECTED ? remote : null;
  }

  TcpOptions options() {
    if (options == null) {
      options = new TcpOptions(ports.bufferBytes());
    }
    return options;
  }

  /** What can be done now without waiting. */
  int ready() {
    if (socket == null) {
      return 0;
    }
    int status = socket.status();
    if (state == PENDING) {
      return status == Status.WOULD_BLOCK ? 0 : SelectionKey.OP_CONNECT;
    }
    boolean over = status != Status.OK;
    boolean readable = over || inputShut || socket.readable() > 0 || socket.finishing();
    boolean writable = over || outputShut || socket.writable() > 0;
    return (readable ? SelectionKey.OP_READ : 0) | (writable ? SelectionKey.OP_WRITE : 0);
  }

  void bind(SocketAddress address) throws IOException {
    if (state == PENDING) {
      throw new ConnectionPendingException();
    }
    if (local != null) {
      throw new AlreadyBoundException();
    }
    InetSocketAddress wanted = ports.ours(address, four);
    boundPort = ports.reserve(wanted.getPort(), options != null && options.reuse());
    local = new InetSocketAddress(wanted.getAddress(), boundPort);
  }

  /** Begins to connect. */
  void open(SocketAddress address) throws IOException {
    InetSocketAddress to = Addresses.check(address, four);
    if (state == CONNECTED) {
      throw new AlreadyConnectedException();
    }
    if (state == PENDING) {
      throw new ConnectionPendingException();
    }
    state = PENDING;
    remote = Addresses.target(to);
    own(ports.connect(to, boundPort));
    if (options != null) {
      options.apply(socket);
    }
    engine.used();
  }

  /** Waits until the connection is open or the channel closed; whether it is open. */
  boolean awaitOpen(long deadlineNs) throws IOException {
    while (socket != null && socket.status() == Status.WOULD_BLOCK) {
      if (!engine.before(deadlineNs)) {
        throw new SocketTimeoutException("Connect timed out");
      }
      watch.await(engine, deadlineNs);
    }
    return opened();
  }

  /** Whether the connection is open; throws where it will not be. */
  boolean opened() throws IOException {
    int status = socket == null ? Status.WOULD_BLOCK : socket.status();
    if (status == Status.WOULD_BLOCK) {
      return false;
    }
    if (status != Status.OK && status != Status.CLOSED) {
      throw Failures.connect(status);
    }
    state = CONNECTED;
    return true;
  }

  /** Reads; octets, 0 where there are none now or the channel was closed, -1 at the end. */
  long take(ByteBuffer[] to, int at, int count, long deadlineNs, boolean blocking)
      throws IOException {
    long room = Octets.room(to, at, count);
    while (socket != null) {
      if (inputShut) {
        return -1;
      }
      long n = room == 0 ? 0 : Octets.read(socket, to, at, count, engine.scratch);
      if (n >= 0) {
        engine.used();
        return n;
      }
      if (n == Status.CLOSED) {
        return -1;
      }
      if (n != Status.WOULD_BLOCK) {
        throw Failures.transfer((int) n);
      }
      if (!blocking) {
        return 0;
      }
      if (!engine.before(deadlineNs)) {
        throw new SocketTimeoutException("Read timed out");
      }
      watch.await(engine, deadlineNs);
    }
    return 0;
  }

  /** Writes all where it may wait, else what there is room for; octets. */
  long put(ByteBuffer[] from, int at, int count, boolean blocking) throws IOException {
    long left = Octets.remaining(from, at, count);
    long written = 0;
    while (left > written && socket != null && !outputShut) {
      long n = Octets.write(socket, from, at, count, engine.scratch);
      if (n > 0) {
        written += n;
        engine.used(); // what goes out may make room
      } else if (n == Status.WOULD_BLOCK && blocking) {
        watch.await(engine, Engine.NEVER);
      } else if (n != Status.WOULD_BLOCK && written == 0) {
        throw Failures.transfer((int) n);
      } else {
        break; // what went wrong the next call tells
      }
    }
    return written;
  }

  void shut(boolean input) {
    if (input) {
      inputShut = true;
      socket.shutdownRead();
    } else if (!outputShut) {
      outputShut = true;
      socket.shutdownWrite();
    }
    watch.fire();
    engine.used();
  }

  void close() {
    if (socket != null) {
      socket.close();
      socket = null;
    }
    if (boundPort != 0) {
      ports.release(boundPort);
      boundPort = 0;
    }
    watch.fire();
    engine.used();
  }
}
