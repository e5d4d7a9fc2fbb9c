// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Both steps, from Java to a binary. */
final class Builder {
  private final Cache cache;
  private final JavaToC javaToC;
  private final CToBinary cToBinary;

  /**
   * @param moreSources folders of Java that are compiled as well, for tests
   */
  Builder(Path root, List<Path> moreSources) throws IOException {
    cache = new Cache(root);
    javaToC = new JavaToC(root, cache, Ground.posix(root), moreSources);
    cToBinary = new CToBinary(cache);
  }

  /** The folder that holds the repository: the property, or one above the working directory. */
  static Path root() throws BuildFailure {
    String property = System.getProperty("tulle.root");
    if (property != null) {
      return Path.of(property);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve("native/src/main/c"))) {
        return at;
      }
    }
    throw new BuildFailure("run this inside Tulle's repository: its sources are needed");
  }

  /** The folder with a program's C. */
  Path translate(App app) throws IOException, BuildFailure {
    return javaToC.translate(app.mainClass(), Selection.REACHED);
  }

  Path build(App app, Variant variant) throws IOException, BuildFailure {
    return build(app, Selection.REACHED, variant);
  }

  Path build(App app, Selection selection, Variant variant) throws IOException, BuildFailure {
    Path c = javaToC.translate(app.mainClass(), selection);
    return cToBinary.compile(c, app, selection, variant);
  }

  /** Text, data and bss of a program without a feature; of its making these numbers are kept. */
  long[] sizesWithout(App app, Feature feature, Variant variant) throws IOException, BuildFailure {
    List<String> flags = variant.command(app.heapOctets());
    Cache.Digest digest = javaToC.digest(app.mainClass());
    flags.forEach(digest::add);
    feature.classes().forEach(digest::add);
    Path kept =
        cache.folder(
            "without-" + app.name() + "-" + feature.key(),
            digest,
            folder -> {
              // Sizes are all that is wanted of some megabytes of C.
              Path making = Files.createTempDirectory(folder, "c");
              javaToC.generate(app.mainClass(), Selection.without(feature.classNames()), making);
              Path binary = making.resolve("binary");
              CToBinary.run(CToBinary.gcc(flags, making, binary));
              long[] sizes = Size.sizes(binary);
              Files.writeString(
                  folder.resolve("sizes"), sizes[0] + " " + sizes[1] + " " + sizes[2]);
              Cache.delete(making);
            });
    String[] words = Files.readString(kept.resolve("sizes")).split(" ");
    return new long[] {
      Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2])
    };
  }

  /** Waits for a task, and fails as it does. */
  static <T> T result(Future<T> future) throws IOException, BuildFailure {
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case BuildFailure failure -> throw failure;
        case IOException failure -> throw failure;
        default -> throw new IllegalStateException(e.getCause());
      }
    } catch (InterruptedException e) {
      throw new BuildFailure("interrupted");
    }
  }
}
