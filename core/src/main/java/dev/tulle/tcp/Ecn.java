// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * Explicit congestion notification: routers mark packets instead of dropping them, the receiver
 * echoes the marks, and the sender slows down without a loss.
 *
 * <p>RFC 3168. It has no option of its own in the header, but like an option it is agreed on in the
 * SYNs and looks at each segment; what it knows of a connection is its {@link EcnState}. Hand it
 * over last, so that whatever the other options refuse has no say here.
 */
public final class Ecn extends TcpOption {
  private final boolean asks;

  /**
   * @param sockets all that the stack has
   * @param asks whether our SYNs ask for it; those who ask us are answered in any case, which is
   *     what Linux does by default
   */
  public Ecn(TcpSocket[] sockets, boolean asks) {
    this.asks = asks;
    for (int i = 0; i < sockets.length; i++) {
      attach(sockets[i]);
    }
  }

  /** Adds it to a socket, such as the one that {@link SynCookies} answer with. */
  public void attach(TcpSocket socket) {
    socket.connection.ecn = new EcnState(asks);
  }

  @Override
  boolean takes(int kind) {
    return false;
  }

  @Override
  void parse(Segment segment, int kind, int at, int size) {}

  @Override
  int writeSyn(byte[] b, int at, Connection c, boolean answering, long nowNs) {
    return at;
  }

  @Override
  void agree(Connection c, Segment syn, long nowNs) {
    if (c.ecn != null) { // null where SYN cookies answer without it
      c.ecn.agree(c, syn);
    }
  }

  @Override
  int write(byte[] b, int at, int room, Connection c, int length, long nowNs) {
    return at;
  }

  @Override
  boolean accepts(Connection c, Segment s, long nowNs) {
    c.ecn.arrived(c, s);
    return true;
  }
}
