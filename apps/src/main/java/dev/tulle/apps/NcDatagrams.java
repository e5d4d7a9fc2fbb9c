// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.udp.UdpSocket;

/**
 * The part of {@link Nc} that speaks UDP: each piece of standard input is a datagram.
 *
 * <p>A caller ends one quiet second after its input did. Who listens answers whoever wrote first
 * and goes on until it is interrupted, since UDP has no end.
 */
final class NcDatagrams {
  /** What fits one Ethernet frame with room for tunnels. */
  private static final int PIECE_BYTES = 1400;

  private static final int BUDGET = 64;
  private static final long QUIET_NS = 1_000_000_000L;

  private final Platform platform;
  private final Messages messages;
  private final Endpoint peer = new Endpoint();
  private final Endpoint from = new Endpoint();
  private final byte[] buffer = new byte[65536];
  private UdpSocket socket;
  private boolean listening;
  private boolean peerKnown;
  private boolean inputEnded;
  private long endNs = Part.NEVER;
  private int exitCode = Program.RUNNING;

  NcDatagrams(Platform platform, Messages messages) {
    this.platform = platform;
    this.messages = messages;
  }

  /** Begins; {@code remote} is null for who waits to be written to. */
  int start(Host host, Endpoint remote, int port) {
    listening = remote == null;
    socket = host.udp.bind(listening ? port : 0);
    if (socket == null) {
      return messages.say("the port is taken");
    }
    if (remote != null) {
      peer.set(remote);
      peerKnown = true;
      int status = socket.connect(peer);
      if (status < 0) {
        return messages.sayPeer("cannot send to ", peer, status);
      }
    }
    return Status.OK;
  }

  long poll(long nowNs) {
    boolean more = receive(nowNs);
    if (peerKnown && exitCode == Program.RUNNING) {
      more |= send(nowNs);
    }
    if (endNs - nowNs <= 0) {
      exitCode = 0;
    }
    return more ? nowNs : endNs;
  }

  private boolean receive(long nowNs) {
    for (int i = 0; i < BUDGET; i++) {
      int n = socket.receive(buffer, 0, buffer.length, from);
      if (n == Status.WOULD_BLOCK) {
        return false;
      }
      if (n < 0) {
        messages.sayPeer("cannot reach ", peer, n);
        exitCode = 1;
        return false;
      }
      if (!peerKnown) {
        peer.set(from);
        peerKnown = true;
      }
      if (!from.same(peer)) {
        continue; // one caller at a time
      }
      if (inputEnded && !listening) {
        endNs = nowNs + QUIET_NS;
      }
      if (n > 0 && platform.console().out(buffer, 0, n) < 0) {
        exitCode = 1;
        return false;
      }
    }
    return true;
  }

  private boolean send(long nowNs) {
    for (int i = 0; i < BUDGET && !inputEnded; i++) {
      int n = platform.input().read(buffer, 0, PIECE_BYTES);
      if (n == Status.WOULD_BLOCK) {
        return false;
      }
      if (n <= 0) {
        inputEnded = true;
        endNs = listening ? Part.NEVER : nowNs + QUIET_NS;
        return false;
      }
      int status = socket.send(buffer, 0, n, listening ? peer : null, nowNs);
      if (status == Status.REFUSED || status == Status.UNREACHABLE) {
        messages.sayPeer("cannot reach ", peer, status);
        exitCode = 1;
        return false;
      }
    }
    return !inputEnded;
  }

  int exitCode() {
    return exitCode;
  }
}
