// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpInfo;
import dev.tulle.tcp.TcpSocket;

/** A file descriptor of a script's application: a socket that is fresh, listens or is connected. */
final class Descriptor {
  final SocketOptions options;
  int port;
  AcceptQueue listener;
  TcpSocket socket;
  Flow flow;
  boolean nonBlocking;

  /** Whether a call to connect has been made, and has told how it went. */
  boolean connecting;

  /** Whether connect has returned, and the SYN waits for data to go with it. */
  boolean deferred;

  /** Whether the connection is opened by a call that writes. */
  boolean openedByWrite;

  final Records records = new Records();
  final SendBuffer buffer;
  boolean errorTold;
  boolean readShut;
  boolean writeShut;

  /** When a call to close began that waits for what was written to be delivered. */
  long closingSinceNs;

  /** For both ends of a pipe: octets in it. */
  int[] pipe;

  /** For a descriptor of epoll. */
  Epoll epoll;

  /** Whether a write did not fit, and epoll has not told since that there is room. */
  boolean refused;

  Descriptor(SocketOptions options) {
    this.options = options;
    buffer = new SendBuffer(options);
  }

  /** The connection's error if it has one that nobody was told; then it counts as told. */
  String takeError() {
    String error = pendingError();
    if (error != null) {
      errorTold = true;
    }
    return error;
  }

  String pendingError() {
    int status = socket == null ? Status.OK : socket.status();
    if (status == Status.RESET && socket.finishing() && !writeShut) {
      return errorTold ? null : "EPIPE"; // as Linux has it of a reset in CLOSE-WAIT
    }
    return errorTold ? null : Outcome.errorName(status);
  }

  /** Whether our side is closed, and the peer has not acknowledged that. */
  boolean delivering() {
    TcpInfo info = new TcpInfo();
    socket.info(info);
    return info.state == TcpInfo.FIN_WAIT_1
        || info.state == TcpInfo.CLOSING
        || info.state == TcpInfo.LAST_ACK;
  }

  boolean dead() {
    return socket != null && socket.status() != Status.OK && socket.status() != Status.WOULD_BLOCK;
  }

  boolean opening() {
    return socket != null && socket.status() == Status.WOULD_BLOCK;
  }
}
