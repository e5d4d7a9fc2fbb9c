// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.simnet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The programs of docs/java.md are compiled and run. */
@Timeout(60)
class JavaPageTest {
  private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("class (\\w+)");

  @TempDir Path folder;

  @Test
  void theProgramsOfThePageRun() throws Exception {
    Path page = Path.of(System.getProperty("tulle.root", "..")).resolve("docs/java.md");
    StringBuilder said = new StringBuilder();
    Matcher program = PROGRAM.matcher(Files.readString(page));
    while (program.find()) {
      said.append(run(program.group(1)));
    }
    assertEquals(
        List.of("hello", "through a link of one's own", "ten minutes have passed"),
        said.toString().lines().toList());
  }

  private String run(String source) throws Exception {
    Matcher name = NAME.matcher(source);
    assertEquals(true, name.find());
    Path file = Files.writeString(folder.resolve(name.group(1) + ".java"), source);
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-proc:none", "-d", folder.toString(), file.toString());
    assertEquals(0, code, "it does not compile: " + file);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    try (URLClassLoader loader = new URLClassLoader(new java.net.URL[] {folder.toUri().toURL()})) {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      Method main = loader.loadClass(name.group(1)).getMethod("main", String[].class);
      main.setAccessible(true);
      main.invoke(null, (Object) new String[0]);
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
