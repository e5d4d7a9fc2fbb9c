// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.apps.FileStatus;
import dev.tulle.apps.Files;
import dev.tulle.board.Archive;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a machine reads of a folder that the build packed. */
final class ArchiveFilesTest {
  private static final byte[] BIG = new byte[100_000];

  private final FileStatus status = new FileStatus();
  private @TempDir Path folder;
  private ArchiveFiles files;

  @BeforeEach
  void packFolder() throws IOException {
    new Random(1).nextBytes(BIG);
    write("a.txt", "a".getBytes(UTF_8));
    write("empty", new byte[0]);
    write("sub/a.txt", "another".getBytes(UTF_8));
    write("sub/deep/big", BIG);
    write("subway", "not in sub".getBytes(UTF_8));
    java.nio.file.Files.createSymbolicLink(folder.resolve("link"), Path.of("/etc/passwd"));
    java.nio.file.Files.setLastModifiedTime(
        folder.resolve("a.txt"), FileTime.fromMillis(1_700_000_000_000L));
    files = over(Archive.of(folder));
  }

  private void write(String name, byte[] octets) throws IOException {
    Path file = folder.resolve(name);
    java.nio.file.Files.createDirectories(file.getParent());
    java.nio.file.Files.write(file, octets);
  }

  private static ArchiveFiles over(byte[] archive) {
    return new ArchiveFiles(
        (from, to, at, count) -> System.arraycopy(archive, from, to, at, count));
  }

  @Test
  void filesAreReadInPieces() {
    int file = open("/sub/deep/big");
    assertTrue(file >= 0);
    assertEquals(BIG.length, status.bytes);
    byte[] read = new byte[BIG.length + 1];
    int at = 0;
    for (int n = 1; n > 0; at += n) {
      n = files.read(file, at, read, at, Math.min(977, read.length - at));
    }
    assertEquals(BIG.length, at);
    assertArrayEquals(BIG, Arrays.copyOf(read, BIG.length));
    assertEquals(0, files.read(file, 1L << 40, read, 0, 10));
  }

  @Test
  void statusTellsKindSizeAndTime() {
    assertEquals(0, look("/a.txt"));
    assertEquals(FileStatus.FILE, status.kind);
    assertEquals(1, status.bytes);
    assertEquals(1_700_000_000, status.modifiedSeconds);
    assertEquals(0, look("/sub"));
    assertEquals(FileStatus.DIRECTORY, status.kind);
    assertEquals(0, look("/"));
    assertEquals(FileStatus.DIRECTORY, status.kind);
    assertEquals(0, look("//./sub//deep/."));
    assertEquals(FileStatus.DIRECTORY, status.kind);
  }

  @Test
  void whatIsNotThereIsMissing() {
    for (String path : new String[] {"/a", "/a.txt.", "/su", "/sub/a", "/link", "/a.txt/b"}) {
      assertEquals(Files.MISSING, look(path), path);
    }
    assertEquals(Files.WRONG_KIND, open("/sub"));
    assertEquals(Files.WRONG_KIND, openDirectory("/a.txt"));
  }

  @Test
  void listingsNameWhatIsInTheDirectoryAndNothingElse() {
    assertEquals(Set.of("a.txt", "empty", "sub/", "subway"), names("/."));
    assertEquals(Set.of("a.txt", "deep/"), names("/sub/."));
    assertEquals(Set.of("big"), names("/sub/deep"));
  }

  @Test
  void listingsAreLimitedAndComeBack() {
    int[] open = new int[17];
    for (int i = 0; i < 16; i++) {
      open[i] = openDirectory("/");
      assertTrue(open[i] >= 0);
    }
    assertEquals(Files.TOO_MANY, openDirectory("/"));
    files.close(open[3]);
    assertEquals(open[3], openDirectory("/sub"));
  }

  @Test
  void memoryWithoutAnArchiveHasNoFiles() {
    ArchiveFiles nothing = over(new byte[16]);
    assertEquals(0, nothing.octets());
    assertEquals(Files.MISSING, nothing.look(new byte[] {'/'}, 1, status));
  }

  @Test
  void nothingCanBeWritten() {
    assertEquals(Files.DENIED, files.create(new byte[] {'a'}, 1));
    assertEquals(Files.DENIED, files.createInPlace(new byte[] {'a'}, 1));
  }

  private int look(String path) {
    return files.look(path.getBytes(UTF_8), path.length(), status);
  }

  private int open(String path) {
    return files.open(path.getBytes(UTF_8), path.length(), status);
  }

  private int openDirectory(String path) {
    return files.openDirectory(path.getBytes(UTF_8), path.length());
  }

  private Set<String> names(String path) {
    int directory = openDirectory(path);
    Set<String> names = new TreeSet<>();
    byte[] name = new byte[256];
    for (int n = files.nextName(directory, name, 0, 256);
        n > 0;
        n = files.nextName(directory, name, 0, 256)) {
      names.add(new String(name, 0, n, UTF_8));
    }
    files.close(directory);
    return names;
  }
}
