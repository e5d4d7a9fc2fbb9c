// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes out of TeaVM's C what only a Java with reflection and a collector needs: three quarters of
 * each class table, and literals that nobody uses.
 *
 * <p>Without this, data would be 8 KB more in the smallest program. What is taken out and still
 * used anywhere is an error of the C compiler, since {@code core.h} does not declare it.
 */
final class Slimming {
  /** Fields of TeaVM_Class that {@code core.h} does without; each initialiser is on a line. */
  private static final Pattern UNUSED_FIELD =
      Pattern.compile(
          "^\\s*\\.(canary|name|simpleName|arrayType|isSupertypeOf|superclass|superinterfaceCount"
              + "|superinterfaces|layout|enumValues|declaringClass|enclosingClass|init) = .*\\R",
          Pattern.MULTILINE);

  /** A literal of the pool in TeaVM's strings.c. */
  private static final Pattern LITERAL =
      Pattern.compile(
          "^ +TEAVM_STRING(?:_FROM_CODES)?\\((.*?)\\)[, ] // string #(\\d+)$",
          Pattern.MULTILINE | Pattern.DOTALL);

  private Slimming() {}

  /** Rewrites the C in a folder. */
  static void slim(Path folder) throws IOException {
    for (String part : List.of("classes", "arrays", "primitives")) {
      try (Stream<Path> all = Files.walk(folder.resolve(part))) {
        for (Path file : all.filter(path -> path.toString().endsWith(".c")).toList()) {
          String c = Files.readString(file);
          Files.writeString(file, UNUSED_FIELD.matcher(c).replaceAll(""));
        }
      }
    }
    separateLiterals(folder);
  }

  /**
   * Makes each literal a variable of its own, so that the linker drops those that nobody uses. Its
   * headers are addresses, which C can only fill in beforehand where one has 32 bits; elsewhere
   * they are filled in where the literal is used.
   */
  private static void separateLiterals(Path folder) throws IOException {
    StringBuilder header =
        new StringBuilder(
            """
            #pragma once
            #include "runtime.h"
            #include "classes/java/lang/String.h"
            #include "arrays/primitives/char.h"
            #if UINTPTR_MAX == UINT32_MAX
            #define TULLE_HEADER(cls) TEAVM_PACK_CLASS(&cls)
            #define TEAVM_GET_STRING(i) (&tulle_literal_##i)
            #else
            #define TULLE_HEADER(cls) 0
            #define TEAVM_GET_STRING(i) tulle_literal(&tulle_literal_##i)
            static __attribute__((noinline)) TeaVM_String* tulle_literal(TeaVM_String* literal) {
                literal->parent.header = TEAVM_PACK_CLASS(&jl_String_Cls);
                literal->characters->parent.header = TEAVM_PACK_CLASS(&Arr_C_Cls);
                return literal;
            }
            #endif
            """);
    StringBuilder pool =
        new StringBuilder(
            """
            #include "strings.h"
            #define TULLE_LITERAL(i, length, hash, ...) \\
                static struct { TeaVM_Array array; char16_t items[length + 1]; } \\
                        tulle_characters_##i = { \\
                    { { TULLE_HEADER(Arr_C_Cls) }, length }, { __VA_ARGS__ } }; \\
                TeaVM_String tulle_literal_##i = { \\
                    { TULLE_HEADER(jl_String_Cls) }, &tulle_characters_##i.array, hash };
            """);
    Matcher literal = LITERAL.matcher(Files.readString(folder.resolve("strings.c")));
    while (literal.find()) {
      String number = literal.group(2);
      header.append("extern TeaVM_String tulle_literal_").append(number).append(";\n");
      pool.append("TULLE_LITERAL(")
          .append(number)
          .append(", ")
          .append(literal.group(1))
          .append(")\n");
    }
    Files.writeString(folder.resolve("strings.h"), header);
    Files.writeString(folder.resolve("strings.c"), pool);
  }
}
