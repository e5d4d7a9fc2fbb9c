// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/**
 * The files of the machine, as httpd, get and the capture need them.
 *
 * <p>A path is the first {@code length} octets of an array, without a zero octet, at most {@link
 * #PATH_BYTES} long. An open file is a small non-negative number. What fails answers a negative
 * number: one of those below.
 */
public interface Files {
  /** Longest path in octets. */
  int PATH_BYTES = 4000;

  /** No such file, or a name or path that cannot be one. */
  int MISSING = -32;

  /** Not permitted. */
  int DENIED = -33;

  /** No space left, or over a quota or a size limit. */
  int FULL = -34;

  /** Not the kind of file that the call is for. */
  int WRONG_KIND = -35;

  /** Too many files are open. */
  int TOO_MANY = -36;

  /** Any other failure of the device or the system. */
  int FAILED = -37;

  /**
   * Looks at a path. A symbolic link at its end is not followed but answered as {@link
   * FileStatus#LINK}.
   *
   * @return 0 or a negative number
   */
  int look(byte[] path, int length, FileStatus to);

  /**
   * Opens a regular file for reading and tells its status as of then. Does not wait for a pipe and
   * does not follow a symbolic link at the path's end: {@link #WRONG_KIND}.
   *
   * @return the open file or a negative number
   */
  int open(byte[] path, int length, FileStatus to);

  /**
   * Reads from an offset.
   *
   * @return octets read, 0 at the file's end, or a negative number
   */
  int read(int file, long offset, byte[] to, int at, int count);

  /** Opens a directory for listing; answers as {@link #open} does. */
  int openDirectory(byte[] path, int length);

  /**
   * Puts the next name of an open directory into {@code to}, in no particular order. The name of a
   * directory gets a slash at its end. Left out are {@code .}, {@code ..}, symbolic links, and
   * names longer than {@code count}.
   *
   * @return the name's length, 0 at the end, or a negative number
   */
  int nextName(int directory, byte[] to, int at, int count);

  /**
   * Begins a new file: a temporary one in the same folder as {@code path}, which takes the path's
   * place with {@link #commit}. One such file at a time.
   *
   * @return the open file or a negative number
   */
  int create(byte[] path, int length);

  /**
   * Creates or empties a file that is written in place, such as a capture.
   *
   * @return the open file or a negative number
   */
  int createInPlace(byte[] path, int length);

  /**
   * Appends all of the octets.
   *
   * @return 0 or a negative number
   */
  int write(int file, byte[] from, int at, int count);

  /**
   * Closes the file that {@link #create} began and gives it its name, in place of an older one.
   *
   * @return 0, or a negative number, and then nothing is left of it
   */
  int commit(int file);

  /** Closes the file that {@link #create} began and removes it. */
  void discard(int file);

  /** Closes a file or directory of any other kind. */
  void close(int file);
}
