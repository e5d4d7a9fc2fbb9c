// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Many small requests over many connections of the kernel that are open at the same time, each used
 * again and again.
 */
final class ManyRequests {
  private static final int LIMIT_MS = 30_000;

  private final Namespace namespace;
  private final String host;
  private final int port;

  ManyRequests(Namespace namespace, String host, int port) {
    this.namespace = namespace;
    this.host = host;
    this.port = port;
  }

  /**
   * Opens all connections, then sends the requests over all of them at once.
   *
   * @return the seconds that it took
   * @throws IOException if one answer is not {@code expected}
   */
  double run(String path, byte[] expected, int connections, int requestsEach) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    ExecutorService workers = Executors.newFixedThreadPool(connections);
    long begunNs = System.nanoTime();
    try {
      for (int i = 0; i < connections; i++) {
        Socket socket = namespace.connect(host, port, LIMIT_MS);
        socket.setSoTimeout(LIMIT_MS);
        socket.setTcpNoDelay(true);
        sockets.add(socket);
      }
      List<Future<?>> all = new ArrayList<>();
      for (Socket socket : sockets) {
        all.add(
            workers.submit(
                () -> {
                  InputStream in = new BufferedInputStream(socket.getInputStream());
                  for (int i = 0; i < requestsEach; i++) {
                    request(socket.getOutputStream(), path);
                    expect(in, expected);
                  }
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
      return (System.nanoTime() - begunNs) / 1e9;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
      workers.shutdownNow();
    }
  }

  private void request(OutputStream out, String path) throws IOException {
    String text = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static void expect(InputStream in, byte[] expected) throws IOException {
    String status = line(in);
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException("answered: " + status);
    }
    int length = -1;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(header.indexOf(':') + 1).strip());
      }
    }
    if (length != expected.length || !Arrays.equals(in.readNBytes(length), expected)) {
      throw new IOException("a body that differs, of " + length + " octets");
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the connection ended within an answer");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
