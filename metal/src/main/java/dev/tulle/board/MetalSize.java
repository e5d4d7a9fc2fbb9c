// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.board;

import dev.tulle.nativebuild.BareProgram;
import dev.tulle.nativebuild.BuildFailure;
import dev.tulle.nativebuild.Freestanding;
import dev.tulle.nativebuild.Size;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** {@code ./tulle size}, with the programs of each board whose compiler is there. */
public final class MetalSize {
  private MetalSize() {}

  /** A program of a board. */
  private record Bare(Path root, Board on, String both) implements BareProgram {
    @Override
    public String profile() {
      return both.split(" ")[0];
    }

    @Override
    public String program() {
      return both.split(" ")[1];
    }

    @Override
    public String board() {
      return on.name().startsWith("i586") ? "bare-" + on.name() : on.name();
    }

    @Override
    public long[] sizes() throws IOException, BuildFailure {
      Path none = Files.createTempDirectory("tulle-size");
      try {
        byte[] archive = Archive.of(none);
        long[] sizes = Freestanding.sizes(Image.program(root, on, both, archive));
        sizes[0] -= on.flash() == 0 ? archive.length : 0;
        return sizes;
      } finally {
        Files.delete(none);
      }
    }
  }

  public static void main(String[] arguments) {
    Path root = Path.of(System.getProperty("tulle.root", "")).toAbsolutePath();
    List<BareProgram> programs = new ArrayList<>();
    for (Board board : Board.ALL) {
      if (!there(board.gcc().get(0))) {
        System.err.println("size: without " + board.name() + ": no " + board.gcc().get(0));
        continue;
      }
      for (String each : new TreeMap<>(board.programs()).descendingKeySet()) {
        programs.add(new Bare(root, board, each));
      }
    }
    System.exit(Size.run(arguments, programs));
  }

  private static boolean there(String program) {
    for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
