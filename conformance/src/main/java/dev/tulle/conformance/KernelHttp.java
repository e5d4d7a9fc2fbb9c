// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A web server of the JDK on the kernel's sockets in a namespace, for Tulle to fetch from.
 *
 * <p>{@code /NAME} is a file with its length, {@code /chunked/NAME} the same in chunks, {@code
 * /moved/NAME} says to look at the first.
 */
public final class KernelHttp implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService workers;
  private final AtomicLong sent = new AtomicLong();

  /** Serves the files of a folder at an address of the namespace. */
  public KernelHttp(Namespace namespace, String address, int port, Path folder) throws IOException {
    workers = Executors.newCachedThreadPool(KernelHttp::daemon);
    server = namespace.in(() -> HttpServer.create(new InetSocketAddress(address, port), 128));
    server.setExecutor(workers);
    server.createContext("/", exchange -> answer(exchange, folder, false));
    server.createContext("/chunked/", exchange -> answer(exchange, folder, true));
    server.createContext("/moved/", KernelHttp::move);
    namespace.in(
        () -> {
          server.start();
          return null;
        });
  }

  /** Octets of bodies that the kernel has taken so far. */
  public long sent() {
    return sent.get();
  }

  private void answer(HttpExchange exchange, Path folder, boolean chunked) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Path file = folder.resolve(path.substring(path.lastIndexOf('/') + 1));
      if (!Files.isRegularFile(file)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      exchange.sendResponseHeaders(200, chunked ? 0 : Files.size(file));
      try (OutputStream body = exchange.getResponseBody();
          var in = Files.newInputStream(file)) {
        byte[] block = new byte[1 << 16];
        for (int n = in.read(block); n > 0; n = in.read(block)) {
          body.write(block, 0, n);
          sent.addAndGet(n);
        }
      }
    }
  }

  private static void move(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      exchange.getResponseHeaders().set("Location", path.substring(path.lastIndexOf('/')));
      exchange.sendResponseHeaders(302, -1);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "kernel-http");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }
}
