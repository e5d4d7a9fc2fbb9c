// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

/** What there is to know about a file before reading it; one instance is filled again and again. */
public final class FileStatus {
  public static final int FILE = 0;
  public static final int DIRECTORY = 1;

  /** A symbolic link that was not followed. */
  public static final int LINK = 2;

  /** A device, a pipe, a socket. */
  public static final int OTHER = 3;

  public int kind;
  public long bytes;

  /** Seconds since 1970-01-01T00:00:00Z. */
  public long modifiedSeconds;
}
