// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How a program's C becomes a binary.
 *
 * @param arch {@code i586} or {@code x86-64}
 * @param libc {@code glibc}, linked dynamically, so that sizes leave the C library out; {@code
 *     musl}, linked in, so that the binary runs anywhere and takes little memory; or {@code
 *     static}, glibc linked in, where musl is not for the processor
 * @param optimisation gcc's level: {@code s} for size, {@code 2} for speed
 * @param lto whether the linker optimises the whole program and drops what nothing refers to
 */
record Variant(String arch, String libc, String optimisation, boolean lto) {
  /**
   * What every program is compiled with. Position-independent code and unwind tables are a quarter
   * of the text otherwise, and objects find their class by an address that is fixed (core.h). The
   * last four: what Java promises and C does not, numbers wrap, memory may be seen as another type,
   * and a comparison with null stays even behind an access.
   */
  static final List<String> COMMON =
      List.of(
          "-std=gnu11",
          "-fno-pie",
          "-no-pie",
          "-fno-asynchronous-unwind-tables",
          "-fno-unwind-tables",
          "-fwrapv",
          "-fno-strict-aliasing",
          "-fno-delete-null-pointer-checks",
          "-w");

  /** What the compiler and the linker need to drop what nothing refers to. */
  static final List<String> DROPPING =
      List.of(
          "-flto",
          "-flto-partition=one",
          "-ffunction-sections",
          "-fdata-sections",
          "-Wl,--gc-sections");

  /**
   * What -Os leaves undone for size. Frames of more than 128 octets need longer instructions, so
   * nothing is inlined that makes one; a call in last place costs a second way out of its caller;
   * and what gcc calls expensive optimisations trades size for speed.
   */
  static final List<String> SMALL =
      List.of(
          "--param",
          "large-stack-frame=128",
          "-fno-optimize-sibling-calls",
          "-fno-expensive-optimizations");

  /** Smaller than -Os and slower; gcc has it from 12 on, others make some 1,800 octets more. */
  private static final List<String> SMALLEST = version() < 12 ? List.of() : List.of("-Oz");

  private static int version() {
    try {
      return Integer.parseInt(
          CToBinary.run(List.of("gcc", "-dumpversion")).strip().split("\\.")[0]);
    } catch (IOException | BuildFailure | NumberFormatException e) {
      return 0; // whoever calls gcc next will say what is wrong with it
    }
  }

  /** What {@code ./tulle APP --native} runs. */
  static final Variant DEFAULT = new Variant("x86-64", "musl", "2", true);

  /** The flags of every table of sizes. */
  static Variant forSize(String arch, boolean lto) {
    return new Variant(arch, "glibc", "s", lto);
  }

  /** Why this cannot be made, or null. */
  String problem() {
    return libc.equals("musl") && !arch.equals("x86-64") ? "musl is for x86-64 only" : null;
  }

  /** This variant with one option changed; null where there is no such option or value. */
  Variant with(String option, String value) {
    boolean known =
        switch (option) {
          case "--arch" -> value.equals("i586") || value.equals("x86-64");
          case "--libc" -> List.of("glibc", "musl", "static").contains(value);
          case "--opt" -> value.equals("s") || value.equals("2");
          case "--lto" -> value.equals("on") || value.equals("off");
          default -> false;
        };
    if (!known) {
      return null;
    }
    return switch (option) {
      case "--arch" -> new Variant(value, libc, optimisation, lto);
      case "--libc" -> new Variant(arch, value, optimisation, lto);
      case "--opt" -> new Variant(arch, libc, value, lto);
      default -> new Variant(arch, libc, optimisation, value.equals("on"));
    };
  }

  String label() {
    return arch + " " + libc + " -O" + optimisation + (lto ? " LTO" : "");
  }

  List<String> command(int heapOctets) {
    List<String> command = new ArrayList<>();
    command.add(libc.equals("musl") ? "musl-gcc" : "gcc");
    command.add("-O" + optimisation);
    if (lto) {
      command.addAll(DROPPING);
    }
    if (arch.equals("i586")) {
      // Code without SSE needs no more than aligned words on its stack, and nor does the C library,
      // which has callers that were compiled when this was the rule.
      command.addAll(List.of("-m32", "-march=i586", "-mpreferred-stack-boundary=2"));
    }
    command.addAll(COMMON);
    if (optimisation.equals("s")) {
      command.addAll(SMALL);
      command.addAll(SMALLEST);
    }
    command.add("-fno-plt");
    command.add("-D_FILE_OFFSET_BITS=64");
    if (!libc.equals("musl")) {
      command.add("-D_TIME_BITS=64");
    }
    command.add("-DTULLE_HEAP_OCTETS=" + heapOctets);
    if (!libc.equals("glibc")) {
      // Code and constants share their pages, and nothing is padded to pages of its own.
      command.addAll(List.of("-static", "-s", "-Wl,-z,noseparate-code", "-Wl,-z,norelro"));
    }
    return command;
  }
}
