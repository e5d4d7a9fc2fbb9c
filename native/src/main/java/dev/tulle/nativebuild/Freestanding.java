// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes programs for machines without an operating system, by the same two steps. */
public final class Freestanding {
  private final Cache cache;
  private final JavaToC javaToC;

  /**
   * @param root the folder that holds the repository
   */
  public Freestanding(Path root) throws IOException {
    cache = new Cache(root);
    javaToC = new JavaToC(root, cache, Ground.metal(root), List.of());
  }

  /**
   * Makes an image, if what it is made from has changed.
   *
   * @param name of the image
   * @param mainClass where its Java starts
   * @param gcc the compiler and the flags of its processor
   * @param inputs what is compiled and linked as well: assembler, C, linker scripts
   * @param data files that those name, which the image depends on
   */
  public Path build(
      String name, String mainClass, List<String> gcc, List<Path> inputs, List<Path> data)
      throws IOException, BuildFailure {
    Path c = javaToC.translate(mainClass, Selection.REACHED);
    List<String> flags = new ArrayList<>(gcc);
    flags.addAll(Variant.COMMON);
    flags.addAll(Variant.DROPPING);
    flags.addAll(Variant.SMALL);
    Cache.Digest digest = new Cache.Digest().add(c.getFileName().toString());
    flags.forEach(digest::add);
    for (Path file : inputs) {
      digest.add(file.getFileName().toString()).add(Files.readAllBytes(file));
    }
    for (Path file : data) {
      digest.add(Files.readAllBytes(file));
    }
    return cache
        .folder(
            "image-" + name,
            digest,
            folder -> {
              List<String> command = new ArrayList<>(flags);
              command.addAll(List.of("-iquote", c.toString(), c.resolve("unit.c").toString()));
              inputs.forEach(file -> command.add(file.toString()));
              // Last, for the 64-bit division that gcc calls.
              command.addAll(List.of("-lgcc", "-o", folder.resolve(name).toString()));
              CToBinary.run(command);
            })
        .resolve(name);
  }

  /** Text, data and bss of an image. */
  public static long[] sizes(Path image) throws IOException, BuildFailure {
    return Size.sizes(image);
  }

  /**
   * What a compiler answers to a question about itself, such as {@code -print-file-name=include}.
   */
  public static String ask(String... command) throws IOException, BuildFailure {
    return CToBinary.run(List.of(command)).strip();
  }
}
