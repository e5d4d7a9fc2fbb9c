// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpSocket;

/**
 * One connection to the HTTP server: requests one after the other, each with its response.
 *
 * <p>It moves when its socket does: {@link #serve} does as much as the socket gives and takes. A
 * response begins only when its head fits into the socket, and a file goes on only when a good
 * piece fits, so nothing is ever held back here but what was received.
 */
final class HttpConnection {
  /** Room in the socket without which no response begins: its head, or one entry of a listing. */
  private static final int ROOM = HttpResponder.HEAD_MAX;

  /** Longest request body that is read only to keep the connection. */
  private static final long BODY_MAX = 65536;

  /** Least piece of a file that is worth a read, unless the file ends. */
  private static final int PIECE_MIN = 16384;

  private static final long SECOND_NS = 1_000_000_000L;

  /** How long a connection may wait for its next request. */
  private static final long IDLE_NS = 30 * SECOND_NS;

  /** How long a request may take to arrive, from its first octet. */
  private static final long REQUEST_NS = 20 * SECOND_NS;

  /** How long the peer may take none of a response. */
  private static final long STALL_NS = 60 * SECOND_NS;

  /** How long and how much is read after the last response, so that no reset destroys it. */
  private static final long DRAIN_NS = 2 * SECOND_NS;

  private static final long DRAIN_MAX = 1 << 20;

  private static final int FREE = 0;
  private static final int HEAD = 1;
  private static final int BODY = 2;
  private static final int FILE = 3;
  private static final int LISTING = 4;
  private static final int DRAIN = 5;

  /** What a step answers: go on, wait for the socket, or the connection is over. */
  private static final int MORE = 1;

  private static final int WAIT = 0;
  private static final int OVER = -1;

  private final HttpResponder responder;
  private final HttpRequest request = new HttpRequest();
  private final HttpChunks chunks = new HttpChunks();
  private final byte[] buffer;
  private TcpSocket socket;
  private int state = FREE;
  private int filled;
  private int searched;
  private int headBytes;
  private long left;
  private long offset;
  private int file;
  private int sendBytes;
  private boolean keepAlive;
  private long deadlineNs = Part.NEVER;

  /**
   * @param headBytes longest head of a request; what comes behind it waits there, too
   */
  HttpConnection(HttpResponder responder, int headBytes) {
    this.responder = responder;
    buffer = new byte[headBytes];
  }

  boolean free() {
    return state == FREE;
  }

  /**
   * Whether it waits for a request of which nothing has come: then it may be closed for another.
   */
  boolean idle() {
    return state == HEAD && filled == 0;
  }

  long deadlineNs() {
    return deadlineNs;
  }

  void open(TcpSocket socket, long nowNs) {
    this.socket = socket;
    socket.attachment = this;
    socket.noDelay(true); // a response's last piece shall not wait for an acknowledgement
    sendBytes = socket.writable();
    filled = 0;
    awaitRequest(nowNs);
  }

  private void awaitRequest(long nowNs) {
    state = HEAD;
    searched = 0;
    deadlineNs = nowNs + (filled == 0 ? IDLE_NS : REQUEST_NS);
  }

  /** Ends the connection at once; the peer is reset if it is in the middle of something. */
  void end() {
    if (state == FILE || state == LISTING) {
      responder.close(file);
      socket.abort();
    } else {
      socket.close();
    }
    socket.attachment = null;
    socket = null;
    state = FREE;
    deadlineNs = Part.NEVER;
  }

  /** Does what the socket allows now. */
  void serve(long nowNs) {
    int result;
    do {
      result = step(nowNs);
    } while (result == MORE);
    if (result == OVER) {
      end();
    }
  }

  private int step(long nowNs) {
    switch (state) {
      case HEAD:
        return head(nowNs);
      case BODY:
        return body(nowNs);
      case FILE:
        return file(nowNs);
      case LISTING:
        return listing(nowNs);
      case DRAIN:
        return drain();
      default:
        return WAIT;
    }
  }

  private int head(long nowNs) {
    int end = -1;
    if (filled > searched) {
      skipEmptyLine();
      end = HttpFields.headEnd(buffer, searched, 0, filled);
      searched = Math.max(filled - 3, 0);
    }
    if (end < 0) {
      if (filled == buffer.length) {
        boolean line = Parse.find(buffer, 0, filled, '\n') == filled;
        return socket.writable() < ROOM ? WAIT : refuse(line ? 414 : 431, nowNs);
      }
      int n = socket.read(buffer, filled, buffer.length - filled);
      if (n > 0) {
        if (filled == 0) {
          deadlineNs = nowNs + REQUEST_NS;
        }
        filled += n;
        return MORE;
      }
      return n == Status.WOULD_BLOCK ? WAIT : OVER;
    }
    if (socket.writable() < ROOM) {
      searched = Math.max(end - 3, 0); // finds the same end when there is room
      return socket.status() < 0 ? OVER : WAIT;
    }
    headBytes = end;
    int status = request.parse(buffer, 0, end);
    if (status == 0 && request.contentBytes > BODY_MAX) {
      status = 413;
    }
    if (status != 0) {
      return refuse(status, nowNs);
    }
    keepAlive = request.keepAlive;
    if (request.contentBytes == 0) {
      return respond(nowNs);
    }
    if (request.method == HttpRequest.OTHER) {
      return refuse(405, nowNs); // its body is not waited for
    }
    state = BODY;
    left = request.contentBytes == HttpRequest.CHUNKED ? BODY_MAX : request.contentBytes;
    chunks.begin();
    return MORE;
  }

