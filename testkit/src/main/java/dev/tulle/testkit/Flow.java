// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Host;
import dev.tulle.stack.Status;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;

/**
 * One transfer between two hosts: a connection, so many octets of the known pattern, a close.
 *
 * <p>The sender writes as much as it can at any time, the receiver reads what is there and
 * compares; both close once all has arrived. {@link TwoHosts} polls it.
 */
public final class Flow {
  private static final int PIECE = 16 * 1024;

  private final long octets;
  private final Listener listener;
  private final TcpSocket sender;
  private final byte[] buffer = new byte[PIECE];
  private TcpSocket receiver;
  private long written;
  private long read;
  private boolean shut;
  private boolean ended;

  /** Octets that the receiver reads at one poll, at most: less makes a slow reader. */
  public int readBytes = PIECE;

  Flow(Host from, Host to, int address, int port, long octets) {
    this.octets = octets;
    listener = to.tcp.listen(port, 4);
    sender = from.tcp.connect(new Endpoint(address, port));
    if (listener == null || sender == null) {
      throw new AssertionError("cannot open a connection");
    }
  }

  /** The sending socket, until it is closed at the flow's end. */
  public TcpSocket sender() {
    return sender;
  }

  /** The receiving socket, or null before it was accepted. */
  public TcpSocket receiver() {
    return receiver;
  }

  /** Octets that the receiver has read and found right. */
  public long received() {
    return read;
  }

  /** Whether everything has arrived and both ends are closed. */
  public boolean done() {
    return ended;
  }

  /** Does what the two applications can do now; answers whether anything changed. */
  boolean poll() {
    if (ended) {
      return false;
    }
    boolean changed = send();
    if (receiver == null) {
      receiver = listener.accept();
      return changed || receiver != null;
    }
    return receive() || changed;
  }

  private boolean send() {
    boolean changed = false;
    while (written < octets) {
      int length = (int) Math.min(PIECE, octets - written);
      length = Math.min(length, Math.max(1, sender.writable()));
      int n = sender.write(Octets.pattern(written, length), 0, length);
      if (n == Status.WOULD_BLOCK) {
        return changed;
      }
      if (n <= 0) {
        throw new AssertionError("the sender got status " + n + ": " + this);
      }
      written += n;
      changed = true;
    }
    if (!shut) {
      shut = true;
      sender.shutdownWrite();
      changed = true;
    }
    return changed;
  }

  private boolean receive() {
    int n = receiver.read(buffer, 0, readBytes);
    if (n == Status.WOULD_BLOCK) {
      return false;
    }
    if (n == Status.CLOSED) {
      if (read != octets) {
        throw new AssertionError("the stream ended early: " + this);
      }
      ended = true;
      receiver.close();
      sender.close();
      listener.close();
      return true;
    }
    if (n <= 0) {
      throw new AssertionError("the receiver got status " + n + ": " + this);
    }
    for (int i = 0; i < n; i++) {
      if (buffer[i] != Octets.patternAt(read + i)) {
        throw new AssertionError("octet " + (read + i) + " is wrong: " + this);
      }
    }
    read += n;
    return true;
  }

  @Override
  public String toString() {
    return "written " + written + ", read " + read + " of " + octets + (shut ? ", shut" : "");
  }
}
