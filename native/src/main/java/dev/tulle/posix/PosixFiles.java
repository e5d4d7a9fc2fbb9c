// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.posix;

import dev.tulle.apps.FileStatus;
import dev.tulle.apps.Files;
import org.teavm.interop.Address;

/** The machine's files. */
final class PosixFiles implements Files {
  /** What C fills in: kind, octets, seconds. */
  private final long[] status = new long[3];

  @Override
  public int look(byte[] path, int length, FileStatus to) {
    return described(Posix.look(Address.ofObject(path), length, Address.ofObject(status)), to);
  }

  @Override
  public int open(byte[] path, int length, FileStatus to) {
    return described(Posix.open(Address.ofObject(path), length, Address.ofObject(status)), to);
  }

  @Override
  public int read(int file, long offset, byte[] to, int at, int count) {
    return result(Posix.readAt(file, offset, Address.ofObject(to), at, count));
  }

  @Override
  public int openDirectory(byte[] path, int length) {
    return result(Posix.openDirectory(Address.ofObject(path), length));
  }

  @Override
  public int nextName(int directory, byte[] to, int at, int count) {
    return result(Posix.nextName(directory, Address.ofObject(to), at, count));
  }

  @Override
  public int create(byte[] path, int length) {
    return result(Posix.create(Address.ofObject(path), length));
  }

  @Override
  public int createInPlace(byte[] path, int length) {
    return result(Posix.createInPlace(Address.ofObject(path), length));
  }

  @Override
  public int write(int file, byte[] from, int at, int count) {
    return result(Posix.writeAll(file, Address.ofObject(from), at, count));
  }

  @Override
  public int commit(int file) {
    return result(Posix.commit(file));
  }

  @Override
  public void discard(int file) {
    Posix.discard(file);
  }

  @Override
  public void close(int file) {
    Posix.close(file);
  }

  private int described(int result, FileStatus to) {
    if (result < 0) {
      return result(result);
    }
    to.kind = (int) status[0];
    to.bytes = status[1];
    to.modifiedSeconds = status[2];
    return result;
  }

  private static int result(int result) {
    if (result >= 0) {
      return result;
    }
    switch (Posix.error(result)) {
      case Posix.DENIED:
        return DENIED;
      case Posix.MISSING:
        return MISSING;
      case Posix.FULL:
        return FULL;
      case Posix.WRONG_KIND:
        return WRONG_KIND;
      case Posix.TOO_MANY:
        return TOO_MANY;
      default:
        return FAILED;
    }
  }
}