  /** RFC 9112 2.2: one empty line before a request is skipped. */
  private void skipEmptyLine() {
    int skip = 0;
    if (filled > 0 && buffer[0] == '\n') {
      skip = 1;
    } else if (filled > 1 && buffer[0] == '\r' && buffer[1] == '\n') {
      skip = 2;
    }
    remove(0, skip);
    searched = Math.max(searched - skip, 0);
  }

  /** Takes octets out of the buffer; the head of the request that is being served stays. */
  private void remove(int at, int count) {
    System.arraycopy(buffer, at + count, buffer, at, filled - at - count);
    filled -= count;
  }

  /** Reads a request's body and forgets it, so that the next request can be found. */
  private int body(long nowNs) {
    int there = filled - headBytes;
    if (request.contentBytes == HttpRequest.CHUNKED) {
      int taken = chunks.take(buffer, headBytes, there);
      left -= taken;
      remove(headBytes, taken);
      if (chunks.malformed() || left < 0) {
        return refuse(left < 0 ? 413 : 400, nowNs);
      }
      if (chunks.done()) {
        return respond(nowNs);
      }
      if (taken > 0) {
        return MORE;
      }
    } else {
      int taken = (int) Math.min(left, there);
      left -= taken;
      remove(headBytes, taken);
      if (left == 0) {
        return respond(nowNs);
      }
    }
    if (filled == buffer.length) {
      return refuse(413, nowNs); // the head leaves no room to read into
    }
    int n = socket.read(buffer, filled, buffer.length - filled);
    if (n > 0) {
      filled += n;
      return MORE;
    }
    return n == Status.WOULD_BLOCK ? WAIT : OVER;
  }

  private int refuse(int status, long nowNs) {
    keepAlive = false;
    responder.error(socket, status, false, request.method == HttpRequest.HEAD);
    return finished(nowNs);
  }

  private int respond(long nowNs) {
    if (socket.writable() < ROOM) {
      return socket.status() < 0 ? OVER : WAIT;
    }
    int kind = responder.begin(socket, request, buffer, keepAlive);
    deadlineNs = nowNs + STALL_NS;
    if (kind == HttpResponder.WHOLE) {
      return finished(nowNs);
    }
    file = responder.file();
    offset = responder.offset();
    left = responder.bytes();
    state = kind == HttpResponder.FILE ? FILE : LISTING;
    if (state == LISTING && request.minorVersion == 0) {
      keepAlive = false; // only its end tells the listing's length
    }
    return MORE;
  }

  private int file(long nowNs) {
    int writable = socket.writable();
    // A quarter of the socket's buffer at a time: not a system call for each acknowledgement.
    int least = (int) Math.min(left, Math.min(PIECE_MIN, sendBytes / 4));
    if (writable < least) {
      return socket.status() < 0 ? OVER : WAIT;
    }
    int n = responder.piece(socket, file, offset, (int) Math.min(left, writable));
    if (n <= 0) {
      return OVER; // the file became shorter: only a broken connection tells the peer
    }
    deadlineNs = nowNs + STALL_NS;
    offset += n;
    left -= n;
    if (left > 0) {
      return MORE;
    }
    responder.close(file);
    return finished(nowNs);
  }

  private int listing(long nowNs) {
    if (socket.writable() < ROOM) {
      return socket.status() < 0 ? OVER : WAIT;
    }
    deadlineNs = nowNs + STALL_NS;
    if (responder.entry(socket, file, request.minorVersion > 0)) {
      return MORE;
    }
    responder.close(file);
    return finished(nowNs);
  }

  /** The response is in the socket. */
  private int finished(long nowNs) {
    remove(0, Math.min(headBytes, filled));
    headBytes = 0;
    if (keepAlive) {
      awaitRequest(nowNs);
      return MORE;
    }
    socket.shutdownWrite();
    state = DRAIN;
    left = DRAIN_MAX;
    deadlineNs = nowNs + DRAIN_NS;
    return MORE;
  }

  /**
   * Reads on for a while after the last response.
   *
   * <p>RFC 9112 9.6: closing with octets unread would reset the connection, and the reset could
   * overtake the response.
   */
  private int drain() {
    int n = socket.read(buffer, 0, buffer.length);
    if (n > 0) {
      left -= n;
      return left < 0 ? OVER : MORE;
    }
    return n == Status.WOULD_BLOCK ? WAIT : OVER;
  }
}
