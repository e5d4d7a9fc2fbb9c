// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import dev.tulle.apps.FileStatus;
import dev.tulle.apps.Files;
import dev.tulle.wire.Bytes;

/**
 * The files of an archive that is part of the image: they are read, and nothing else.
 *
 * <p>The archive begins with four numbers of 32 bits: {@link #MAGIC}, how many octets it has, how
 * many of these are header and directory, and the number of entries. An entry is four numbers and a
 * path: where its octets are, how many, when it was last modified, and how long the path is. A
 * directory's path ends in a slash; the topmost directory, the first entry, is a slash alone.
 * {@code dev.tulle.board.Archive} writes it.
 */
final class ArchiveFiles implements Files {
  /** "Tull" in US-ASCII. */
  static final int MAGIC = 0x54756c6c;

  private static final int HEADER = 16;
  private static final int OFFSET = 0;
  private static final int OCTETS = 4;
  private static final int SECONDS = 8;
  private static final int PATH_OCTETS = 12;
  private static final int PATH = 16;

  /** Listings that may be under way at once. */
  private static final int LISTINGS = 16;

  private static final int NONE = -1;

  private final Rom rom;
  private final int octets;
  private final byte[] directory;

  /** Where each entry is in the directory. */
  private final int[] entries;

  /** The directory that each listing is of, or {@link #NONE}, and its next entry. */
  private final int[] listed = new int[LISTINGS];

  private final int[] next = new int[LISTINGS];
  private final byte[] wanted = new byte[PATH_BYTES + 2];

  ArchiveFiles(Rom rom) {
    this.rom = rom;
    byte[] header = new byte[HEADER];
    rom.read(0, header, 0, HEADER);
    boolean there = Bytes.i32(header, 0) == MAGIC;
    octets = there ? Bytes.i32(header, 4) : 0;
    directory = new byte[there ? Bytes.i32(header, 8) : 0];
    rom.read(0, directory, 0, directory.length);
    entries = new int[there ? Bytes.i32(header, 12) : 0];
    int at = HEADER;
    for (int i = 0; i < entries.length; i++) {
      entries[i] = at;
      at += PATH + Bytes.i32(directory, at + PATH_OCTETS);
    }
    for (int i = 0; i < LISTINGS; i++) {
      listed[i] = NONE;
    }
  }

  /** Octets of the whole archive; 0 where there is none. */
  int octets() {
    return octets;
  }

  @Override
  public int look(byte[] path, int length, FileStatus to) {
    int entry = find(path, length);
    if (entry >= 0) {
      describe(entry, to);
    }
    return Math.min(entry, 0);
  }

  @Override
  public int open(byte[] path, int length, FileStatus to) {
    int entry = find(path, length);
    if (entry >= 0) {
      describe(entry, to);
      return to.kind == FileStatus.FILE ? entry : WRONG_KIND;
    }
    return entry;
  }

  @Override
  public int read(int file, long offset, byte[] to, int at, int count) {
    int entry = entries[file];
    int octets = Bytes.i32(directory, entry + OCTETS);
    if (offset >= octets) {
      return 0;
    }
    int n = (int) Math.min(count, octets - offset);
    rom.read(Bytes.i32(directory, entry + OFFSET) + (int) offset, to, at, n);
    return n;
  }

  @Override
  public int openDirectory(byte[] path, int length) {
    int entry = find(path, length);
    if (entry < 0) {
      return entry;
    }
    if (!isDirectory(entry)) {
      return WRONG_KIND;
    }
    for (int i = 0; i < LISTINGS; i++) {
      if (listed[i] == NONE) {
        listed[i] = entry;
        next[i] = 0;
        return entries.length + i;
      }
    }
    return TOO_MANY;
  }

  @Override
  public int nextName(int directory, byte[] to, int at, int count) {
    int listing = directory - entries.length;
    int parent = entries[listed[listing]];
    int prefix = prefixOctets(parent);
    while (next[listing] < entries.length) {
      int entry = entries[next[listing]++];
      int octets = Bytes.i32(this.directory, entry + PATH_OCTETS) - prefix;
      if (octets > 0
          && octets <= count
          && Bytes.equal(this.directory, entry + PATH, this.directory, parent + PATH, prefix)
          && isName(entry + PATH + prefix, octets)) {
        System.arraycopy(this.directory, entry + PATH + prefix, to, at, octets);
        return octets;
      }
    }
    return 0;
  }

  @Override
  public void close(int file) {
    if (file >= entries.length) {
      listed[file - entries.length] = NONE;
    }
  }

  @Override
  public int create(byte[] path, int length) {
    return DENIED;
  }

  @Override
  public int createInPlace(byte[] path, int length) {
    return DENIED;
  }

  @Override
  public int write(int file, byte[] from, int at, int count) {
    return DENIED;
  }

  @Override
  public int commit(int file) {
    return DENIED;
  }

  @Override
  public void discard(int file) {}

  /** The entry of a path, or {@link #MISSING}: single dots and double slashes mean nothing. */
  private int find(byte[] path, int length) {
    int octets = 0;
    int i = 0;
    while (i < length) {
      int end = i;
      while (end < length && path[end] != '/') {
        end++;
      }
      if (end > i && !(end == i + 1 && path[i] == '.')) {
        System.arraycopy(path, i, wanted, octets, end - i);
        octets += end - i;
        wanted[octets++] = '/';
      }
      i = end + 1;
    }
    if (octets == 0) {
      return entries.length > 0 ? 0 : MISSING;
    }
    for (int e = 1; e < entries.length; e++) {
      int at = entries[e];
      int its = Bytes.i32(directory, at + PATH_OCTETS);
      int compared = isDirectory(e) ? octets : octets - 1;
      if (its == compared && Bytes.equal(directory, at + PATH, wanted, 0, compared)) {
        return e;
      }
    }
    return MISSING;
  }

  private void describe(int entry, FileStatus to) {
    to.kind = isDirectory(entry) ? FileStatus.DIRECTORY : FileStatus.FILE;
    to.bytes = Bytes.i32(directory, entries[entry] + OCTETS);
    to.modifiedSeconds = Bytes.i32(directory, entries[entry] + SECONDS);
  }

  private boolean isDirectory(int entry) {
    int at = entries[entry];
    return directory[at + PATH + Bytes.i32(directory, at + PATH_OCTETS) - 1] == '/';
  }

  /** How many octets of their paths all have that are in a directory. */
  private int prefixOctets(int at) {
    int octets = Bytes.i32(directory, at + PATH_OCTETS);
    return octets == 1 ? 0 : octets;
  }

  /** Whether octets name something in this directory, not further down, nor itself. */
  private boolean isName(int at, int octets) {
    for (int i = 0; i < octets - 1; i++) {
      if (directory[at + i] == '/') {
        return false;
      }
    }
    return octets > 1 || directory[at] != '/';
  }
}
