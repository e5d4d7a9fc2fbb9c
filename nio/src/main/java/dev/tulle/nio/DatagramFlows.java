// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Status;
import dev.tulle.udp.AnyDatagrams;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.util.Arrays;

/**
 * Datagrams for whichever address and port, of a stack that takes them all ({@link
 * Setup#anyAddress}): each tells where it came from and where it was to go.
 */
public final class DatagramFlows implements Pollable, AutoCloseable {
  /**
   * A datagram on its way.
   *
   * @param from who sent it; of one to be sent, in whose name
   */
  public record Datagram(InetSocketAddress from, InetSocketAddress to, byte[] data) {
    /** The answer to it: the other way. */
    public Datagram answer(byte[] data) {
      return new Datagram(to, from, data);
    }
  }

  private final Engine engine;
  private final AnyDatagrams datagrams;
  private final Watch watch = new Watch();
  private boolean closed;

  DatagramFlows(Engine engine, AnyDatagrams datagrams) throws IOException {
    this.engine = engine;
    this.datagrams = datagrams;
    engine.remember(this);
    engine.locked(
        () -> {
          engine.poll(this);
          return null;
        });
  }

  @Override
  public int ready() {
    return datagrams.readable() ? SelectionKey.OP_READ : 0;
  }

  @Override
  public Watch watch() {
    return watch;
  }

  /**
   * Waits for the next datagram.
   *
   * @throws AsynchronousCloseException where it was closed meanwhile
   */
  public Datagram receive() throws IOException {
    Endpoint from = new Endpoint();
    Endpoint to = new Endpoint();
    engine.lock.lock();
    try {
      if (closed) {
        throw new ClosedChannelException();
      }
      byte[] room = engine.scratch;
      int length = datagrams.receive(room, 0, room.length, from, to);
      while (length == Status.WOULD_BLOCK && !closed) {
        if (engine.down()) {
          throw new SocketException("Network is down");
        }
        watch.await(engine, Engine.NEVER);
        length = datagrams.receive(room, 0, room.length, from, to);
      }
      if (closed) {
        throw new AsynchronousCloseException();
      }
      return new Datagram(
          Addresses.of(from), Addresses.of(to), Arrays.copyOf(room, Math.max(length, 0)));
    } finally {
      engine.lock.unlock();
    }
  }

  /** Sends a datagram in the name of any address; what finds no way is lost. */
  public void send(Datagram datagram) throws IOException {
    Endpoint from = Addresses.endpoint(datagram.from());
    Endpoint to = Addresses.endpoint(datagram.to());
    engine.lock.lock();
    try {
      if (closed) {
        throw new ClosedChannelException();
      }
      byte[] data = datagram.data();
      int status = datagrams.send(data, 0, data.length, from, to, engine.nowNs());
      if (status == Status.TOO_LARGE) {
        throw new SocketException("Message too long");
      }
      if (status == Status.INVALID) {
        throw new IllegalArgumentException("both addresses are of the same family");
      }
      engine.used();
    } finally {
      engine.lock.unlock();
    }
  }

  @Override
  public void close() {
    engine.forget(this);
    engine.lock.lock();
    try {
      if (!closed) {
        closed = true;
        engine.pollNoMore(this);
        watch.fire();
      }
    } finally {
      engine.lock.unlock();
    }
  }
}
