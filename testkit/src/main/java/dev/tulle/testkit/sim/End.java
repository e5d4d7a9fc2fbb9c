// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.tcp.KeepAlive;
import dev.tulle.tcp.TcpInfo;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.tcp.UserTimeout;

/**
 * One end of a {@link Conversation}: an application with its socket, and the oracle of its data.
 */
final class End {
  private static final int KEEP_ALIVE_PROBES = 3;

  /** What limited transmit (RFC 3042), a probe and rounding may add to a congestion window. */
  private static final int MORE_SEGMENTS = 3;

  /** For so long a server sends its SYN-ACK again. */
  private static final long SYN_ACKS_NS = 60_000_000_000L;

  final Manner manner;
  final Stream out;
  final Stream in;
  private final Conversation conversation;
  private final String name;
  private final byte[] buffer;

  TcpSocket socket;

  /** Whether the socket was given back, when, and whether before everything was done. */
  boolean over;

  boolean broken;
  long overNs;
  private boolean shut;

  /** Whether all has been read, to the peer's FIN. */
  private boolean ended;

  private long writeNs;
  private long readNs;
  private long turnNs;
  private WireFlow flow;

  /** The smallest that a full segment has been, and the largest. */
  private int leastMss;

  private int mostMss;

  End(Conversation conversation, String name, Manner manner, Stream out, Stream in) {
    this.conversation = conversation;
    this.name = name;
    this.manner = manner;
    this.out = out;
    this.in = in;
    buffer = new byte[manner.readBytes];
  }

  /** Gets its socket, opened or accepted. */
  void begin(TcpSocket socket, long nowNs) {
    this.socket = socket;
    writeNs = nowNs;
    readNs = nowNs;
    socket.noDelay(manner.noDelay);
    socket.cork(manner.cork);
    if (manner.quickAck) {
      socket.quickAck(false);
    }
    if (manner.sendBuffer != 0) {
      socket.sendBuffer(manner.sendBuffer);
    }
    if (manner.keepAliveNs != 0) {
      socket.keepAlive(
          new KeepAlive(manner.keepAliveNs, manner.keepAliveNs / 2, KEEP_ALIVE_PROBES));
    }
    if (manner.userTimeoutNs != 0) {
      socket.userTimeout(new UserTimeout(manner.userTimeoutNs));
    }
    if (manner.lingerNs >= 0) {
      socket.linger(manner.lingerNs);
    }
  }

  /** When it wants its turn though nothing arrives. */
  long deadlineNs() {
    if (socket == null || over) {
      return Part.NEVER;
    }
    long deadlineNs = readNs > turnNs ? readNs : Part.NEVER;
    boolean writes = out.written < out.length && writeNs > turnNs;
    return writes ? Math.min(deadlineNs, writeNs) : deadlineNs;
  }

  /** Does what it can do now. */
  void turn(long nowNs) {
    if (socket == null || over) {
      return;
    }
    turnNs = nowNs;
    write(nowNs);
    if (!over) {
      read(nowNs);
    }
    if (!over && manner.abortAt >= 0 && out.written + in.read >= manner.abortAt) {
      abort(nowNs);
    }
    boolean done = out.written == out.length && in.read == in.length;
    // A connection that is closed while it opens is none: RFC 9293 3.10.4.
    if (!over && done && (ended || !manner.halfClose) && socket.status() == Status.OK) {
      socket.close();
      finish(false, nowNs);
    }
  }

  private void write(long nowNs) {
    while (out.written < out.length && writeNs <= nowNs) {
      int length = (int) Math.min(manner.pieceBytes, out.length - out.written);
      int n = socket.write(out.octets(), out.at(out.written), length);
      if (n == Status.WOULD_BLOCK) {
        return;
      }
      if (n <= 0) {
        ended(n, nowNs);
        return;
      }
      out.written += n;
      writeNs = nowNs + manner.pauseNs;
    }
    if (out.written == out.length && !shut) {
      shut = true;
      socket.cork(false);
      if (manner.halfClose) {
        socket.shutdownWrite();
      }
    }
  }

  private void read(long nowNs) {
    while (readNs <= nowNs && !ended && !over) {
      int n = socket.read(buffer, 0, buffer.length);
      if (n == Status.WOULD_BLOCK) {
        return;
      }
      if (n <= 0) {
        ended(n, nowNs);
        return;
      }
      long wrong = in.check(buffer, n);
      if (wrong >= 0) {
        throw new Violation(this + " read something else than was sent, from octet " + wrong);
      }
      if (manner.readPauseNs != 0) {
        readNs = nowNs + manner.readPauseNs;
      }
    }
  }

  /** A call answered that there is no more to come. */
  private void ended(int status, long nowNs) {
    if (status == Status.CLOSED && in.read == in.length) {
      ended = true; // the peer has nothing more to say, but listens
      if (socket.status() == Status.OK) {
        return;
      }
      if (out.written == out.length) {
        socket.close();
        finish(false, nowNs);
        return;
      }
    }
    broken(status, nowNs);
  }

  private void broken(int status, long nowNs) {
    // A server gives up when nothing has answered its SYN-ACKs for a minute; then data is too late.
    boolean late = conversation.server.socket == null && nowNs > SYN_ACKS_NS;
    if (!late && !conversation.mayFail()) {
      throw new Violation(this + " got status " + status + " at " + nowNs / 1e9 + " s");
    }
    socket.abort();
    finish(true, nowNs);
  }

  /** Gives up. */
  void abort(long nowNs) {
    socket.abort();
    finish(true, nowNs);
  }

  private void finish(boolean broken, long nowNs) {
    over = true;
    overNs = nowNs;
    this.broken = broken;
  }

  /**
   * After the stack's turn: whether new data went out that the congestion window has no room for.
   *
   * @param probed whether a tail loss probe went out, which needs no room (RFC 8985 7.3)
   */
  void checkFlight(WireOracle wire, boolean probed, TcpInfo info, Endpoint scratch) {
    if (socket == null || over) {
      return;
    }
    if (flow == null) {
      socket.remote(scratch);
      int remote = scratch.address;
      int remotePort = scratch.port;
      socket.local(scratch);
      flow = wire.flow(remote, scratch.port, remotePort);
    }
    if (flow == null || !flow.fresh) {
      return;
    }
    flow.fresh = false;
    if (probed) {
      return;
    }
    socket.info(info);
    int flight = info.unacked - info.sacked - info.lost + info.retransmitted;
    leastMss = leastMss == 0 ? info.sndMss : Math.min(leastMss, info.sndMss);
    mostMss = Math.max(mostMss, info.sndMss);
    // Segments in flight may be smaller than those in which the window counts now. And a segment
    // as large as ever may go out alone, to try whether such ones are lost: RFC 5681 3.1 leaves a
    // full-sized one after every loss.
    long most = Math.max((info.cwnd + MORE_SEGMENTS) * (long) info.sndMss, mostMss + info.sndMss);
    if (info.state != TcpInfo.CLOSED && flight * (long) leastMss > most) {
      throw new Violation(
          this + " sent new data with " + flight + " segments in flight, window " + info.cwnd);
    }
  }

  @Override
  public String toString() {
    return name
        + " (written "
        + out.written
        + " of "
        + out.length
        + ", read "
        + in.read
        + " of "
        + in.length
        + (socket == null ? ", not open" : "")
        + (over ? broken ? ", broken" : ", over" : "")
        + ")";
  }
}
