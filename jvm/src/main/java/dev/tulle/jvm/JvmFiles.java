// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.apps.FileStatus;
import dev.tulle.apps.Files;
import dev.tulle.stack.Status;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The machine's files by system calls on octet paths; an open file is its descriptor. */
final class JvmFiles implements Files {
  private static final int DIRECTORY_ENTRY = 4;
  private static final int LINK_ENTRY = 10;
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC = 0x7FF;

  /** Read and write for all whom the umask leaves. */
  private static final int MODE = 0666;

  private static final byte[] EMPTY = {0};
  private static final byte[] TEMPORARY = ".tulle-".getBytes(StandardCharsets.US_ASCII);

  private final Libc libc;
  private final byte[] status = new byte[256];
  private final ByteBuffer statusView = ByteBuffer.wrap(status).order(ByteOrder.nativeOrder());

  /** What getdents answered last for a directory, by its descriptor. */
  private Entries[] directories = new Entries[16];

  /** The file that {@link #create} began; -1 for none. */
  private int newFile = -1;

  private byte[] newPath;

  /** Where the octets go until then; null for a device, which is written in place. */
  private byte[] temporaryPath;

  JvmFiles(Libc libc) {
    this.libc = libc;
  }

  @Override
  public int look(byte[] path, int length, FileStatus to) {
    return look(AT_FDCWD, terminated(path, length), AT_SYMLINK_NOFOLLOW, to);
  }

  /** struct statx of statx(2). */
  private int look(int fd, byte[] path, int flags, FileStatus to) {
    int answer = libc.statx(fd, path, flags, STATX_BASIC, status);
    if (answer < 0) {
      return failure(answer);
    }
    to.kind =
        switch (statusView.getShort(28) & 0xF000) {
          case 0x8000 -> FileStatus.FILE;
          case 0x4000 -> FileStatus.DIRECTORY;
          case 0xA000 -> FileStatus.LINK;
          default -> FileStatus.OTHER;
        };
    to.bytes = statusView.getLong(40);
    to.modifiedSeconds = statusView.getLong(112);
    return Status.OK;
  }

  @Override
  public int open(byte[] path, int length, FileStatus to) {
    int fd =
        libc.open(
            terminated(path, length),
            OpenFlags.READ_ONLY
                | OpenFlags.NONBLOCK
                | OpenFlags.NO_FOLLOW
                | OpenFlags.NO_TERMINAL
                | OpenFlags.CLOEXEC,
            0);
    if (fd < 0) {
      return failure(fd);
    }
    int answer = look(fd, EMPTY, AT_EMPTY_PATH, to);
    if (answer == Status.OK && to.kind != FileStatus.FILE) {
      answer = WRONG_KIND;
    }
    if (answer < 0) {
      libc.close(fd);
      return answer;
    }
    return fd;
  }

  @Override
  public int read(int file, long offset, byte[] to, int at, int count) {
    int octets;
    do {
      octets = libc.pread(file, to, at, count, offset);
    } while (octets == -Errno.EINTR);
    return octets < 0 ? failure(octets) : octets;
  }

  @Override
  public int openDirectory(byte[] path, int length) {
    int fd =
        libc.open(
            terminated(path, length),
            OpenFlags.READ_ONLY
                | OpenFlags.DIRECTORY
                | OpenFlags.NO_FOLLOW
                | OpenFlags.NONBLOCK
                | OpenFlags.CLOEXEC,
            0);
    if (fd < 0) {
      return fd == -Errno.ENOTDIR ? WRONG_KIND : failure(fd);
    }
    if (fd >= directories.length) {
      directories = Arrays.copyOf(directories, fd * 2);
    }
    directories[fd] = new Entries();
    return fd;
  }

  @Override
  public int nextName(int directory, byte[] to, int at, int count) {
    Entries entries = directories[directory];
    for (; ; ) {
      if (entries.at >= entries.end) {
        int octets = libc.getdents(directory, entries.bytes);
        if (octets <= 0) {
          return octets == 0 ? 0 : failure(octets);
        }
        entries.at = 0;
        entries.end = octets;
      }
      int length = entries.take();
      int start = entries.nameAt;
      boolean dots =
          length <= 2 && entries.bytes[start] == '.' && entries.bytes[start + length - 1] == '.';
      int slash = entries.kind == DIRECTORY_ENTRY ? 1 : 0;
      if (!dots && entries.kind != LINK_ENTRY && length + slash <= count) {
        System.arraycopy(entries.bytes, start, to, at, length);
        if (slash > 0) {
          to[at + length] = '/';
        }
        return length + slash;
      }
    }
  }

