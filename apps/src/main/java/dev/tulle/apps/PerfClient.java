// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Host;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpSocket;

/** The measuring end of {@link Perf}: one connection after or beside its clock. */
final class PerfClient {
  private static final int BLOCK_BYTES = 65536;
  private static final long GRACE_NS = 10_000_000_000L;

  long durationNs = 1_000_000_000L;

  /** Which service is measured; 0 until {@link #what} has said. */
  int port;

  private final Platform platform;
  private final Messages messages;
  private final int address;
  private final byte[] block = new byte[BLOCK_BYTES];
  private final Text line = new Text(60);
  private final Endpoint server = new Endpoint();
  private Host host;
  private TcpSocket socket;
  private boolean connected;
  private boolean finishing;
  private boolean answerDue;
  private long beganNs;
  private long count;
  private int exitCode = Program.RUNNING;

  PerfClient(Platform platform, Messages messages, int address) {
    this.platform = platform;
    this.messages = messages;
    this.address = address;
  }

  /** Takes the word that says what to measure; whether it is one. */
  boolean what(byte[] word) {
    int n = word.length;
    if (port != 0) {
      return false;
    } else if (Text.is(word, 0, n, "receive")) {
      port = Perf.SINK;
    } else if (Text.is(word, 0, n, "send")) {
      port = Perf.SOURCE;
    } else if (Text.is(word, 0, n, "round_trips")) {
      port = Perf.ECHO;
    } else if (Text.is(word, 0, n, "connections")) {
      port = Perf.ACCEPT;
    }
    return port != 0;
  }

  int start(Host host, long nowNs) {
    this.host = host;
    beganNs = nowNs;
    server.set(address, port);
    return connect() ? Status.OK : Messages.SAID;
  }

  private boolean connect() {
    socket = host.tcp.connect(server);
    connected = false;
    if (socket == null) {
      return fail(Status.UNREACHABLE);
    }
    socket.noDelay(true);
    return true;
  }

  private boolean fail(int status) {
    messages.sayPeer("failed at ", server, status);
    exitCode = 1;
    return false;
  }

  int exitCode() {
    return exitCode;
  }

  long poll(long nowNs) {
    while (host.tcp.nextReady() != null) {
      // one connection: what is ready shows when it is used
    }
    if (!connected) {
      int status = socket.status();
      connected = status == Status.OK || status == Status.CLOSED && port == Perf.ACCEPT;
      if (connected && port != Perf.ACCEPT) {
        beganNs = nowNs;
      } else if (status < 0 && status != Status.WOULD_BLOCK && !connected) {
        fail(status);
      }
    }
    boolean over = nowNs - beganNs >= durationNs;
    if (connected) {
      move(over, nowNs);
    }
    long endNs = beganNs + durationNs;
    if (over) {
      endNs += GRACE_NS;
      if (exitCode == Program.RUNNING && endNs - nowNs <= 0) {
        fail(Status.TIMED_OUT);
      }
    }
    return endNs;
  }

  private void move(boolean over, long nowNs) {
    int n = Status.WOULD_BLOCK;
    if (port == Perf.SINK) {
      n = sink(over, nowNs);
    } else if (port == Perf.SOURCE) {
      n = source(over, nowNs);
    } else if (port == Perf.ECHO) {
      n = roundTrip(over, nowNs);
    } else {
      n = connection(over, nowNs);
    }
    if (n < 0 && n != Status.WOULD_BLOCK && exitCode == Program.RUNNING) {
      fail(n);
    }
  }

  /** Our peer receives: we write until the time is over, then wait for it to have read all. */
  private int sink(boolean over, long nowNs) {
    int n = 1;
    while (!over && n > 0) {
      n = socket.write(block, 0, BLOCK_BYTES);
      count += Math.max(n, 0);
    }
    if (over && !finishing) {
      finishing = true;
      socket.shutdownWrite();
    }
    if (!finishing) {
      return n;
    }
    n = socket.read(block, 0, 1);
    return n == Status.CLOSED ? end(nowNs) : n;
  }

  private int source(boolean over, long nowNs) {
    int n = 1;
    while (n > 0) {
      n = socket.read(block, 0, BLOCK_BYTES);
      count += Math.max(n, 0);
    }
    return over ? end(nowNs) : n;
  }

  private int roundTrip(boolean over, long nowNs) {
    if (answerDue) {
      int n = socket.read(block, 0, 1);
      if (n <= 0) {
        return n;
      }
      answerDue = false;
      count++;
    }
    if (over) {
      return end(nowNs);
    }
    answerDue = true;
    return socket.write(block, 0, 1);
  }

  private int connection(boolean over, long nowNs) {
    int n = socket.read(block, 0, 1);
    if (n != Status.CLOSED) {
      return n;
    }
    count++;
    if (over) {
      return end(nowNs);
    }
    socket.abort(); // leaves no TIME-WAIT behind
    return connect() ? Status.OK : Status.WOULD_BLOCK;
  }

  private int end(long nowNs) {
    socket.abort();
    line.clear().decimal(count).octet(' ').fixed((nowNs - beganNs) / 1000, 6).octet('\n');
    line.toOutput(platform.console());
    exitCode = 0;
    return Status.OK;
  }
}
