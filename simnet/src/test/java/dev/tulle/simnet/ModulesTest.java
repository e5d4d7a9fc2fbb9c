// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.simnet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs on the module path, where nothing is read that a descriptor does not name. */
@Timeout(120)
class ModulesTest {
  /** A class of each library. */
  private static final List<Class<?>> LIBRARIES =
      List.of(
          dev.tulle.stack.Stack.class,
          dev.tulle.profile.Full.class,
          dev.tulle.apps.Program.class,
          dev.tulle.testkit.TwoHosts.class,
          dev.tulle.jvm.Main.class,
          dev.tulle.nio.Tulle.class,
          SimNetwork.class);

  @TempDir Path folder;

  private static List<Path> libraries() {
    return LIBRARIES.stream().map(ModulesTest::place).toList();
  }

  private static Path place(Class<?> of) {
    try {
      return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Compiles a module out of its descriptor and the class {@code app.Main}. */
  private Path module(String descriptor, String main) throws IOException {
    Path sources = Files.createDirectories(folder.resolve("src/app"));
    Path info = Files.writeString(sources.resolveSibling("module-info.java"), descriptor);
    Path code = Files.writeString(sources.resolve("Main.java"), main);
    Path classes = folder.resolve("classes");
    int errors =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-d",
                classes.toString(),
                "--module-path",
                join(libraries()),
                info.toString(),
                code.toString());
    assertEquals(0, errors, "it does not compile");
    return classes;
  }

  private static String join(List<Path> paths) {
    return paths.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static String java(List<String> words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.addAll(words);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said;
  }

  @Test
  void eachLibraryIsAModuleThatExportsAllItsPackages() {
    Set<ModuleReference> found = ModuleFinder.of(libraries().toArray(Path[]::new)).findAll();
    assertEquals(LIBRARIES.size(), found.size());
    for (ModuleReference one : found) {
      ModuleDescriptor module = one.descriptor();
      Set<String> exported =
          module.exports().stream()
              .map(ModuleDescriptor.Exports::source)
              .collect(Collectors.toSet());
      assertTrue(!module.isAutomatic() && module.name().startsWith("dev.tulle."), module.name());
      assertEquals(module.packages(), exported, module.name());
    }
  }

  @Test
  void aModularProgramHasStacksAndASimulatedNetworkOfItsOwn() throws Exception {
    Path program =
        module(
            "module app { requires dev.tulle.simnet; }",
            """
            package app;

            import dev.tulle.jvm.TapLink;
            import dev.tulle.nio.MemoryCable;
            import dev.tulle.nio.Tulle;
            import dev.tulle.simnet.SimNetwork;
            import java.net.InetSocketAddress;
            import java.nio.ByteBuffer;

            public class Main {
              public static void main(String[] words) throws Exception {
                MemoryCable cable = new MemoryCable();
                try (Tulle left = Tulle.open(cable.left()).ipv4("10.9.0.1/24").start();
                    Tulle right = Tulle.open(cable.right()).ipv4("10.9.0.2/24").start()) {
                  pass(left, right);
                }
                try (SimNetwork net = SimNetwork.seed(7)) {
                  pass(net.left(), net.right());
                }
                System.out.println(TapLink.class.getModule());
              }

              static void pass(Tulle left, Tulle right) throws Exception {
                try (var server = right.serverSocketChannel();
                    var client = left.socketChannel()) {
                  server.bind(new InetSocketAddress("10.9.0.2", 7));
                  client.connect(new InetSocketAddress("10.9.0.2", 7));
                  client.write(ByteBuffer.allocate(3));
                  System.out.println(server.accept().read(ByteBuffer.allocate(9)));
                }
              }
            }
            """);
    List<Path> path = new ArrayList<>(libraries());
    path.add(program);
    assertEquals(
        "3\n3\nmodule dev.tulle.jvm\n",
        java(
            List.of(
                "--illegal-native-access=deny",
                "--enable-native-access=dev.tulle.jvm",
                "--module-path",
                join(path),
                "--module",
                "app/app.Main")));
  }

  /**
   * It knows nothing of Tulle: it runs on it as it is, on the module path and on the class path.
   */
  @Test
  void aWholeProgramIsPutOnAStackByBothPaths() throws Exception {
    Path program =
        module(
            "module app { }",
            """
            package app;

            import java.net.InetAddress;
            import java.net.InetSocketAddress;
            import java.net.UnknownHostException;
            import java.nio.channels.ServerSocketChannel;
            import java.nio.channels.SocketChannel;

            public class Main {
              public static void main(String[] words) throws Exception {
                var at = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7);
                var server = ServerSocketChannel.open().bind(at);
                var client = SocketChannel.open(at);
                System.out.println(client.provider().getClass().getName());
                System.out.println(client.provider().getClass().getModule().isNamed());
                try {
                  InetAddress.getByName("host.example");
                } catch (UnknownHostException e) {
                  System.out.println(e.getMessage());
                }
                server.close();
              }
            }
            """);
    int port;
    try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    List<String> options =
        List.of(
            "-Djava.nio.channels.spi.SelectorProvider=dev.tulle.nio.TulleProvider",
            "-Dtulle.link=udp:127.0.0.1:" + port,
            "-Dtulle.address=10.9.0.2/24");
    List<Path> path = new ArrayList<>(libraries());
    path.add(program);
    String all = join(path);
    String said = "dev.tulle.nio.TulleProvider\n%s\nhost.example: no name server can be reached\n";
    List<String> words = new ArrayList<>(options);
    words.addAll(List.of("--module-path", all, "--module", "app/app.Main"));
    assertEquals(said.formatted(true), java(words));
    words = new ArrayList<>(options);
    // The resources of nio lie beside its classes, where Maven has put them.
    words.addAll(List.of("-cp", all, "app.Main"));
    assertEquals(said.formatted(false), java(words));
  }
}