  @Override
  public int create(byte[] path, int length) {
    if (newFile >= 0) {
      return FAILED;
    }
    newPath = terminated(path, length);
    FileStatus existing = new FileStatus();
    int answer = look(AT_FDCWD, newPath, 0, existing); // through symbolic links
    if (answer == Status.OK && existing.kind == FileStatus.DIRECTORY) {
      return WRONG_KIND;
    }
    if (answer == Status.OK && existing.kind == FileStatus.OTHER) {
      // /dev/null, /dev/stdout, a named pipe: to put a file in their place would be a misfortune.
      temporaryPath = null;
      newFile = openForWriting(newPath, 0);
      return newFile;
    }
    for (int attempt = 0; attempt < 100; attempt++) {
      temporaryPath = beside(path, length);
      newFile = openForWriting(temporaryPath, OpenFlags.CREATE | OpenFlags.EXCLUSIVE);
      if (newFile != -Errno.EEXIST) {
        break;
      }
    }
    if (newFile < 0) {
      int failed = failure(newFile);
      newFile = -1;
      return failed;
    }
    return newFile;
  }

  /** A name for a temporary file in the folder of {@code path}. */
  private byte[] beside(byte[] path, int length) {
    int folder = length;
    while (folder > 0 && path[folder - 1] != '/') {
      folder--;
    }
    byte[] random = new byte[6];
    libc.getrandom(random);
    byte[] name = Arrays.copyOf(path, folder + TEMPORARY.length + 2 * random.length + 1);
    System.arraycopy(TEMPORARY, 0, name, folder, TEMPORARY.length);
    int at = folder + TEMPORARY.length;
    for (byte octet : random) {
      name[at++] = (byte) Character.forDigit(octet >> 4 & 15, 16);
      name[at++] = (byte) Character.forDigit(octet & 15, 16);
    }
    name[at] = 0;
    return name;
  }

  private int openForWriting(byte[] path, int flags) {
    return libc.open(
        path, OpenFlags.WRITE_ONLY | OpenFlags.NO_TERMINAL | OpenFlags.CLOEXEC | flags, MODE);
  }

  @Override
  public int createInPlace(byte[] path, int length) {
    int fd = openForWriting(terminated(path, length), OpenFlags.CREATE | OpenFlags.TRUNCATE);
    return fd < 0 ? failure(fd) : fd;
  }

  @Override
  public int write(int file, byte[] from, int at, int count) {
    int next = at;
    int left = count;
    while (left > 0) {
      int octets = libc.write(file, from, next, left);
      if (octets == -Errno.EINTR) {
        continue;
      }
      if (octets <= 0) {
        return octets == 0 ? FAILED : failure(octets);
      }
      next += octets;
      left -= octets;
    }
    return Status.OK;
  }

  @Override
  public int commit(int file) {
    // Some file systems tell only here that the disk is full.
    int answer = libc.close(file);
    newFile = -1;
    if (temporaryPath != null) {
      if (answer == 0) {
        answer = libc.rename(temporaryPath, newPath);
      }
      if (answer < 0) {
        libc.unlink(temporaryPath);
      }
    }
    return answer < 0 ? failure(answer) : Status.OK;
  }

  @Override
  public void discard(int file) {
    libc.close(file);
    newFile = -1;
    if (temporaryPath != null) {
      libc.unlink(temporaryPath);
    }
  }

  /** Removes what {@link #create} began if the program ended without a word about it. */
  void abandon() {
    if (newFile >= 0) {
      discard(newFile);
    }
  }

  @Override
  public void close(int file) {
    if (file < directories.length) {
      directories[file] = null;
    }
    libc.close(file);
  }

  private static byte[] terminated(byte[] path, int length) {
    byte[] terminated = Arrays.copyOf(path, length + 1);
    terminated[length] = 0;
    return terminated;
  }

  private static int failure(int negatedErrno) {
    return switch (-negatedErrno) {
      case Errno.ENOENT, Errno.ENOTDIR -> MISSING;
      case Errno.EACCES, Errno.EPERM, Errno.EROFS -> DENIED;
      case Errno.ENOSPC, Errno.EDQUOT, Errno.EFBIG -> FULL;
      case Errno.ELOOP, Errno.EISDIR, Errno.ENXIO -> WRONG_KIND;
      case Errno.EMFILE, Errno.ENFILE -> TOO_MANY;
      default -> FAILED;
    };
  }

  /** struct linux_dirent64 of getdents64(2), one after the other. */
  private static final class Entries {
    private static final int RECORD_LENGTH = 16;
    private static final int KIND = 18;
    private static final int NAME = 19;

    final byte[] bytes = new byte[8192];
    private final ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    int at;
    int end;
    int nameAt;

    /** What it is, as readdir(3) tells; 0 where the file system does not. */
    int kind;

    /** Steps to the next entry and answers its name's length. */
    int take() {
      nameAt = at + NAME;
      kind = bytes[at + KIND];
      int length = 0;
      while (bytes[nameAt + length] != 0) {
        length++;
      }
      at += view.getShort(at + RECORD_LENGTH) & 0xFFFF;
      return length;
    }
  }
}
