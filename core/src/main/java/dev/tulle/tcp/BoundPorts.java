// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.ip.Endpoint;
import dev.tulle.ip.EphemeralPorts;
import dev.tulle.ip.Path;
import dev.tulle.stack.KeyedHash;

/**
 * Opens connections from a port of the caller's choice, for the profiles whose ports these are.
 * Every other port is chosen as ever.
 *
 * <p>RFC 9293 3.9.1.1: an OPEN names its local port, or leaves it to TCP.
 */
public class BoundPorts extends EphemeralPorts {
  private int wanted;
  private boolean inUse;

  public BoundPorts(KeyedHash hash) {
    super(hash);
  }

  /**
   * As {@link Tcp#connect}, from this port.
   *
   * @param port 1 to 65535; a listener's, or one with a connection to the same end, is taken
   */
  public TcpSocket connect(Tcp tcp, Endpoint remote, int port) {
    wanted = port;
    inUse = false;
    TcpSocket socket = tcp.connect(remote);
    wanted = 0;
    return socket;
  }

  /** Whether {@link #connect} answered null because the port is taken. */
  public boolean inUse() {
    return inUse;
  }

  @Override
  public int choose(Path path, int remotePort, Taken use) {
    if (wanted == 0) {
      return super.choose(path, remotePort, use);
    }
    inUse = use.taken(wanted, path, remotePort);
    return inUse ? -1 : wanted;
  }
}
