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
import java.util.HashMap;
import java.util.Map;
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

  /** What channels are bound to, and listen on; how many where each of them allows others. */
  private final Map<Integer, Integer> reserved = new HashMap<>();

  /** Instead of a number: nobody else may have the port. */
  private static final int ALONE = -1;

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
  InetSocketAddress ours(SocketAddress address, boolean four) throws BindException {
    if (address == null) {
      return Addresses.any(0);
    }
    InetSocketAddress wanted = Addresses.check(address, four);
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

  /**
   * Keeps a port from others; 0 takes one that nobody has.
   *
   * @param shared whether those may have it too that say the same
   */
  int reserve(int port, boolean shared) throws BindException {
    for (int tries = 0; port == 0 && tries < MOST; tries++) {
      int chosen = FIRST + random.nextInt(COUNT);
      if (!reserved.containsKey(chosen)) {
        reserved.put(chosen, shared ? 1 : ALONE);
        return chosen;
      }
    }
    int holders = reserved.getOrDefault(port, 0);
    if (port == 0 || holders == ALONE || holders > 0 && !shared) {
      throw new BindException("Address already in use");
    }
    reserved.put(port, shared ? holders + 1 : ALONE);
    return port;
  }

  void release(int port) {
    reserved.computeIfPresent(port, (p, holders) -> holders > 1 ? holders - 1 : null);
  }

  /** Begins to connect. */
  TcpSocket connect(InetSocketAddress to, int localPort) throws IOException {
    if (engine.down()) {
      throw new SocketException("Network is down");
    }
    if (to.getPort() == 0) {
      throw new java.net.ConnectException("Connection refused"); // nobody can listen there
    }
    Endpoint end = Addresses.endpoint(Addresses.target(to));
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
    int chosen = reserve(port, false);
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
