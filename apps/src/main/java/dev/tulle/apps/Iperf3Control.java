// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.wire.Bytes;

/**
 * The control connection of iperf3: states of one octet, and JSON behind a length of four.
 *
 * <p>What is to be sent waits in a buffer of its own; what comes is taken only when it is asked
 * for.
 */
final class Iperf3Control {
  static final int TEST_START = 1;
  static final int TEST_RUNNING = 2;
  static final int TEST_END = 4;
  static final int PARAM_EXCHANGE = 9;
  static final int CREATE_STREAMS = 10;
  static final int SERVER_TERMINATE = 11;
  static final int CLIENT_TERMINATE = 12;
  static final int EXCHANGE_RESULTS = 13;
  static final int DISPLAY_RESULTS = 14;
  static final int IPERF_START = 15;
  static final int IPERF_DONE = 16;
  static final int ACCESS_DENIED = 255;
  static final int SERVER_ERROR = 254;

  /** 36 characters and a zero: what tells the connections of one test from those of others. */
  static final int COOKIE = 37;

  /** Largest JSON text that is taken: more than the results of all streams. */
  private static final int JSON_MAX = 32_768;

  /** The JSON text that came last. */
  final byte[] json = new byte[JSON_MAX];

  int jsonBytes;

  private final Text out = new Text(JSON_MAX);
  private final byte[] small = new byte[4];
  private TcpSocket socket;
  private int lengthBytes;
  private int expected;

  void open(TcpSocket socket) {
    this.socket = socket;
    socket.noDelay(true);
    out.clear();
    beginJson();
  }

  boolean opened() {
    return socket != null;
  }

  TcpSocket socket() {
    return socket;
  }

  /** Ends the connection after what was written. */
  void close() {
    if (socket != null) {
      flush();
      socket.close();
      socket = null;
    }
  }

  void abort() {
    if (socket != null) {
      socket.abort();
      socket = null;
    }
  }

  /** Sends a state. */
  void put(int state) {
    out.octet(state);
    flush();
  }

  void put(byte[] b, int count) {
    out.put(b, 0, count);
    flush();
  }

  /** Begins a JSON text of which the caller writes the rest, up to {@link #endJson}. */
  Text beginJsonOut() {
    return out.put("    "); // its length comes here
  }

  void endJson(int from) {
    Bytes.put32(out.bytes, from, out.length - from - 4);
    flush();
  }

  /** Where the next thing to be sent will begin: for {@link #endJson}. */
  int outLength() {
    return out.length;
  }

  /** Hands over what waits to be sent; answers 0 or why the connection is dead. */
  int flush() {
    if (out.length == 0) {
      return Status.OK;
    }
    int n = socket.write(out.bytes, 0, out.length);
    if (n > 0) {
      System.arraycopy(out.bytes, n, out.bytes, 0, out.length - n);
      out.length -= n;
      return Status.OK;
    }
    return n == Status.WOULD_BLOCK ? Status.OK : n;
  }

  /** The next state; {@code WOULD_BLOCK}; or why there will be none. */
  int state() {
    int n = socket.read(small, 0, 1);
    return n > 0 ? small[0] & 0xFF : n == 0 ? Status.WOULD_BLOCK : n;
  }

  /** Reads exactly this many octets, over several calls: how many are there by now, or an error. */
  int read(byte[] to, int filled, int count) {
    int n = socket.read(to, filled, count - filled);
    return n > 0 ? filled + n : n == Status.WOULD_BLOCK ? filled : n;
  }

  private void beginJson() {
    lengthBytes = 0;
    jsonBytes = 0;
    expected = -1;
  }

  /** Reads a JSON text: 1 when it is there, 0 while it is not, or why it will not come. */
  int takeJson() {
    if (jsonBytes == expected) {
      beginJson();
    }
    if (expected < 0) {
      int n = read(small, lengthBytes, 4);
      if (n < 4) {
        lengthBytes = Math.max(n, 0);
        return Math.min(n, 0);
      }
      expected = Bytes.i32(small, 0);
      if (expected < 2 || expected > JSON_MAX) {
        return Status.TOO_LARGE;
      }
    }
    int n = read(json, jsonBytes, expected);
    if (n < 0) {
      return n;
    }
    jsonBytes = n;
    return n == expected ? 1 : 0;
  }
}
