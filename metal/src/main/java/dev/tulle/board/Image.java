// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.board;

import dev.tulle.nativebuild.BuildFailure;
import dev.tulle.nativebuild.Freestanding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A program for a board, with a folder of files.
 *
 * @param program what the loader loads
 * @param flash the contents of the board's flash memory, or null where the program has the files
 * @param fileOctets of the archive
 */
public record Image(Path program, Path flash, int fileOctets) {

  /**
   * Makes it if need be.
   *
   * @param root the folder that holds the repository
   * @param program profile and name, as "minimal httpd"
   */
  public static Image build(Path root, Board board, String program, Path files)
      throws IOException, BuildFailure {
    byte[] archive = Archive.of(files);
    Path flash = board.flash() == 0 ? null : kept(root, "flash", flash(board, archive));
    return new Image(program(root, board, program, archive), flash, archive.length);
  }

  /** Makes the program alone; an archive is linked with it where the board has no flash memory. */
  static Path program(Path root, Board board, String program, byte[] archive)
      throws IOException, BuildFailure {
    String mainClass = board.programs().get(program);
    if (mainClass == null) {
      throw new BuildFailure(
          "board "
              + board.name()
              + " has no "
              + program
              + "; it has: "
              + board.programs().keySet());
    }
    List<String> gcc = new ArrayList<>(board.gcc());
    gcc.addAll(
        List.of(
            "-Os",
            "-ffreestanding",
            "-fno-stack-protector",
            "-nostdlib",
            "-static",
            // The headers of no C library: the few that are asked for are ours.
            "-nostdinc",
            "-isystem",
            root.resolve("metal/src/main/include").toString(),
            "-isystem",
            Freestanding.ask(board.gcc().get(0), "-print-file-name=include"),
            "-Wl,--build-id=none",
            "-Wl,-z,max-page-size=4096",
            "-Wl,-T," + board.script(root)));
    List<Path> data = new ArrayList<>(List.of(board.script(root)));
    if (board.flash() == 0) {
      Path linked = kept(root, "files", archive);
      gcc.add("-DTULLE_FILES=\"" + linked + "\"");
      data.add(linked);
    }
    String name = board.name() + "-" + program.replace(' ', '-');
    return new Freestanding(root).build(name, mainClass, gcc, board.inputs(root), data);
  }

  /** Files at the beginning, the BIOS at the end. */
  private static byte[] flash(Board board, byte[] archive) throws IOException, BuildFailure {
    byte[] bios = Files.readAllBytes(Qemu.data(board, "bios-256k.bin"));
    if (archive.length > board.flash() - bios.length) {
      throw new BuildFailure(
          "the files are too large: flash has room for "
              + (board.flash() - bios.length)
              + " octets");
    }
    byte[] flash = Arrays.copyOf(archive, board.flash());
    System.arraycopy(bios, 0, flash, flash.length - bios.length, bios.length);
    return flash;
  }

  static Path kept(Path root, String kind, byte[] octets) throws IOException {
    Path folder = Files.createDirectories(root.resolve(".tulle/metal"));
    Path file = folder.resolve(kind + "-" + digest(octets));
    if (!Files.exists(file)) {
      Path making = Files.createTempFile(folder, kind, ".making");
      Files.write(making, octets);
      Files.move(making, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return file;
  }

  private static String digest(byte[] octets) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(octets);
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
