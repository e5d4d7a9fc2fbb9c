// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the native binary of one program, if its sources have changed, and prints its path as the
 * last line of standard output.
 *
 * <p>{@code NativeBuild APP [--arch i586|x86-64] [--libc glibc|musl] [--opt s|2] [--lto on|off]}.
 * Without options it is the binary that {@code ./tulle APP --native} runs: {@link Variant#DEFAULT}.
 * Exit codes: 0 done, 1 failed, 2 used wrongly.
 */
public final class NativeBuild {
  private static final String USAGE =
      "usage: NativeBuild APP [--arch i586|x86-64] [--libc glibc|musl|static] [--opt s|2]"
          + " [--lto on|off]";

  private NativeBuild() {}

  public static void main(String[] args) {
    System.exit(run(args));
  }

  private static int run(String[] args) {
    App app = args.length == 0 ? null : App.named(args[0]);
    if (app == null) {
      return misuse(
          args.length == 0 ? USAGE : "there is no app " + args[0] + "; there are: " + App.names());
    }
    Variant variant = Variant.DEFAULT;
    for (int i = 1; i < args.length; i += 2) {
      String value = i + 1 < args.length ? args[i + 1] : "";
      variant = variant.with(args[i], value);
      if (variant == null) {
        return misuse("not an option with its value: " + args[i] + " " + value + "; " + USAGE);
      }
    }
    if (variant.problem() != null) {
      return misuse(variant.problem());
    }
    try {
      Builder builder = new Builder(Builder.root(), List.of());
      System.err.println("native: " + app.name() + ", " + variant.label());
      Path binary = builder.build(app, variant);
      System.out.println(binary);
      return 0;
    } catch (BuildFailure | IOException e) {
      System.err.println("native: " + e.getMessage());
      return 1;
    }
  }

  private static int misuse(String sentence) {
    System.err.println("native: " + sentence);
    return 2;
  }
}
