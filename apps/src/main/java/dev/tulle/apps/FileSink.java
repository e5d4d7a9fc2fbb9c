// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.link.CaptureSink;

/** A file that a capture writes to, through a buffer that {@link #flush} empties. */
final class FileSink implements CaptureSink {
  private static final int BUFFER_BYTES = 65536;

  private final Files files;
  private final int file;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int filled;
  private int status;

  FileSink(Files files, int file) {
    this.files = files;
    this.file = file;
  }

  @Override
  public int write(byte[] bytes, int at, int count) {
    if (count > buffer.length - filled) {
      flush();
    }
    if (status == 0 && count > buffer.length) {
      status = files.write(file, bytes, at, count);
    } else if (status == 0) {
      System.arraycopy(bytes, at, buffer, filled, count);
      filled += count;
    }
    return status;
  }

  /** Hands what is buffered to the file; answers 0 or the first failure so far. */
  int flush() {
    if (status == 0 && filled > 0) {
      status = files.write(file, buffer, 0, filled);
      filled = 0;
    }
    return status;
  }

  void close() {
    files.close(file);
  }
}
