// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.ip.Endpoint;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.udp.UdpSocket;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/** Addresses and ports of a stack as its channels ask for them; under the engine's lock. */
final class Ports {
  // As Linux's; RFC 6056 3.2 would have all from 1024 up, where servers are that start later.
  private static final int FIRST = 32_768;
  private static final int COUNT = 28_232;
  private static final int MOST = 0xFFFF;

  private final Engine engine;
  private final int bufferBytes;
  private final SplittableRandom random;

  /** What channels are bound to, and listen on. */
  private final Set<Integer> reserved = new HashSet<>();

  /**
   * @param seed of the ports of servers that leave the choice to us: nobody's secret
   */
  Ports(Engine engine, int bufferBytes, long seed) {
    random = new SplittableRandom(seed);
    this.engine = engine;
    this.bufferBytes = bufferBytes;
  }

  int bufferBytes() {
    return bufferBytes;
  }

  /** The address to bind to, which must be this stack's or none in particular; null is none. */
  InetSocketAddress ours(SocketAddress address) throws BindException {
    if (address == null) {
      return Addresses.any(0);
    }
    InetSocketAddress wanted;
    if (!(address instanceof InetSocketAddress internet)) {
      throw new UnsupportedAddressTypeException();
    }
    wanted = Addresses.check(internet);
    if (!wanted.getAddress().isAnyLocalAddress() && !has(wanted.getAddress())) {
      throw new BindException("Cannot assign requested address: " + wanted.getAddress());
    }
    return wanted;
  }

  private boolean has(InetAddress address) {
    if (address.isLoopbackAddress()) {
      return true;
    }
    if (address instanceof Inet4Address four) {
      return Addresses.number(four) == engine.host.port.address;
    }
    Endpoint end = Addresses.endpoint(new InetSocketAddress(address, 0));
    return engine.host.ipv6Port != null && engine.host.ipv6Port.addresses.ours(end.high, end.low);
  }

  /** Keeps a port from others; 0 takes one that nobody has. */
  int reserve(int port) throws BindException {
    for (int tries = 0; tries < MOST; tries++) {
      int chosen = port != 0 ? port : FIRST + random.nextInt(COUNT);
      if (reserved.add(chosen)) {
        return chosen;
      }
      if (port != 0) {
        break;
      }
    }
    throw new BindException("Address already in use");
  }

  void release(int port) {
    reserved.remove(port);
  }

  /** Begins to connect. */
  TcpSocket connect(InetSocketAddress to, int localPort) throws IOException {
    if (engine.down()) {
      throw new SocketException("Network is down");
    }
    if (to.getPort() == 0) {
      throw new java.net.ConnectException("Connection refused"); // nobody can listen there
    }
    Endpoint end = Addresses.endpoint(to);
    TcpSocket socket;
    if (localPort == 0) {
      socket = engine.host.tcp.connect(end);
    } else {
      socket = engine.host.ports.connect(engine.host.tcp, end, localPort);
      if (socket == null && engine.host.ports.inUse()) {
        throw new BindException("Cannot assign requested address"); // as Linux
      }
    }
    if (socket == null) {
      throw new SocketException("Network is unreachable");
    }
    return socket;
  }

  /** Listens; 0 takes a port that nobody has. */
  Listener listen(int port, int backlog) throws BindException {
    int chosen = reserve(port);
    Listener listener = engine.host.tcp.listen(chosen, backlog);
    if (listener == null) {
      release(chosen); // somebody beside the channels listens there
      throw new BindException("Address already in use");
    }
    return listener;
  }

  /** Opens a datagram socket; 0 takes a port that nobody has. */
  UdpSocket datagrams(int port) throws BindException {
    UdpSocket socket = engine.host.udp.bind(port);
    if (socket == null) {
      throw new BindException(port == 0 ? "No datagram socket is left" : "Address already in use");
    }
    return socket;
  }
}
