// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/** The head of a response, read strictly: status, how the body's length is told, where to go on. */
final class HttpResponse {
  /** What {@link #contentBytes} says where the body ends with the connection. */
  static final long UNTIL_CLOSE = -1;

  /** What {@link #contentBytes} says of a chunked body. */
  static final long CHUNKED = -2;

  int status;
  long contentBytes;

  /** Where the Location field's value is in the buffer; empty where there is none. */
  int locationAt;

  int locationEnd;

  private final HttpFields fields = new HttpFields();
  private boolean coded;

  /** Reads a whole head; whether it is one. */
  boolean parse(byte[] b, int at, int end) {
    int stop = HttpFields.lineEnd(b, at, end);
    // RFC 9112 4: "HTTP/1.1 200 OK"; the reason may be empty, and its space is sometimes missing
    if (stop - at < 12
        || !Text.starts(b, at, 12, "HTTP/1.")
        || b[at + 8] != ' '
        || stop > at + 12 && b[at + 12] != ' ') {
      return false;
    }
    status = (int) Parse.number(b, at + 9, at + 12, 999);
    contentBytes = UNTIL_CLOSE;
    locationAt = 0;
    locationEnd = 0;
    coded = false;
    fields.begin(b, at, end);
    int more = fields.next();
    while (more > 0 && field()) {
      more = fields.next();
    }
    if (more != 0 || status < 100) {
      return false;
    }
    // RFC 9110 6.4.1: these have no body, whatever their fields say
    if (status < 200 || status == 204 || status == 304) {
      contentBytes = 0;
    }
    return true;
  }

  private boolean field() {
    if (fields.nameIs("content-length")) {
      long value = Parse.number(fields.bytes, fields.valueAt, fields.valueEnd, Long.MAX_VALUE);
      // RFC 9112 6.3: a second, different length is an error; chunked counts more than any length
      if (value == Parse.BAD || contentBytes >= 0 && contentBytes != value) {
        return false;
      }
      contentBytes = coded ? CHUNKED : value;
    } else if (fields.nameIs("transfer-encoding")) {
      if (coded || !fields.valueIs("chunked")) {
        return false;
      }
      coded = true;
      contentBytes = CHUNKED;
    } else if (fields.nameIs("location")) {
      locationAt = fields.valueAt;
      locationEnd = fields.valueEnd;
    }
    return true;
  }

  boolean redirects() {
    boolean moved =
        status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    return moved && locationEnd > locationAt;
  }
}
