// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.simnet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** The programs of the pages for Java programmers are compiled and run. */
@Timeout(60)
class JavaPageTest {
  private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("class (\\w+)");

  @TempDir Path folder;

  @Test
  void theProgramsOfThePageAboutJavaRun() throws Exception {
    List<String> names = compile("docs/java.md");
    assertEquals(List.of("TwoStacks", "OwnLink"), names);
    assertEquals("hello", run("TwoStacks"));
    assertEquals("through a link of one's own", run("OwnLink"));
  }

  @Test
  void theProgramOfThePageAboutDevicesRuns() throws Exception {
    assertEquals(List.of("Sensor"), compile("docs/devices.md"));
    assertEquals("21 degrees", run("Sensor"));
  }

  @Test
  void theProgramsOfThePageAboutTestsRun() throws Exception {
    List<String> names = compile("docs/testing.md");
    assertEquals(List.of("UploadTest", "BadNetwork", "HttpOverLoss"), names);
    assertEquals("ten minutes have passed", run("BadNetwork"));
    String property = "-Djava.nio.channels.spi.SelectorProvider=" + SimProvider.class.getName();
    assertEquals("no answer\n204", run("HttpOverLoss", property));
    assertTrue(run("HttpOverLoss").contains("start the JVM with " + property));
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      SummaryGeneratingListener summary = new SummaryGeneratingListener();
      LauncherFactory.create()
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(selectClass(loader.loadClass("UploadTest")))
                  .build(),
              summary);
      assertEquals(1, summary.getSummary().getTestsSucceededCount());
    }
  }

  /** Compiles all programs of a page; answers their names. */
  private List<String> compile(String page) throws IOException {
    List<String> names = new ArrayList<>();
    Path path = Path.of(System.getProperty("tulle.root", "..")).resolve(page);
    Matcher program = PROGRAM.matcher(Files.readString(path));
    while (program.find()) {
      Matcher name = NAME.matcher(program.group(1));
      assertTrue(name.find());
      names.add(name.group(1));
      Path file = folder.resolve(name.group(1) + ".java");
      Files.writeString(file, program.group(1));
      int code =
          ToolProvider.getSystemJavaCompiler()
              .run(null, null, null, "-proc:none", "-d", folder.toString(), file.toString());
      assertEquals(0, code, "it does not compile: " + file);
    }
    return names;
  }

  /** What a program says, in a JVM of its own. */
  private String run(String name, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", folder + ":" + System.getProperty("java.class.path"), name));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), UTF_8).strip();
  }
}
