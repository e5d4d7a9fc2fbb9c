// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.board;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Packs a folder into what {@code dev.tulle.metal.ArchiveFiles} reads, and describes. */
public final class Archive {
  /** "Tull" in US-ASCII. */
  private static final int MAGIC = 0x54756c6c;

  private static final int HEADER = 16;
  private static final int NUMBERS = 16;

  private Archive() {}

  /** One file or directory; a directory's path ends in a slash. */
  private record Entry(byte[] path, byte[] octets, long seconds) {}

  /** The archive of a folder; symbolic links in it are left out. */
  public static byte[] of(Path folder) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted().toList()) {
        String name = folder.relativize(path).toString();
        if (Files.isDirectory(path)) {
          entries.add(entry(name + "/", new byte[0], path));
        } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          entries.add(entry(name, Files.readAllBytes(path), path));
        }
      }
    }
    int directory = HEADER;
    for (Entry entry : entries) {
      directory += NUMBERS + entry.path.length;
    }
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(octets);
    int total = directory;
    for (Entry entry : entries) {
      total += entry.octets.length;
    }
    out.writeInt(MAGIC);
    out.writeInt(total);
    out.writeInt(directory);
    out.writeInt(entries.size());
    int offset = directory;
    for (Entry entry : entries) {
      out.writeInt(offset);
      out.writeInt(entry.octets.length);
      out.writeInt((int) entry.seconds);
      out.writeInt(entry.path.length);
      out.write(entry.path);
      offset += entry.octets.length;
    }
    for (Entry entry : entries) {
      out.write(entry.octets);
    }
    return octets.toByteArray();
  }

  private static Entry entry(String name, byte[] octets, Path path) throws IOException {
    long seconds = Files.getLastModifiedTime(path).toMillis() / 1000;
    return new Entry(name.getBytes(StandardCharsets.UTF_8), octets, seconds);
  }
}
