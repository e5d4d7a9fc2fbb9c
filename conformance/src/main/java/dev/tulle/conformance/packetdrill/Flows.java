// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.ip.Endpoint;
import dev.tulle.tcp.TcpSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * The connections of a script: a segment is of the one that was begun last.
 *
 * <p>The first SYN of the peer after a call to {@code listen} begins one, and so does a call to
 * {@code connect}.
 */
final class Flows {
  private static final int FIRST_CLIENT_PORT = 40_000;
  private static final int FIRST_SERVER_PORT = 8080;

  private final List<Flow> flows = new ArrayList<>();
  private int listeningPort = FIRST_SERVER_PORT;
  private boolean fresh = true;
  private long syn;

  /** A listener waits for its first SYN. */
  void listening(int port) {
    listeningPort = port;
    fresh = true;
  }

  /** The application opens a connection. */
  Flow connecting() {
    fresh = false;
    return add(FIRST_SERVER_PORT + flows.size(), 0);
  }

  /** The connection that a segment of the peer belongs to. */
  Flow injecting(TcpText segment) {
    if (segment.ports() != null) {
      return named(segment.ports().source(), segment.ports().destination());
    }
    boolean opens = segment.has(TcpText.SYN) && !segment.has(TcpText.ACK);
    if (flows.isEmpty() || fresh && opens) {
      add(FIRST_CLIENT_PORT + flows.size(), listeningPort);
      fresh = false;
      syn = segment.sequence();
    } else if (opens && segment.sequence() != syn) {
      syn = segment.sequence();
      current().forget(); // the same ports once more, later
    }
    return current();
  }

  /** The connection between ports that the script names. */
  private Flow named(int peerPort, int hostPort) {
    Flow known = find(peerPort);
    fresh = false;
    if (known == null) {
      return add(peerPort, hostPort);
    }
    flows.remove(known); // the one that the script speaks of now
    flows.add(known);
    return known;
  }

  private Flow find(int peerPort) {
    for (Flow flow : flows) {
      if (flow.peerPort == peerPort) {
        return flow;
      }
    }
    return null;
  }

  private Flow add(int peerPort, int hostPort) {
    Flow flow = new Flow(peerPort, hostPort);
    flows.add(flow);
    return flow;
  }

  Flow current() {
    return flows.get(flows.size() - 1);
  }

  /** The connection that a packet of the host belongs to, by the peer's port. */
  Flow sending(byte[] packet) {
    Flow known = find(Wire.peerPort(packet));
    if (known != null) {
      return known;
    }
    return add(Wire.peerPort(packet), Wire.hostPort(packet));
  }

  /** The connection of an accepted socket. */
  Flow of(TcpSocket socket) {
    Endpoint remote = new Endpoint();
    socket.remote(remote);
    Flow known = find(remote.port);
    if (known != null) {
      return known;
    }
    throw new IllegalStateException("nobody has opened a connection from " + remote.port);
  }
}
