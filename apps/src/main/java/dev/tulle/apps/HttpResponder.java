// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.tcp.TcpSocket;

/**
 * Writes responses: shared by all connections, because each writes only when all of it fits.
 *
 * <p>RFC 9110, RFC 9112; a range that can be obeyed is answered with 206, several ranges with all.
 */
final class HttpResponder {
  /** What fits all of: a response's head with a short body, or one entry of a listing. */
  static final int HEAD_MAX = 4096;

  /** What {@link #begin} answers: all is written, a file follows, or a listing. */
  static final int WHOLE = 0;

  static final int FILE = 1;
  static final int LISTING = 2;

  /** Longest file name that a listing shows; Linux: NAME_MAX is 255, and a slash. */
  private static final int NAME_MAX = 256;

  private final Platform platform;
  private final Files files;
  private final HttpPath path = new HttpPath();
  private final FileStatus status = new FileStatus();
  private final Text head = new Text(HEAD_MAX);
  private final Text entry = new Text(HEAD_MAX - 64);
  private final Text date = new Text(40);
  private final byte[] piece;
  private long dateSeconds = -1;
  private int file;
  private long offset;
  private long bytes;

  HttpResponder(Platform platform, int pieceBytes) {
    this.platform = platform;
    piece = new byte[pieceBytes];
    files = platform.files();
  }

  /** Sets the directory that is served; answers 0 or why it cannot be. */
  int root(byte[] directory) {
    path.root(directory);
    int opened = openDirectory();
    if (opened < 0) {
      return opened;
    }
    files.close(opened);
    return 0;
  }

  /** The open file or directory that {@link #begin} leaves to the connection. */
  int file() {
    return file;
  }

  long offset() {
    return offset;
  }

  long bytes() {
    return bytes;
  }

  void close(int file) {
    files.close(file);
  }

  /** Answers a request: writes the head, and the body unless a file or a listing follows. */
  int begin(TcpSocket socket, HttpRequest request, byte[] b, boolean keepAlive) {
    boolean headOnly = request.method == HttpRequest.HEAD;
    int refused =
        request.method == HttpRequest.OTHER ? 405 : path.take(b, request.pathAt, request.pathEnd);
    if (refused == 0) {
      refused = open();
    }
    if (refused > 0) {
      error(socket, refused, keepAlive, headOnly);
      return WHOLE;
    }
    if (refused == MOVED) {
      moved(socket, keepAlive, headOnly);
      return WHOLE;
    }
    if (status.kind == FileStatus.DIRECTORY) {
      return beginListing(socket, request, keepAlive);
    }
    int code = decide(request);
    if (code == 304 || code == 416) {
      files.close(file);
      start(code, keepAlive);
      if (code == 416) {
        head.put("Content-Range: bytes */").decimal(status.bytes).put("\r\nContent-Length: 0\r\n");
      }
      send(socket);
      return WHOLE;
    }
    start(code, keepAlive).put("Content-Type: ").put(HttpTypes.of(path.bytes, path.length));
    HttpDate.put(head.put("\r\nLast-Modified: "), status.modifiedSeconds);
    head.put("\r\nAccept-Ranges: bytes\r\nContent-Length: ").decimal(bytes).put("\r\n");
    if (code == 206) {
      head.put("Content-Range: bytes ").decimal(offset).octet('-').decimal(offset + bytes - 1);
      head.octet('/').decimal(status.bytes).put("\r\n");
    }
    send(socket);
    if (headOnly || bytes == 0) {
      files.close(file);
      return WHOLE;
    }
    return FILE;
  }

  private static final int MOVED = -1;

  /** Opens what the path means: 0, {@link #MOVED}, or the status code to refuse it with. */
  private int open() {
    int error = path.look(files, status);
    if (error < 0) {
      return code(error);
    }
    boolean directory = status.kind == FileStatus.DIRECTORY;
    if (directory && !path.slash) {
      return MOVED;
    }
    if (directory) {
      int length = path.length;
      if (path.append("/index.html")) {
        file = files.open(path.bytes, path.length, status);
        if (file >= 0) {
          return 0;
        }
      }
      path.length = length;
      status.kind = FileStatus.DIRECTORY;
      file = openDirectory();
    } else if (path.slash) {
      return 404; // a file is no directory
    } else {
      file = files.open(path.bytes, path.length, status);
    }
    return file < 0 ? code(file) : 0;
  }

  /** Opens the path as a directory: with a slash and a dot, so that DIR itself may be a link. */
  private int openDirectory() {
    int length = path.length;
    int opened = path.append("/.") ? files.openDirectory(path.bytes, path.length) : Files.MISSING;
    path.length = length;
    return opened;
  }

  private static int code(int error) {
    switch (error) {
      case Files.MISSING:
      case Files.WRONG_KIND:
        return 404;
      case Files.DENIED:
        return 403;
      case Files.TOO_MANY:
        return 503;
      default:
        return 500;
    }
  }

  /** Chooses status code and part of an open file. */
  private int decide(HttpRequest request) {
    offset = 0;
    bytes = status.bytes;
    if (request.modifiedSince >= 0 && status.modifiedSeconds <= request.modifiedSince) {
      return 304;
    }
    // RFC 9110 13.1.5: If-Range's date must be exactly that of the file; RFC 9110 14.2: GET only.
    boolean same = request.ifRange == -1 || request.ifRange == status.modifiedSeconds;
    if (!request.ranged || !same || request.method != HttpRequest.GET) {
      return 200;
    }
    if (request.rangeFirst < 0) {
      long suffix = Math.min(request.rangeLast, status.bytes);
      if (suffix == 0) {
        return 416;
      }
      offset = status.bytes - suffix;
    } else if (request.rangeFirst >= status.bytes) {
      return 416;
    } else {
      offset = request.rangeFirst;
    }
    long last =
        request.rangeFirst < 0 ? status.bytes - 1 : Math.min(request.rangeLast, status.bytes - 1);
    bytes = last - offset + 1;
    return 206;
  }

