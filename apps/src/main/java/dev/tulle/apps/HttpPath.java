// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/**
 * The file that a request's path means: below the served directory, or nothing.
 *
 * <p>The path is decoded once, cut into segments, and refused where a segment could mean anything
 * but a name: {@code ..}, an encoded slash, a backslash, NUL. A symbolic link below the served
 * directory is never followed, so nothing outside can be reached whatever lies in it.
 */
final class HttpPath {
  /** The path on disk: the directory that is served, then what was asked for. */
  final byte[] bytes = new byte[Files.PATH_BYTES + 16];

  int length;

  /** Whether the path ended in a slash, as a directory's does. */
  boolean slash;

  private int rootLength;

  /** Sets the directory that is served. */
  void root(byte[] root) {
    rootLength = Math.min(root.length, Files.PATH_BYTES);
    System.arraycopy(root, 0, bytes, 0, rootLength);
    while (rootLength > 0 && bytes[rootLength - 1] == '/') {
      rootLength--; // the segments bring their own
    }
    length = rootLength;
  }

  /** Where the part that was asked for begins; it is empty or begins with a slash. */
  int rootLength() {
    return rootLength;
  }

  /**
   * Takes the path {@code [at, end)} of a request.
   *
   * @return 0, or the status code to refuse it with
   */
  int take(byte[] b, int at, int end) {
    length = rootLength;
    slash = true;
    int i = at;
    while (i < end) {
      if (b[i] == '/') {
        slash = true;
        i++;
        continue;
      }
      int segment = length;
      if (length == Files.PATH_BYTES) {
        return 414;
      }
      bytes[length++] = '/';
      slash = false;
      while (i < end && b[i] != '/') {
        int octet = b[i++] & 0xFF;
        if (octet == '%') {
          octet = i + 2 <= end ? (int) Parse.hexadecimal(b, i, i + 2, 255) : -1;
          i += 2;
        }
        if (octet <= 0 || octet == '/' || octet == '\\') {
          return 400;
        }
        if (length == Files.PATH_BYTES) {
          return 414;
        }
        bytes[length++] = (byte) octet;
      }
      int name = length - segment - 1;
      if (name == 1 && bytes[segment + 1] == '.') {
        length = segment; // RFC 3986 5.2.4: this directory
        slash = true;
      } else if (name == 2 && bytes[segment + 1] == '.' && bytes[segment + 2] == '.') {
        return 400; // clients resolve it; who sends it wants out
      }
    }
    return 0;
  }

  /** Whether a directory on the way or the file itself is a symbolic link, or is missing. */
  int look(Files files, FileStatus status) {
    for (int i = rootLength + 1; i < length; i++) {
      if (bytes[i] == '/') {
        int error = files.look(bytes, i, status);
        if (error < 0) {
          return error;
        }
        if (status.kind != FileStatus.DIRECTORY) {
          return Files.MISSING;
        }
      }
    }
    if (length == rootLength) {
      status.kind = FileStatus.DIRECTORY;
      return 0;
    }
    int error = files.look(bytes, length, status);
    return error == 0 && status.kind == FileStatus.LINK ? Files.MISSING : error;
  }

  /** Appends a name to the path; whether it fits. */
  boolean append(String literal) {
    if (literal.length() > bytes.length - length) {
      return false;
    }
    for (int i = 0; i < literal.length(); i++) {
      bytes[length++] = (byte) literal.charAt(i);
    }
    return true;
  }

  /** Writes octets so that they can stand in a URL's path. RFC 3986 2.1. */
  static Text encode(Text text, byte[] b, int at, int count) {
    for (int i = at; i < at + count; i++) {
      int letter = Text.lower(b[i]);
      boolean plain =
          letter >= 'a' && letter <= 'z'
              || b[i] >= '0' && b[i] <= '9'
              || b[i] == '-'
              || b[i] == '.'
              || b[i] == '_'
              || b[i] == '~'
              || b[i] == '/';
      if (plain) {
        text.octet(b[i]);
      } else {
        text.octet('%').octet(hex(b[i] >> 4)).octet(hex(b[i]));
      }
    }
    return text;
  }

  /** Writes octets so that a page shows them and obeys none of them. */
  static Text escape(Text text, byte[] b, int at, int count) {
    for (int i = at; i < at + count; i++) {
      switch (b[i]) {
        case '&':
          text.put("&amp;");
          break;
        case '<':
          text.put("&lt;");
          break;
        case '>':
          text.put("&gt;");
          break;
        case '"':
          text.put("&quot;");
          break;
        case '\'':
          text.put("&#39;");
          break;
        default:
          text.octet(b[i] >= 0 && b[i] < 0x20 ? '?' : b[i]);
          break;
      }
    }
    return text;
  }

  private static int hex(int value) {
    int digit = value & 15;
    return digit < 10 ? '0' + digit : 'A' - 10 + digit;
  }
}
