// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.ip.Endpoint;

/** A URL of the form {@code http://host:8080/path}, taken apart, and what redirects make of it. */
final class HttpUrl {
  /** Longest path with query that is asked for. */
  static final int PATH_MAX = 4000;

  /** Where it is; the address is {@link #target}'s to find. */
  final Endpoint endpoint = new Endpoint();

  final Target target = new Target(endpoint);

  /** The path with its query: begins with a slash. */
  final Text path = new Text(PATH_MAX);

  private String error = "";

  /** What was wrong with the last text, to be put behind it in a sentence. */
  String error() {
    return error;
  }

  /** Takes a whole URL; whether it is one that can be fetched. */
  boolean parse(byte[] b, int at, int end) {
    if (end - at < 7 || !Text.isIgnoringCase(b, at, 7, "http://")) {
      return fail(" is not a URL that begins with http://");
    }
    int host = at + 7;
    int hostEnd = host;
    while (hostEnd < end && b[hostEnd] != '/' && b[hostEnd] != '?' && b[hostEnd] != '#') {
      hostEnd++;
    }
    // RFC 3986 3.2.2: an IPv6 address is in brackets, and has colons of its own
    int from = host < hostEnd && b[host] == '[' ? Parse.find(b, host, hostEnd, ']') : host;
    int colon = Parse.find(b, from, hostEnd, ':');
    if (!target.take(b, host, colon)) {
      return fail(": its host is neither an address like 10.9.0.1 nor a name");
    }
    long number = colon == hostEnd ? 80 : Parse.number(b, colon + 1, hostEnd, 65535);
    if (number < 1) {
      return fail(": its port is not a number from 1 to 65535");
    }
    endpoint.port = (int) number;
    path.clear();
    return path(b, hostEnd, end);
  }

  /** Takes what a Location field says, which may be relative to the URL so far. */
  boolean follow(byte[] b, int at, int end) {
    int n = end - at;
    if (n >= 7 && Text.isIgnoringCase(b, at, 7, "http://")) {
      return parse(b, at, end);
    }
    if (Text.starts(b, at, n, "//") || Parse.find(b, at, end, ':') < Parse.find(b, at, end, '/')) {
      return fail(": only http:// can be fetched");
    }
    if (n > 0 && b[at] == '/') {
      path.clear();
    } else {
      // RFC 3986 5.2.3: what follows the last slash is replaced
      int length = Parse.find(path.bytes, 0, path.length, '?');
      while (length > 0 && path.bytes[length - 1] != '/') {
        length--;
      }
      path.length = length;
    }
    return path(b, at, end);
  }

  private boolean path(byte[] b, int at, int end) {
    int stop = Parse.find(b, at, end, '#');
    if (path.length == 0 && (at == stop || b[at] != '/')) {
      path.octet('/');
    }
    for (int i = at; i < stop; i++) {
      if (b[i] <= 0x20 || b[i] == 0x7F) {
        return fail(": it has octets that must be written as %XX");
      }
      path.octet(b[i]);
    }
    return !path.cut() || fail(": it is too long");
  }

  private boolean fail(String error) {
    this.error = error;
    return false;
  }
}