  /** Reads a piece of a file straight into the socket; answers its length, or less than 1. */
  int piece(TcpSocket socket, int file, long offset, int most) {
    int n = files.read(file, offset, piece, 0, Math.min(most, piece.length));
    return n > 0 ? socket.write(piece, 0, n) : n;
  }

  private int beginListing(TcpSocket socket, HttpRequest request, boolean keepAlive) {
    boolean chunked = request.minorVersion > 0;
    start(200, keepAlive && chunked).put("Content-Type: text/html; charset=utf-8\r\n");
    if (chunked) {
      head.put("Transfer-Encoding: chunked\r\n");
    }
    send(socket);
    if (request.method == HttpRequest.HEAD) {
      files.close(file);
      return WHOLE;
    }
    entry.clear().put("<!DOCTYPE html>\n<html><head><title>Listing</title></head>\n<body><ul>\n");
    if (path.length > path.rootLength()) {
      entry.put("<li><a href=\"../\">../</a></li>\n");
    }
    sendEntry(socket, chunked);
    return LISTING;
  }

  /** Writes the next entry of a listing, or its end; whether there is more. */
  boolean entry(TcpSocket socket, int directory, boolean chunked) {
    int n = files.nextName(directory, piece, 0, NAME_MAX);
    entry.clear();
    if (n > 0) {
      HttpPath.encode(entry.put("<li><a href=\"./"), piece, 0, n);
      HttpPath.escape(entry.put("\">"), piece, 0, n).put("</a></li>\n");
      sendEntry(socket, chunked);
      return true;
    }
    entry.put("</ul></body></html>\n");
    sendEntry(socket, chunked);
    if (chunked) {
      head.clear().put("0\r\n\r\n");
      write(socket);
    }
    return false;
  }

  private void sendEntry(TcpSocket socket, boolean chunked) {
    head.clear();
    if (chunked) {
      head.hexadecimal(entry.length).put("\r\n");
    }
    head.put(entry.bytes, 0, entry.length);
    if (chunked) {
      head.put("\r\n");
    }
    write(socket);
  }

  /** Sends a browser that asked for a directory without its slash to where its links work. */
  private void moved(TcpSocket socket, boolean keepAlive, boolean headOnly) {
    start(301, keepAlive).put("Location: ");
    int at = path.rootLength();
    HttpPath.encode(head, path.bytes, at, path.length - at).put("/\r\nContent-Length: 0\r\n\r\n");
    if (head.cut()) {
      error(socket, 414, keepAlive, headOnly);
    } else {
      write(socket);
    }
  }

  /** Writes a whole response that says what is wrong. */
  void error(TcpSocket socket, int code, boolean keepAlive, boolean headOnly) {
    String reason = reason(code);
    start(code, keepAlive);
    if (code == 405) {
      head.put("Allow: GET, HEAD\r\n");
    }
    head.put("Content-Type: text/plain\r\nContent-Length: ").decimal(reason.length() + 5);
    head.put("\r\n\r\n");
    if (!headOnly) {
      head.decimal(code).octet(' ').put(reason).octet('\n');
    }
    write(socket);
  }

  private Text start(int code, boolean keepAlive) {
    head.clear().put("HTTP/1.1 ").decimal(code).octet(' ').put(reason(code));
    long unixNs = platform.unixTimeNs();
    long now = unixNs < 0 ? -1 : unixNs / 1_000_000_000L;
    if (now != dateSeconds) {
      dateSeconds = now;
      HttpDate.put(date.clear().put("\r\nDate: "), now);
    }
    if (now >= 0) { // RFC 9110 6.6.1 (MUST NOT): no date without a clock
      head.put(date.bytes, 0, date.length);
    }
    head.put("\r\nServer: Tulle\r\n");
    return head.put(keepAlive ? "Connection: keep-alive\r\n" : "Connection: close\r\n");
  }

  /** Ends the head with its empty line and writes it. */
  private void send(TcpSocket socket) {
    head.put("\r\n");
    write(socket);
  }

  /** The caller saw to it that there is room; a dead socket shows at the next read. */
  private void write(TcpSocket socket) {
    int unused = socket.write(head.bytes, 0, head.length);
  }

  private static String reason(int code) {
    switch (code) {
      case 200:
        return "OK";
      case 206:
        return "Partial Content";
      case 301:
        return "Moved Permanently";
      case 304:
        return "Not Modified";
      case 400:
        return "Bad Request";
      case 403:
        return "Forbidden";
      case 404:
        return "Not Found";
      case 405:
        return "Method Not Allowed";
      case 413:
        return "Content Too Large";
      case 414:
        return "URI Too Long";
      case 416:
        return "Range Not Satisfiable";
      case 431:
        return "Request Header Fields Too Large";
      case 501:
        return "Not Implemented";
      case 503:
        return "Service Unavailable";
      case 505:
        return "HTTP Version Not Supported";
      default:
        return "Internal Server Error";
    }
  }
}
