// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.profile;

import dev.tulle.forward.OwnPorts;
import dev.tulle.ip.Path;
import dev.tulle.stack.KeyedHash;
import dev.tulle.tcp.BoundPorts;
import dev.tulle.tcp.TcpSockets;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.TcpHeader;

/**
 * The ports of a router's own sockets where it translates addresses as well: neither takes what the
 * other has, for both are behind the one address outside.
 */
final class SharedPorts extends BoundPorts implements OwnPorts {
  /** Ports that are tried; each is taken by the hosts inside with little chance. */
  private static final int TRIES = 64;

  private final RouterHost host;
  private TcpSockets tcp;

  SharedPorts(RouterHost host, KeyedHash hash) {
    super(hash);
    this.host = host;
  }

  /** Learns of the sockets, which are made after the ports. */
  void begin() {
    tcp = host.tcp == null ? null : new TcpSockets(host.tcp);
  }

  @Override
  public int choose(Path path, int remotePort, Taken use) {
    int port = super.choose(path, remotePort, use);
    for (int i = 0; i < TRIES && mapped(port); i++) {
      port = super.choose(path, remotePort, use);
    }
    return mapped(port) ? -1 : port;
  }

  /** Whether hosts inside have a port outside, in either protocol. */
  private boolean mapped(int port) {
    return host.nat != null
        && (host.nat.mapped(TcpHeader.PROTOCOL, port) || host.nat.mapped(Ipv4.PROTOCOL_UDP, port));
  }

  @Override
  public boolean uses(int protocol, int port) {
    return protocol == Ipv4.PROTOCOL_UDP
        ? host.udp.taken(port, null, 0)
        : protocol == TcpHeader.PROTOCOL && tcp != null && tcp.uses(port);
  }
}
