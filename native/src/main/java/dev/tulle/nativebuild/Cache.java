// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Folders that are named after a digest of what they were made from.
 *
 * <p>A folder is filled under another name and then renamed, so one that exists is whole, whoever
 * else builds at the same time.
 */
final class Cache {
  private final Path folder;

  Cache(Path root) {
    folder = root.resolve(".tulle").resolve("native");
  }

  /** Fills a folder. */
  interface Maker {
    void make(Path folder) throws IOException, BuildFailure;
  }

  /** The folder for a kind of result and its digest, made now where it does not exist. */
  Path folder(String kind, Digest digest, Maker maker) throws IOException, BuildFailure {
    Path made = folder.resolve(kind + "-" + digest.hex());
    if (Files.isDirectory(made)) {
      return made;
    }
    Files.createDirectories(folder);
    Path making = Files.createTempDirectory(folder, kind + ".making.");
    try {
      maker.make(making);
      Files.move(making, made, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(made)) {
        throw e;
      }
    } finally {
      delete(making);
    }
    forget(kind, made);
    return made;
  }

  /** Removes what was made from older sources: all of the kind but the newest few. */
  private void forget(String kind, Path newest) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> old =
          all.filter(path -> path.getFileName().toString().matches(kind + "-[0-9a-f]{16}"))
              .filter(path -> !path.equals(newest))
              .sorted(Comparator.comparing((Path path) -> path.toFile().lastModified()).reversed())
              .skip(3)
              .toList();
      for (Path path : old) {
        delete(path);
      }
    }
  }

  /** Removes a folder with all that is in it. */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> all = Files.walk(path)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }

  /** What a result depends on. */
  static final class Digest {
    private final MessageDigest digest;

    Digest() {
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e); // every JDK has it
      }
    }

    Digest add(String text) {
      return add(text.getBytes(StandardCharsets.UTF_8));
    }

    Digest add(byte[] bytes) {
      digest.update((byte) bytes.length);
      digest.update((byte) (bytes.length >> 8));
      digest.update((byte) (bytes.length >> 16));
      digest.update(bytes);
      return this;
    }

    String hex() {
      try {
        byte[] result = ((MessageDigest) digest.clone()).digest();
        return HexFormat.of().formatHex(result, 0, 8);
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
