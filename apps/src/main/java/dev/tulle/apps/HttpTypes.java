// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/** The media type of a file, by the letters behind its name's last point. */
final class HttpTypes {
  private static final String UNKNOWN = "application/octet-stream";

  private HttpTypes() {}

  /** The type of the file with this path; octets where the name says nothing. */
  static String of(byte[] path, int length) {
    int at = length;
    while (at > 0 && path[at - 1] != '.' && path[at - 1] != '/') {
      at--;
    }
    if (at == 0 || path[at - 1] == '/' || length - at > 5) {
      return UNKNOWN;
    }
    return ofEnding(path, at, length - at);
  }

  private static String ofEnding(byte[] b, int at, int n) {
    if (Text.isIgnoringCase(b, at, n, "html") || Text.isIgnoringCase(b, at, n, "htm")) {
      return "text/html; charset=utf-8";
    } else if (Text.isIgnoringCase(b, at, n, "txt")
        || Text.isIgnoringCase(b, at, n, "md")
        || Text.isIgnoringCase(b, at, n, "log")
        || Text.isIgnoringCase(b, at, n, "java")
        || Text.isIgnoringCase(b, at, n, "c")
        || Text.isIgnoringCase(b, at, n, "h")) {
      return "text/plain; charset=utf-8";
    } else if (Text.isIgnoringCase(b, at, n, "css")) {
      return "text/css; charset=utf-8";
    } else if (Text.isIgnoringCase(b, at, n, "js") || Text.isIgnoringCase(b, at, n, "mjs")) {
      return "text/javascript; charset=utf-8";
    } else if (Text.isIgnoringCase(b, at, n, "json")) {
      return "application/json";
    } else if (Text.isIgnoringCase(b, at, n, "xml")) {
      return "application/xml";
    } else if (Text.isIgnoringCase(b, at, n, "csv")) {
      return "text/csv; charset=utf-8";
    } else if (Text.isIgnoringCase(b, at, n, "pdf")) {
      return "application/pdf";
    } else if (Text.isIgnoringCase(b, at, n, "wasm")) {
      return "application/wasm";
    } else if (Text.isIgnoringCase(b, at, n, "zip")) {
      return "application/zip";
    } else if (Text.isIgnoringCase(b, at, n, "gz")) {
      return "application/gzip";
    }
    return ofMedia(b, at, n);
  }

  private static String ofMedia(byte[] b, int at, int n) {
    if (Text.isIgnoringCase(b, at, n, "png")) {
      return "image/png";
    } else if (Text.isIgnoringCase(b, at, n, "jpg") || Text.isIgnoringCase(b, at, n, "jpeg")) {
      return "image/jpeg";
    } else if (Text.isIgnoringCase(b, at, n, "gif")) {
      return "image/gif";
    } else if (Text.isIgnoringCase(b, at, n, "svg")) {
      return "image/svg+xml";
    } else if (Text.isIgnoringCase(b, at, n, "webp")) {
      return "image/webp";
    } else if (Text.isIgnoringCase(b, at, n, "ico")) {
      return "image/vnd.microsoft.icon";
    } else if (Text.isIgnoringCase(b, at, n, "mp4")) {
      return "video/mp4";
    } else if (Text.isIgnoringCase(b, at, n, "webm")) {
      return "video/webm";
    } else if (Text.isIgnoringCase(b, at, n, "mp3")) {
      return "audio/mpeg";
    } else if (Text.isIgnoringCase(b, at, n, "ogg")) {
      return "audio/ogg";
    } else if (Text.isIgnoringCase(b, at, n, "woff2")) {
      return "font/woff2";
    }
    return UNKNOWN;
  }
}
