// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.teavm.diagnostics.DefaultProblemTextConsumer;
import org.teavm.diagnostics.Problem;
import org.teavm.tooling.EmptyTeaVMToolLog;
import org.teavm.tooling.TeaVMTargetType;
import org.teavm.tooling.TeaVMTool;
import org.teavm.tooling.TeaVMToolException;
import org.teavm.vm.TeaVMOptimizationLevel;

/**
 * The first step: from Java to one folder of C.
 *
 * <p>The sources of core, profile, apps and of what the program stands on ({@link Ground}) are
 * compiled once more, with those classes replaced that {@code src/main/runtime} has another version
 * of: two of the core's, and those of TeaVM's runtime that collect garbage and look for exception
 * handlers. TeaVM then writes C for what the main class reaches; of TeaVM's own C files, those in
 * {@code src/main/c/teavm} are replaced, and {@code unit.c} includes what is left in one
 * translation unit.
 */
final class JavaToC {
  private static final List<String> SOURCES =
      List.of(
          "core/src/main/java",
          "profile/src/main/java",
          "apps/src/main/java",
          "native/src/main/runtime");

  private static final List<String> STEPS =
      List.of("JavaToC", "OpenClasses", "WholeClasses", "EvaluationOrder", "Slimming");

  /** TeaVM's own C files: what they do, runtime.c does without or differently. */
  private static final Set<String> NOT_COMPILED =
      Set.of(
          "callsites.c",
          "core.c",
          "date.c",
          "fiber.c",
          "file.c",
          "heapdump.c",
          "heaptrace.c",
          "log.c",
          "main.c",
          "memory.c",
          "references.c",
          "resource.c",
          "special.c",
          "stack.c",
          "string.c",
          "stringhash.c",
          "time.c",
          "virtcall.c");

  /** What a handler may catch: everything, since the native runtime does not tell apart. */
  private static final Set<String> CAUGHT =
      Set.of("any", "java.lang.Throwable", "java.lang.Exception", "java.lang.RuntimeException");

  private static final Pattern CATCH = Pattern.compile("// CATCH (\\S+)");

  private final Path root;
  private final Cache cache;

  /** Sources by the path that their package gives them; a later one replaces an earlier one. */
  private final Map<String, Path> sources = new TreeMap<>();

  private final List<Path> cFiles = new ArrayList<>();
  private final Cache.Digest sourcesDigest;

  JavaToC(Path root, Cache cache, Ground ground, List<Path> moreSources) throws IOException {
    this.root = root;
    this.cache = cache;
    for (String folder : SOURCES) {
      addSources(root.resolve(folder), root.resolve(folder));
    }
    addSources(ground.sources(), ground.sources().resolve(ground.packageFolder()));
    for (Path folder : moreSources) {
      addSources(folder, folder);
    }
    for (Path folder : ground.c()) {
      try (Stream<Path> all = Files.walk(folder)) {
        all.filter(Files::isRegularFile).sorted().forEach(cFiles::add);
      }
    }
    sourcesDigest = new Cache.Digest();
    for (Map.Entry<String, Path> source : sources.entrySet()) {
      sourcesDigest.add(source.getKey()).add(Files.readAllBytes(source.getValue()));
    }
    for (File jar : libraries()) {
      sourcesDigest.add(jar.getName());
    }
  }

