// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The second step: from a folder of C to a binary, by gcc. */
final class CToBinary {
  private final Cache cache;

  CToBinary(Cache cache) {
    this.cache = cache;
  }

  /** The path of the binary. */
  Path compile(Path c, App app, Selection selection, Variant variant)
      throws IOException, BuildFailure {
    List<String> flags = variant.command(app.heapOctets());
    Cache.Digest digest = new Cache.Digest().add(c.getFileName().toString());
    flags.forEach(digest::add);
    String kind =
        String.join(
            "-",
            "bin",
            app.name() + selection.key(),
            variant.arch(),
            variant.libc(),
            "O" + variant.optimisation(),
            variant.lto() ? "lto" : "nolto");
    return cache
        .folder(kind, digest, folder -> run(gcc(flags, c, folder.resolve(app.name()))))
        .resolve(app.name());
  }

  static List<String> gcc(List<String> flags, Path c, Path binary) {
    List<String> command = new ArrayList<>(flags);
    // -iquote and not -I: TeaVM writes a time.h and a string.h that are not the system's.
    command.addAll(List.of("-iquote", c.toString(), c.resolve("unit.c").toString()));
    command.addAll(List.of("-o", binary.toString()));
    return command;
  }

  /** Runs a command to its end and answers what it printed. */
  static String run(List<String> command) throws IOException, BuildFailure {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new BuildFailure(command.get(0) + " failed:\n" + output);
      }
    } catch (InterruptedException e) {
      process.destroy();
      throw new BuildFailure("interrupted");
    }
    return output;
  }
}
