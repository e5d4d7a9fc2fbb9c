// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Servers and clients of other people over the provider, unmodified, each with a peer that is
 * another program on the kernel. That it is Tulle's address that the peer has seen shows that they
 * did not talk by the kernel.
 */
@Timeout(120)
class RealLibrariesTest {
  private static final String PASSWORD = "secret";

  private static Child serve(Rig rig, int port, String... words) throws IOException {
    Child server = rig.namespace.start(JavaProgram.on(rig.lane, words));
    try {
      rig.namespace.awaitCarrier(rig.lane.tap(), server, Rig.LIMIT);
      rig.namespace.awaitPort(rig.lane.tulle(), port, server, Rig.LIMIT);
      return server;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  private static List<String> lines(Rig rig, List<String> command) throws IOException {
    try (Child program = rig.namespace.start(command)) {
      return program.succeeds(Rig.LIMIT).out().lines().toList();
    }
  }

  @Test
  void jettyServesCurlManyFilesAtATimeAndPartsOfThem() throws IOException {
    try (Rig rig = Rig.open(Programs.JVM, "curl")) {
      Path file = rig.file("a.bin", 3_000_000);
      String root = rig.folder.toString();
      try (Child jetty =
          serve(rig, 8080, JettyServer.class.getName(), rig.lane.tulle(), "8080", root)) {
        String url = "http://" + rig.lane.tulle() + ":8080/a.bin";
        String names = rig.folder.resolve("got.").toString();
        rig.run("curl", "-sS", "--fail", "-Z", "-o", names + "#1", url + "?[1-8]");
        for (int i = 1; i <= 8; i++) {
          Rig.assertEqualFiles(file, Path.of(names + i));
        }
        rig.run("curl", "-sS", "--fail", "-r", "1000-1999", "-o", names, url);
        byte[] part = new byte[1000];
        System.arraycopy(Files.readAllBytes(file), 1000, part, 0, 1000);
        assertArrayEquals(part, Files.readAllBytes(Path.of(names)));
        assertEquals(22, rig.code("curl", "-sS", "--fail", url + ".not"), jetty.error());
      }
    }
  }

  @Test
  void nettyServesCurlAFileAndSendsBackWhatIsPosted() throws IOException {
    try (Rig rig = Rig.open(Programs.JVM, "curl")) {
      Path file = rig.file("a.bin", 3_000_000);
      try (Child netty =
          serve(
              rig, 8080, NettyServer.class.getName(), rig.lane.tulle(), "8080", file.toString())) {
        String url = "http://" + rig.lane.tulle() + ":8080/";
        String names = rig.folder.resolve("got.").toString();
        rig.run("curl", "-sS", "--fail", "-Z", "-o", names + "#1", url + "[1-8]");
        for (int i = 1; i <= 8; i++) {
          Rig.assertEqualFiles(file, Path.of(names + i));
        }
        rig.run("curl", "-sS", "--data-binary", "@" + file, "-o", names, url);
        Rig.assertEqualFiles(file, Path.of(names));
        assertEquals("", netty.error());
      }
    }
  }

  /** The JDK's client over TLS, where it asks for HTTP/2, and Netty's. */
  @Test
  void clientsOfTheJdkAndOfNettyFetchFromNginx() throws IOException {
    try (Rig rig = Rig.open(Programs.JVM, "nginx", "openssl")) {
      Path file = rig.file("a.bin", 1_000_000);
      String kernel = rig.lane.kernel();
      String root = rig.folder.toString();
      String name = "subjectAltName=IP:" + kernel;
      String key = root + "/key.pem";
      String certificate = root + "/certificate.pem";
      rig.run(
          "openssl",
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:P-256",
          "-nodes",
          "-keyout",
          key,
          "-out",
          certificate,
          "-subj",
          "/CN=test",
          "-addext",
          name);
      String store = root + "/trust.p12";
      String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
      rig.run(
          keytool,
          "-importcert",
          "-noprompt",
          "-file",
          certificate,
          "-keystore",
          store,
          "-storepass",
          PASSWORD);
      Path settings = rig.folder.resolve("nginx.conf");
      String text =
          """
          daemon off; master_process off; pid R/pid; error_log stderr;
          events { }
          http {
            access_log R/access; root R; client_body_temp_path R; proxy_temp_path R;
            fastcgi_temp_path R; uwsgi_temp_path R; scgi_temp_path R;
            server {
              listen K:80; listen K:443 ssl http2;
              ssl_certificate R/certificate.pem; ssl_certificate_key R/key.pem;
            }
          }
          """;
      Files.writeString(settings, text.replace("R", root).replace("K", kernel));
      try (Child nginx = rig.namespace.start("nginx", "-e", "stderr", "-c", settings.toString())) {
        rig.namespace.awaitListening(443, nginx, Rig.LIMIT);
        String url = "https://" + kernel + "/a.bin";
        List<String> fetch =
            JavaProgram.on(
                rig.lane,
                "-Djavax.net.ssl.trustStore=" + store,
                "-Djavax.net.ssl.trustStorePassword=" + PASSWORD,
                HttpFetch.class.getName());
        fetch.addAll(Collections.nCopies(10, url));
        String whole = "200 1000000 " + Digests.sha256(file) + " over HTTP/2";
        assertEquals(Collections.nCopies(10, whole), lines(rig, fetch), nginx.error());
        assertEquals(
            List.of("400 answers, 400000000 octets"),
            lines(
                rig,
                JavaProgram.on(
                    rig.lane, NettyFetch.class.getName(), kernel, "80", "/a.bin", "20", "20")));
        List<String> seen = Files.readAllLines(rig.folder.resolve("access"));
        assertEquals(410, seen.size());
        assertTrue(seen.stream().allMatch(l -> l.startsWith(rig.lane.tulle() + " ")));
      }
    }
  }

  /** By the class name of the socket factory, as the driver's settings have it. */
  @Test
  void theDriverOfPostgresWorksThroughTheSocketFactoryAndWithout() throws IOException {
    try (Rig rig = Rig.open(Programs.JVM, "setpriv")) {
      Path programs = postgres();
      Path data = rig.folder.resolve("data");
      Files.createDirectory(data);
      Files.writeString(rig.folder.resolve("password"), PASSWORD);
      int other =
          rig.code(
              "sh", "-c", "chmod 755 R && chown nobody R/*".replace("R", rig.folder.toString()));
      List<String> nobody =
          List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups");
      if (other != 0 || rig.code(words(nobody, "true")) != 0) {
        Assumptions.abort("no program can be started here as another user, as PostgreSQL wants it");
      }
      rig.run(
          words(
              nobody,
              programs.resolve("initdb").toString(),
              "-D",
              data.toString(),
              "-U",
              "tulle",
              "-A",
              "scram-sha-256",
              "--pwfile=" + rig.folder.resolve("password"),
              "--no-sync",
              "--no-locale",
              "-E",
              "UTF8"));
      Path access = data.resolve("pg_hba.conf");
      Files.writeString(access, "host all all 10.9.0.0/16 scram-sha-256\n");
      String[] command =
          words(
              nobody,
              programs.resolve("postgres").toString(),
              "-D",
              data.toString(),
              "-k",
              "",
              "-c",
              "listen_addresses=" + rig.lane.kernel(),
              "-c",
              "fsync=off");
      try (Child server = rig.namespace.start(command)) {
        assertTrue(server.says("ready to accept connections", Rig.LIMIT), server.error());
        String url =
            "jdbc:postgresql://%s/postgres?user=tulle&password=%s"
                .formatted(rig.lane.kernel(), PASSWORD);
        List<String> expected =
            List.of(
                "seen as " + rig.lane.tulle(),
                "sum 49995000",
                "large true",
                "state 23505",
                "state 57014");
        String round = PostgresRound.class.getName();
        String factory = "&socketFactory=dev.tulle.nio.TulleSocketFactory";
        List<String> factories = JavaProgram.on(rig.lane, round, url + factory);
        assertEquals(expected, lines(rig, factories), server.error());
        // Whose sockets are on the stack needs no factory.
        assertEquals(expected, lines(rig, JavaProgram.whole(rig, round, url)), server.error());
      }
    }
  }

  /** Debian keeps them off the PATH; the newest version. */
  private static Path postgres() throws IOException {
    Path root = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(root)) {
      try (var versions = Files.newDirectoryStream(root)) {
        List<Path> found = new ArrayList<>();
        versions.forEach(version -> found.add(version.resolve("bin")));
        found.removeIf(place -> !Files.isExecutable(place.resolve("postgres")));
        if (!found.isEmpty()) {
          return Collections.max(found);
        }
      }
    }
    return Assumptions.abort("postgresql is not installed");
  }

  private static String[] words(List<String> first, String... more) {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void lettuceSendsRedisManyCommandsAndHearsItsNews() throws IOException {
    try (Rig rig = Rig.open(Programs.JVM, "redis-server")) {
      String kernel = rig.lane.kernel();
      try (Child redis =
          rig.namespace.start(
              "redis-server",
              "--bind",
              kernel,
              "--protected-mode",
              "no",
              "--save",
              "",
              "--dir",
              rig.folder.toString())) {
        rig.namespace.awaitListening(6379, redis, Rig.LIMIT);
        assertEquals(
            List.of("seen as " + rig.lane.tulle(), "counter 10000", "large true", "heard hello"),
            lines(rig, JavaProgram.on(rig.lane, RedisRound.class.getName(), "redis://" + kernel)),
            redis.out());
      }
    }
  }

  @Test
  void grpcCallsAndIsCalled() throws IOException {
    try (Rig rig = Rig.open(Programs.JVM)) {
      String grpc = GrpcRound.class.getName();
      String tulle = rig.lane.tulle();
      String kernel = rig.lane.kernel();
      List<String> good = List.of("calls 200", "octets 2000000", "too late DEADLINE_EXCEEDED");
      try (Child server = serve(rig, 5000, grpc, "serve", tulle, "5000")) {
        List<String> client = JavaProgram.plain(grpc, "call", tulle, "5000");
        assertEquals(good, lines(rig, client), server.error());
        assertTrue(server.says("from /" + kernel + ":", Rig.LIMIT), server.out());
      }
      List<String> command = JavaProgram.plain(grpc, "serve", kernel, "5000");
      try (Child server = rig.namespace.start(command)) {
        rig.namespace.awaitListening(5000, server, Rig.LIMIT);
        List<String> client = JavaProgram.on(rig.lane, grpc, "call", kernel, "5000");
        assertEquals(good, lines(rig, client), server.error());
        assertTrue(server.says("from /" + tulle + ":", Rig.LIMIT), server.out());
      }
    }
  }
}
