// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/**
 * The head of one request, read strictly: method, target, and the fields that the server obeys.
 *
 * <p>Nothing is copied; positions are in the buffer that {@link #parse} read. RFC 9110, RFC 9112.
 */
final class HttpRequest {
  static final int GET = 1;
  static final int HEAD = 2;

  /** A method that exists but that this server does not do. */
  static final int OTHER = 3;

  /** What {@link #contentBytes} says of a chunked body. */
  static final long CHUNKED = -1;

  private static final long NO_NUMBER = -1;

  int method;

  /** The target's path, before any question mark. */
  int pathAt;

  int pathEnd;
  boolean keepAlive;

  /** The length of the body that follows, or {@link #CHUNKED}. */
  long contentBytes;

  /** Whether there is one range that can be obeyed. */
  boolean ranged;

  /** First octet asked for; -1 where {@link #rangeLast} is how many of the last octets. */
  long rangeFirst;

  /** Last octet asked for; {@code Long.MAX_VALUE} for all from the first on. */
  long rangeLast;

  /** What If-Modified-Since says, in seconds since 1970; -1 where absent or not a date. */
  long modifiedSince;

  /**
   * What If-Range says, as {@link #modifiedSince}; -2 where it is no date, which matches nothing.
   */
  long ifRange;

  /** HTTP/1.x: x. */
  int minorVersion;

  private final HttpFields fields = new HttpFields();
  private boolean hostSeen;
  private boolean lengthSeen;
  private boolean codingSeen;

  /**
   * Reads a whole head, from the request line through the empty line.
   *
   * @return 0, or the status code to refuse it with
   */
  int parse(byte[] b, int at, int end) {
    clear();
    int status = requestLine(b, at, end);
    if (status != 0) {
      return status;
    }
    keepAlive = minorVersion > 0;
    fields.begin(b, at, end);
    int more = fields.next();
    while (more > 0) {
      status = field();
      if (status != 0) {
        return status;
      }
      more = fields.next();
    }
    if (more == HttpFields.MALFORMED) {
      return 400;
    }
    // RFC 9112 3.2: a request of HTTP/1.1 without Host, or with two, is answered with 400.
    if (minorVersion > 0 && !hostSeen) {
      return 400;
    }
    // RFC 9112 6.3: both is what an attacker sends who smuggles a second request past a proxy.
    return lengthSeen && codingSeen ? 400 : 0;
  }

  private void clear() {
    method = 0;
    keepAlive = false;
    contentBytes = 0;
    ranged = false;
    modifiedSince = NO_NUMBER;
    ifRange = NO_NUMBER;
    hostSeen = false;
    lengthSeen = false;
    codingSeen = false;
  }

  private int requestLine(byte[] b, int at, int end) {
    int stop = HttpFields.lineEnd(b, at, end);
    int methodEnd = Parse.find(b, at, stop, ' ');
    int targetEnd = Parse.find(b, Math.min(methodEnd + 1, stop), stop, ' ');
    if (methodEnd == at || targetEnd >= stop || targetEnd == methodEnd + 1) {
      return 400;
    }
    for (int i = at; i < methodEnd; i++) {
      if (!HttpFields.token(b[i])) {
        return 400;
      }
    }
    int versionAt = targetEnd + 1;
    if (stop - versionAt != 8
        || !Text.starts(b, versionAt, 8, "HTTP/")
        || b[versionAt + 6] != '.') {
      return 400;
    }
    minorVersion = b[versionAt + 7] - '0';
    if (minorVersion < 0 || minorVersion > 9) {
      return 400;
    }
    if (b[versionAt + 5] != '1') {
      return 505;
    }
    for (int i = methodEnd + 1; i < targetEnd; i++) {
      if (b[i] <= 0x20 || b[i] == 0x7F) {
        return 400;
      }
    }
    return target(b, methodEnd + 1, targetEnd, methodOf(b, at, methodEnd - at));
  }

  private int target(byte[] b, int at, int end, int named) {
    if (named == 0) {
      return 501;
    }
    method = named;
    pathAt = at;
    pathEnd = Parse.find(b, at, end, '?');
    if (Text.starts(b, at, end - at, "http://")) {
      // RFC 9112 3.2.2: a server must take the absolute form; what host it names does not matter
      // here
      pathAt = Parse.find(b, at + 7, pathEnd, '/');
    } else if (b[at] != '/' && named != OTHER) {
      return 400;
    }
    return 0;
  }

  private static int methodOf(byte[] b, int at, int count) {
    if (Text.is(b, at, count, "GET")) {
      return GET;
    } else if (Text.is(b, at, count, "HEAD")) {
      return HEAD;
    } else if (Text.is(b, at, count, "POST")
        || Text.is(b, at, count, "PUT")
        || Text.is(b, at, count, "DELETE")
        || Text.is(b, at, count, "OPTIONS")
        || Text.is(b, at, count, "PATCH")
        || Text.is(b, at, count, "TRACE")
        || Text.is(b, at, count, "CONNECT")) {
      return OTHER;
    }
    return 0;
  }

  private int field() {
    if (fields.nameIs("host")) {
      boolean twice = hostSeen;
      hostSeen = true;
      return twice ? 400 : 0;
    } else if (fields.nameIs("content-length")) {
      return contentLength();
    } else if (fields.nameIs("transfer-encoding")) {
      return transferEncoding();
    } else if (fields.nameIs("connection")) {
      if (fields.valueHas("close")) {
        keepAlive = false;
      } else if (minorVersion == 0 && fields.valueHas("keep-alive")) {
        keepAlive = true;
      }
    } else if (fields.nameIs("range")) {
      range(fields.bytes, fields.valueAt, fields.valueEnd);
    } else if (fields.nameIs("if-modified-since")) {
      modifiedSince = HttpDate.parse(fields.bytes, fields.valueAt, fields.valueEnd);
    } else if (fields.nameIs("if-range")) {
      long date = HttpDate.parse(fields.bytes, fields.valueAt, fields.valueEnd);
      ifRange = date < 0 ? -2 : date;
    }
    return 0;
  }

  private int contentLength() {
    long value = Parse.number(fields.bytes, fields.valueAt, fields.valueEnd, Long.MAX_VALUE);
    // RFC 9112 6.3: anything but one plain number is an unrecoverable error
    if (value == Parse.BAD || lengthSeen) {
      return 400;
    }
    lengthSeen = true;
    contentBytes = value;
    return 0;
  }

  private int transferEncoding() {
    // RFC 9112 6.1: a coding that the server does not understand is answered with 501
    if (codingSeen || minorVersion == 0) {
      return 400;
    }
    codingSeen = true;
    contentBytes = CHUNKED;
    return fields.valueIs("chunked") ? 0 : 501;
  }

  /** RFC 9110 14.2: what is not one valid range of octets is ignored. */
  private void range(byte[] b, int at, int end) {
    if (!Text.starts(b, at, end - at, "bytes=")) {
      return;
    }
    int first = at + 6;
    int dash = Parse.find(b, first, end, '-');
    if (dash == end) {
      return;
    }
    long from = dash == first ? -1 : Parse.number(b, first, dash, Long.MAX_VALUE);
    long to = dash + 1 == end ? Long.MAX_VALUE : Parse.number(b, dash + 1, end, Long.MAX_VALUE - 1);
    boolean suffix = dash == first;
    if (to < 0 || !suffix && (from < 0 || to < from) || suffix && dash + 1 == end) {
      return;
    }
    ranged = true;
    rangeFirst = from;
    rangeLast = to;
  }
}