  private void addSources(Path base, Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      all.filter(path -> path.toString().endsWith(".java"))
          .filter(path -> !path.endsWith("module-info.java"))
          .forEach(path -> sources.put(base.relativize(path).toString(), path));
    }
  }

  /** The folder with the program's C, {@code unit.c} among it. */
  Path translate(String mainClass, Selection selection) throws IOException, BuildFailure {
    String kind = "c-" + mainClass.substring(mainClass.lastIndexOf('.') + 1) + selection.key();
    return cache.folder(kind, digest(mainClass), folder -> generate(mainClass, selection, folder));
  }

  /** All that a program's C depends on. */
  Cache.Digest digest(String mainClass) throws IOException {
    Cache.Digest digest = new Cache.Digest().add(sourcesDigest.hex()).add(mainClass);
    for (Path file : cFiles) {
      digest.add(file.getFileName().toString()).add(Files.readAllBytes(file));
    }
    // The steps themselves are part of what the result depends on.
    for (String step : STEPS) {
      digest.add(
          Files.readAllBytes(
              root.resolve("native/src/main/java/dev/tulle/nativebuild/" + step + ".java")));
    }
    return digest;
  }

  /** Writes the C of what is selected of a program into a folder. */
  void generate(String mainClass, Selection selection, Path folder)
      throws IOException, BuildFailure {
    Path classes;
    synchronized (this) { // once for all the programs that are built at the same time
      classes = cache.folder("classes", sourcesDigest, this::compile);
    }
    TeaVMTool tool = new TeaVMTool();
    tool.setTargetType(TeaVMTargetType.C);
    tool.setMainClass(mainClass);
    tool.setTargetDirectory(folder.toFile());
    // FULL copies each small method into each caller, which gcc cannot undo: 60 % more text.
    tool.setOptimizationLevel(TeaVMOptimizationLevel.ADVANCED);
    tool.setObfuscated(true);
    tool.getTransformers().add(OpenClasses.class.getName());
    tool.getTransformers().add(LeaveOut.class.getName());
    tool.setClassLoader(JavaToC.class.getClassLoader());
    tool.setLog(new EmptyTeaVMToolLog());
    List<File> path = new ArrayList<>();
    path.add(classes.toFile());
    path.addAll(libraries());
    tool.setClassPath(path);
    selection.begin();
    try {
      tool.generate();
    } catch (TeaVMToolException e) {
      throw new IOException(e);
    } finally {
      Selection.REACHED.begin();
    }
    List<Problem> problems = tool.getProblemProvider().getSevereProblems();
    if (!problems.isEmpty()) {
      throw new BuildFailure("TeaVM cannot compile " + mainClass + ":\n" + describe(problems));
    }
    checkHandlers(folder);
    EvaluationOrder.establish(folder);
    Slimming.slim(folder);
    for (Path file : cFiles) {
      Files.write(folder.resolve(file.getFileName()), Files.readAllBytes(file));
    }
    writeUnit(folder);
  }

  private void compile(Path classes) throws IOException, BuildFailure {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new BuildFailure("this Java has no compiler: a JDK is needed, not a JRE");
    }
    StringWriter output = new StringWriter();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      List<String> options =
          List.of(
              "--release",
              "17",
              "-proc:none",
              "-nowarn",
              "-Xlint:none",
              "-d",
              classes.toString(),
              "-classpath",
              String.join(File.pathSeparator, libraries().stream().map(File::getPath).toList()));
      boolean done =
          compiler
              .getTask(
                  output,
                  files,
                  null,
                  options,
                  null,
                  files.getJavaFileObjectsFromPaths(sources.values()))
              .call();
      if (!done) {
        throw new BuildFailure("javac refuses the native sources:\n" + output);
      }
    }
  }

  /** TeaVM's libraries, which are on our own class path. */
  private static List<File> libraries() {
    Set<String> paths = new TreeSet<>();
    for (String property : List.of("java.class.path", "surefire.test.class.path")) {
      String path = System.getProperty(property, "");
      Arrays.stream(path.split(File.pathSeparator))
          .filter(entry -> new File(entry).getName().matches("teavm-.*\\.jar"))
          .forEach(paths::add);
    }
    return paths.stream().map(File::new).toList();
  }

  private static String describe(List<Problem> problems) {
    StringBuilder text = new StringBuilder();
    for (Problem problem : problems.subList(0, Math.min(10, problems.size()))) {
      DefaultProblemTextConsumer line = new DefaultProblemTextConsumer();
      problem.render(line);
      text.append("  ").append(line.getText());
      if (problem.getLocation() != null) {
        text.append(" in ").append(problem.getLocation().getMethod());
        if (problem.getLocation().getSourceLocation() != null) {
          text.append(" ").append(problem.getLocation().getSourceLocation());
        }
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** A handler for a particular class would catch every other one as well: refused. */
  private static void checkHandlers(Path folder) throws IOException, BuildFailure {
    Path ours = folder.resolve("classes/dev/tulle");
    if (!Files.isDirectory(ours)) {
      return;
    }
    try (Stream<Path> all = Files.walk(ours)) {
      for (Path file : all.filter(path -> path.toString().endsWith(".c")).toList()) {
        Matcher handler = CATCH.matcher(Files.readString(file));
        while (handler.find()) {
          if (!CAUGHT.contains(handler.group(1))) {
            throw new BuildFailure(
                file.getFileName()
                    + " catches "
                    + handler.group(1)
                    + ", but native code can only catch everything (exceptions.h)");
          }
        }
      }
    }
  }

  private void writeUnit(Path folder) throws IOException {
    // The literals come first, so that gcc sees what they are where they are used.
    StringBuilder unit = new StringBuilder("#define _GNU_SOURCE\n#include \"strings.c\"\n");
    Set<String> files = new TreeSet<>(Files.readAllLines(folder.resolve("all.txt")));
    files.removeAll(NOT_COMPILED);
    files.remove("strings.c");
    for (Path file : cFiles) {
      if (file.toString().endsWith(".c")) {
        files.add(file.getFileName().toString());
      }
    }
    for (String file : files) {
      unit.append("#include \"").append(file).append("\"\n");
    }
    Files.writeString(folder.resolve("unit.c"), unit);
  }
}
