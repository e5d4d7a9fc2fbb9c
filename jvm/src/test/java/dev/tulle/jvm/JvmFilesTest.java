// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.apps.FileStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JvmFilesTest {
  @TempDir Path folder;

  private final JvmFiles files = new JvmFiles(new Libc());
  private final FileStatus status = new FileStatus();

  private byte[] path(String name) {
    return folder.resolve(name).toString().getBytes(StandardCharsets.UTF_8);
  }

  private Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>();
    try (var list = Files.list(folder)) {
      list.forEach(each -> names.add(each.getFileName().toString()));
    }
    return names;
  }

  @Test
  void newFileAppearsWithItsNameOnlyWhenItIsCommitted() throws IOException {
    byte[] path = path("out");
    Files.writeString(folder.resolve("out"), "older");
    int file = files.create(path, path.length);
    assertTrue(file >= 0);
    assertEquals(0, files.write(file, "__hello__".getBytes(StandardCharsets.US_ASCII), 2, 5));
    assertEquals("older", Files.readString(folder.resolve("out")));
    assertEquals(2, names().size());
    assertEquals(0, files.commit(file));
    assertEquals("hello", Files.readString(folder.resolve("out")));
    assertEquals(Set.of("out"), names());
  }

  @Test
  void discardedAndAbandonedFilesLeaveNothing() throws IOException {
    byte[] path = path("out");
    files.discard(files.create(path, path.length));
    assertEquals(Set.of(), names());
    assertTrue(files.create(path, path.length) >= 0);
    files.abandon();
    assertEquals(Set.of(), names());
  }

  @Test
  void deviceIsWrittenInPlace() throws IOException {
    Files.createSymbolicLink(folder.resolve("null"), Path.of("/dev/null"));
    byte[] path = path("null");
    int file = files.create(path, path.length);
    assertTrue(file >= 0);
    assertEquals(0, files.write(file, new byte[3], 0, 3));
    assertEquals(0, files.commit(file));
    assertTrue(Files.isSymbolicLink(folder.resolve("null")));
    assertFalse(Files.isRegularFile(folder.resolve("null")));
  }

  @Test
  void fullDiskIsTold() {
    byte[] path = "/dev/full".getBytes(StandardCharsets.US_ASCII);
    int file = files.createInPlace(path, path.length);
    assertEquals(JvmFiles.FULL, files.write(file, new byte[3], 0, 3));
    files.close(file);
  }

  @Test
  void fileIsReadFromAnyOffset() throws IOException {
    Files.writeString(folder.resolve("in"), "0123456789");
    byte[] path = path("in");
    int file = files.open(path, path.length, status);
    assertEquals(10, status.bytes);
    assertEquals(FileStatus.FILE, status.kind);
    assertTrue(status.modifiedSeconds > 1_600_000_000);
    byte[] to = new byte[8];
    assertEquals(4, files.read(file, 6, to, 2, 6));
    assertArrayEquals(new byte[] {0, 0, '6', '7', '8', '9', 0, 0}, to);
    assertEquals(0, files.read(file, 10, to, 0, 8));
    files.close(file);
  }

  @Test
  void kindsAreToldApart() throws IOException {
    Files.createSymbolicLink(folder.resolve("link"), folder);
    byte[] link = path("link");
    assertEquals(0, files.look(link, link.length, status));
    assertEquals(FileStatus.LINK, status.kind);
    assertEquals(JvmFiles.WRONG_KIND, files.open(link, link.length, status));
    byte[] directory = path("");
    assertEquals(0, files.look(directory, directory.length, status));
    assertEquals(FileStatus.DIRECTORY, status.kind);
    assertEquals(JvmFiles.WRONG_KIND, files.open(directory, directory.length, status));
    assertEquals(JvmFiles.WRONG_KIND, files.create(directory, directory.length));
    byte[] device = "/dev/null".getBytes(StandardCharsets.US_ASCII);
    assertEquals(0, files.look(device, device.length, status));
    assertEquals(FileStatus.OTHER, status.kind);
    byte[] missing = path("missing/file");
    assertEquals(JvmFiles.MISSING, files.look(missing, missing.length, status));
    assertEquals(JvmFiles.MISSING, files.create(missing, missing.length));
    Files.writeString(folder.resolve("plain"), "");
    byte[] plain = path("plain");
    assertEquals(JvmFiles.WRONG_KIND, files.openDirectory(plain, plain.length));
  }

  @Test
  void directoryListsEveryNameThatFits() throws IOException {
    Set<String> expected = new TreeSet<>();
    for (int i = 0; i < 700; i++) {
      String name = "a-rather-long-file-name-" + i;
      Files.writeString(folder.resolve(name), "");
      expected.add(name);
    }
    Files.writeString(folder.resolve("x".repeat(120)), "");
    byte[] path = path("");
    int directory = files.openDirectory(path, path.length);
    byte[] name = new byte[100];
    Set<String> found = new TreeSet<>();
    for (int n; (n = files.nextName(directory, name, 0, name.length)) != 0; ) {
      assertTrue(n > 0);
      found.add(new String(name, 0, n, StandardCharsets.UTF_8));
    }
    files.close(directory);
    assertEquals(expected, found);
  }

  @Test
  void pathIsItsFirstOctetsOnly() throws IOException {
    Files.writeString(folder.resolve("a"), "");
    byte[] path = path("abc");
    assertEquals(0, files.look(path, path.length - 2, status));
    assertEquals(JvmFiles.MISSING, files.look(path, path.length, status));
  }
}
