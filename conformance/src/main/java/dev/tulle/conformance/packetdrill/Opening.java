// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.ip.Endpoint;
import java.util.function.Consumer;

/** Opens connections as Linux does, by {@code connect} or with data, for RFC 7413. */
final class Opening {
  /**
   * What scripts call the host's cookie for the peer: what Linux makes (SipHash-2-4 of both
   * addresses) of the key and the addresses that its scripts are played with.
   */
  static final String LINUX_COOKIE = "3021b9d889017eeb";

  /** The same cookie on the wire: of the key that {@link Machine} has. */
  static final String HOST_COOKIE = "464aeb8670c90a76";

  // Bits of the sysctl tcp_fastopen.
  static final int CLIENT = 1;
  static final int SERVER = 2;
  private static final int CLIENT_WITHOUT_COOKIE = 4;
  private static final int SERVER_WITHOUT_COOKIE = 0x200;
  private static final int ALL_LISTENERS = 0x400;

  private static final int PENDING = 16;

  private final Machine machine;
  private final Flows flows;
  private final Transfers transfers;
  private final Consumer<Descriptor> opened;

  /**
   * @param opened is told of each connection that is opened
   */
  Opening(Machine machine, Flows flows, Transfers transfers, Consumer<Descriptor> opened) {
    this.machine = machine;
    this.flows = flows;
    this.transfers = transfers;
    this.opened = opened;
  }

  /** What the sysctls ask for and the stack does not have, or null. */
  static String missing(Settings settings) {
    int asked = settings.number("tcp_fastopen", 0);
    return (asked & (CLIENT_WITHOUT_COOKIE | SERVER_WITHOUT_COOKIE)) == 0
        ? null
        : "Fast Open without a cookie is not known here";
  }

  /** Lets a listener take data with SYNs, where its socket or the sysctl asks for it. */
  void acceptFast(Descriptor d) {
    boolean all = (machine.fastOpenRoles & ALL_LISTENERS) != 0;
    int pending = (int) d.options.value("TCP_FASTOPEN");
    if (d.listener != null && (machine.fastOpenRoles & SERVER) != 0 && (pending > 0 || all)) {
      machine.fastOpen.accept(d.listener.tcp(), pending > 0 ? pending : PENDING);
    }
  }

  /** Answers null where it has to wait. */
  Outcome connect(Descriptor d, boolean again) {
    if (d.deferred || d.listener != null) {
      return Outcome.error("EISCONN");
    }
    if (d.socket == null) {
      boolean fast = d.options.value("TCP_FASTOPEN_CONNECT") != 0 && clients();
      begin(d, fast);
      if (fast && machine.fastOpen.knows(d.socket, machine.clock.nowNs())) {
        // The SYN waits for the data, as in Linux: the connection begins when that is written.
        d.socket.abort();
        d.socket = null;
        d.deferred = true;
        return Outcome.ZERO;
      }
      show(d);
      return d.nonBlocking ? Outcome.error("EINPROGRESS") : null;
    }
    if (d.opening()) {
      return again ? null : Outcome.error("EALREADY");
    }
    String error = d.takeError();
    if (error != null || d.dead()) {
      disconnect(d); // as in Linux one may try again
      return Outcome.error(error == null ? "ECONNABORTED" : error);
    }
    boolean first = d.connecting;
    d.connecting = false;
    return first ? Outcome.ZERO : Outcome.error("EISCONN");
  }

  /** {@code connect} to AF_UNSPEC: the connection is reset, and the socket is fresh again. */
  Outcome disconnect(Descriptor d) {
    if (d.socket != null) {
      d.socket.abort();
      d.socket = null;
    }
    d.deferred = false;
    d.errorTold = false;
    return Outcome.ZERO;
  }

  private void begin(Descriptor d, boolean fast) {
    d.flow = flows.connecting();
    d.socket = machine.tcp.connect(new Endpoint(Machine.PEER, d.flow.peerPort));
    Endpoint local = new Endpoint();
    d.socket.local(local);
    d.flow.hostPort = local.port;
    d.options.attach(d.socket);
    if (fast) {
      machine.fastOpen.use(d.socket);
    }
  }

  /** Lets the SYN go. */
  private void show(Descriptor d) {
    d.connecting = true;
    opened.accept(d);
    machine.poll();
  }

  /** Writes, and opens the connection with it where that was asked for. */
  Outcome send(Descriptor d, int count, int flags, byte[] buffer, boolean again) {
    boolean asked = d.deferred || (flags & Constants.MSG_FASTOPEN) != 0;
    if (d.socket == null && d.listener == null && asked) {
      return open(d, count, flags, buffer);
    }
    if (again && d.openedByWrite) {
      // As in Linux, the call returns when the connection is open.
      if (d.opening()) {
        return null;
      }
      String error = d.takeError();
      if (error != null) {
        return Outcome.error(error);
      }
    }
    return d.opening() ? null : transfers.send(d, count, flags, buffer, again);
  }

  /** Whether clients may open connections with data. */
  boolean clients() {
    return (machine.fastOpenRoles & CLIENT) != 0;
  }

  private Outcome open(Descriptor d, int count, int flags, byte[] buffer) {
    if (!clients()) {
      return Outcome.error("EOPNOTSUPP");
    }
    begin(d, true);
    d.deferred = false;
    d.openedByWrite = true;
    // Without a cookie, data waits for the end of the handshake, and so does the call.
    boolean cookie = machine.fastOpen.knows(d.socket, machine.clock.nowNs());
    Outcome outcome = transfers.send(d, cookie ? count : 0, flags, buffer, false);
    show(d);
    if (!d.nonBlocking && (flags & Constants.MSG_DONTWAIT) == 0) {
      return null;
    }
    return cookie && count > 0 ? outcome : Outcome.error("EINPROGRESS");
  }
}
