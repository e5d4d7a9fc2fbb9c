// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs in a network namespace of its own: keeps eight connections of the minimal echo server busy
 * and prints {@code ok} and the server's peak memory.
 */
public final class ResidentMemory {
  private static final int CONNECTIONS = 8;
  private static final int ROUNDS = 200;
  private static final int ROUND_BYTES = 8192;

  private ResidentMemory() {}

  public static void main(String[] args) throws Exception {
    ip("tuntap add dev tulle0 mode tap");
    ip("address add 10.9.0.1/24 dev tulle0");
    ip("link set tulle0 up");
    Process server =
        new ProcessBuilder(args[0], "--tap", "tulle0", "--address", "10.9.0.2/24")
            .inheritIO()
            .start();
    try (ExecutorService workers = Executors.newFixedThreadPool(CONNECTIONS)) {
      List<Future<Void>> all = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        int seed = i;
        Callable<Void> task = () -> converse(seed);
        all.add(workers.submit(task));
      }
      for (Future<Void> each : all) {
        each.get();
      }
      System.out.println("ok");
      System.out.print(Files.readString(Path.of("/proc/" + server.pid() + "/status")));
    } finally {
      server.destroy();
    }
  }

  /** Sends more than the server's buffers hold and takes it back, again and again. */
  private static Void converse(int seed) throws Exception {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("10.9.0.2", 7), 10_000);
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      byte[] sent = new byte[ROUND_BYTES];
      Random random = new Random(seed);
      for (int round = 0; round < ROUNDS; round++) {
        random.nextBytes(sent);
        out.write(sent);
        byte[] got = in.readNBytes(sent.length);
        if (!Arrays.equals(sent, got)) {
          throw new IllegalStateException("round " + round + " came back changed");
        }
      }
    }
    return null;
  }

  private static void ip(String arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments.split(" ")));
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      System.exit(3);
    }
  }
}
