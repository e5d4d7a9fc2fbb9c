// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JvmArgumentsTest {
  @Test
  void wordsAreTheOctetsThatWereTypedInAnyLocale() throws Exception {
    List<String> command =
        List.of(
            "sh",
            "-c",
            "LC_ALL=C exec \"$0\" -cp \"$1\" \"$2\" skipped plain '' \"$(printf 'n\\303\\244h')\"",
            System.getProperty("java.home") + "/bin/java",
            System.getProperty("java.class.path"),
            JvmArgumentsTest.class.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertEquals("[112, 108, 97, 105, 110] [] [110, -61, -92, 104]", out.strip());
  }

  /** The inner process: prints the octets of its words but the first. */
  public static void main(String[] words) {
    JvmArguments arguments = JvmArguments.typed(words, 1);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < arguments.count(); i++) {
      texts.add(java.util.Arrays.toString(arguments.get(i)));
    }
    System.out.println(String.join(" ", texts));
  }
}
