// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Counter;
import dev.tulle.tcp.TcpSocket;

/** One connection between two hosts: who opens it, when, and what both ends do. */
final class Conversation {
  private static final long AGAIN_NS = 100_000_000;

  final SimulatedHost from;
  final SimulatedHost to;
  final int port;
  final End client;
  final End server;
  private long openNs;

  /** Whether the server gave up on its SYN-ACK before anything of the client's arrived. */
  private boolean missed;

  /** Whether a path may be narrow and say nothing. */
  boolean silent;

  /** How long it may take to connect whatever others do; 0 where the network may prevent it. */
  long patienceNs;

  /** The port that the client got, and whether the connection was accepted. */
  private int clientPort;

  private boolean accepted;

  Conversation(
      SimulatedHost from,
      SimulatedHost to,
      int port,
      int number,
      long openNs,
      Manner client,
      Manner server,
      long forth,
      long back) {
    this.from = from;
    this.to = to;
    this.port = port;
    this.openNs = openNs;
    Stream there = new Stream(2 * number, forth);
    Stream here = new Stream(2 * number + 1, back);
    this.client = new End(this, "client " + number, client, there, here);
    this.server = new End(this, "server " + number, server, here, there);
  }

  /** Whether an end may find its connection broken though the stack does everything right. */
  boolean mayFail() {
    return client.manner.impatient()
        || server.manner.impatient()
        || client.broken
        || server.broken
        || to.host.counters.value(Counter.TCP_HALF_OPEN_EVICTED) > 0
        // Where a cookie's ACK and the first data are lost, what follows shows no cookie.
        || to.host.counters.value(Counter.TCP_COOKIE_REFUSED) > 0
        || to.host.counters.value(Counter.TCP_TABLE_FULL) > 0; // both may be full of openings
  }

  /** Whether nothing is lost on the way, and the server never lacks the room for an answer. */
  private boolean calm() {
    return patienceNs != 0 && to.choice.cookies();
  }

  /** Opens the connection once its time has come. */
  void open(long nowNs) {
    if (client.socket != null || openNs > nowNs) {
      return;
    }
    TcpSocket socket = from.host.tcp.connect(new Endpoint(to.address, port));
    if (socket == null) {
      openNs = nowNs + AGAIN_NS; // no connection is free
      return;
    }
    if (client.manner.maxSegment != 0) {
      socket.maxSegment(client.manner.maxSegment);
    }
    if (client.manner.fastOpen && from.host.fastOpen != null) {
      from.host.fastOpen.use(socket);
    }
    Endpoint local = new Endpoint();
    socket.local(local);
    clientPort = local.port;
    client.begin(socket, nowNs);
  }

  /** Takes a connection that was accepted, where it is this one. */
  boolean accepts(Endpoint remote, int port, TcpSocket socket, long nowNs) {
    if (accepted
        || port != this.port
        || clientPort != remote.port
        || remote.address != from.address) {
      return false;
    }
    accepted = true;
    if (calm() && nowNs - openNs > patienceNs) {
      throw new Violation(client + " took " + (nowNs - openNs) / 1e9 + " s to connect");
    }
    server.begin(socket, nowNs);
    return true;
  }

  long openNs() {
    return client.socket == null ? openNs : Long.MAX_VALUE;
  }

  boolean over() {
    // What is too big for a path that says nothing may get through after the server gave up.
    boolean unheard = server.socket == null && (mayFail() || client.broken || silent || missed);
    return client.over && (server.over || unheard);
  }

  /**
   * An end whose peer has gone without a word that arrived waits for ever: nobody but itself ends
   * that.
   */
  void giveUp(long sinceNs, long nowNs) {
    // The client's application was content, and what it had written never found a server.
    boolean empty = from.host.tcp.connections() == 0 && to.host.tcp.connections() == 0;
    missed |= patienceNs == 0 && client.over && client.overNs < sinceNs && empty;
    // A server whose SYN-ACKs were all lost gives up silently; the client that has nothing to say
    // never hears of it.
    boolean mute = client.out.length == 0 && !client.manner.halfClose && server.socket == null;
    if (!mayFail() && !mute) {
      return;
    }
    if (client.over && client.overNs < sinceNs && server.socket != null && !server.over) {
      server.abort(nowNs);
    }
    boolean gone = server.socket == null || server.over && server.overNs < sinceNs;
    if (gone && client.socket != null && !client.over) {
      client.abort(nowNs);
    }
  }

  @Override
  public String toString() {
    return client + ": " + client.manner + "\n  " + server + ": " + server.manner;
  }
}
