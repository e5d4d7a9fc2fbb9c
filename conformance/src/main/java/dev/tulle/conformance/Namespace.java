// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A network of one's own: a network namespace without a name, held by one thread.
 *
 * <p>That thread has left the machine's namespace with {@code unshare(2)}; sockets that it opens,
 * threads and processes that it starts are in the new one. Nothing has to be removed afterwards:
 * the kernel takes the namespace away with the last thread, process and socket in it, however they
 * end.
 *
 * <p>Needs CAP_SYS_ADMIN: root, or a user namespace as {@code unshare -Urn} makes it. {@link
 * #refusal} tells whether it is possible.
 */
public final class Namespace implements AutoCloseable {
  private static final Duration TOOL_LIMIT = Duration.ofSeconds(20);

  private static final int PINGS = 5;

  /**
   * linux/ethtool.h: get and set of generic receive, generic send and TCP segmentation offload, of
   * the receive and of the transmit checksum.
   */
  private static final int[] OFFLOADS = {
    0x2b, 0x2c, 0x23, 0x24, 0x1e, 0x1f, 0x14, 0x15, 0x16, 0x17
  };

  private final ExecutorService thread;

  /** Makes an empty namespace with its loopback interface up and IPv6 off. */
  public Namespace() throws IOException {
    thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, "namespace");
              made.setDaemon(true);
              return made;
            });
    try {
      in(
          () -> {
            Syscalls.unshare(Syscalls.CLONE_NEWNET);
            return null;
          });
      ip("link set lo up");
      set("net/ipv6/conf/all/disable_ipv6", "1");
      set("net/ipv6/conf/default/disable_ipv6", "1");
    } catch (IOException e) {
      thread.shutdown();
      throw e;
    }
  }

  /**
   * Why there can be no namespace with a TAP device here, in one sentence; null where there can.
   */
  public static String refusal() {
    Path device = Path.of("/dev/net/tun");
    if (!Files.exists(device)) {
      return "this system has no /dev/net/tun";
    }
    if (!Files.isReadable(device) || !Files.isWritable(device)) {
      return "this user may not open /dev/net/tun";
    }
    try (Namespace namespace = new Namespace()) {
      namespace.addTap("tulle-probe", "10.255.255.1/24");
      return null;
    } catch (IOException e) {
      String why = e.getMessage();
      if (why.startsWith("unshare: errno 1")) {
        return "a network namespace needs root, or \"unshare -Urn\" to be permitted";
      }
      return "no namespace with a TAP device can be made here (" + why + ")";
    }
  }

  /** Does something on the namespace's thread. */
  public <T> T in(Callable<T> what) throws IOException {
    try {
      return thread.submit(what).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Starts a process in this namespace. */
  public Child start(List<String> command) throws IOException {
    return in(() -> Child.start(command));
  }

  /** Starts a process in this namespace. */
  public Child start(String... command) throws IOException {
    return start(List.of(command));
  }

  /** Runs a command here to its end, which must be a good one. */
  public Child run(Duration limit, String... command) throws IOException {
    return start(command).succeeds(limit);
  }

  /**
   * Has the machine's ping send echo requests, all of which must be answered; answers what it
   * prints. It gives up the last one after two round trips, which a busy machine exceeds: so it may
   * try again.
   */
  public String ping(Duration limit, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("ping", "-n"));
    command.addAll(List.of(words));
    String text = "";
    for (int tries = 0; tries < PINGS; tries++) {
      try (Child ping = start(command)) {
        ping.await(limit);
        text = ping.out();
        if (text.contains(" 0% packet loss")) {
          return text;
        }
      }
    }
    throw new IOException("not every echo request was answered: " + text);
  }

  /** Runs {@code ip} with the words of {@code arguments}. */
  public String ip(String arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments.split(" ")));
    return start(command).succeeds(TOOL_LIMIT).out();
  }

  /** Writes a value under /proc/sys; what this kernel does not have is left out. */
  public void set(String key, String value) throws IOException {
    in(
        () -> {
          Path path = Path.of("/proc/sys", key);
          if (Files.isWritable(path)) {
            Files.writeString(path, value);
          }
          return null;
        });
  }

  /**
   * Makes a TAP device for Tulle to open; the kernel's end has {@code address}, as in
   * "10.9.0.1/24".
   */
  public void addTap(String name, String address) throws IOException {
    ip("tuntap add dev " + name + " mode tap");
    ip("addr add " + address + " dev " + name);
    ip("link set " + name + " up");
  }

  /** Makes a pair of interfaces: {@code name} is here, {@code peerName} where {@code peer} runs. */
  public void addVeth(String name, String peerName, Child peer) throws IOException {
    ip("link add " + name + " type veth peer name " + peerName + " netns " + peer.pid());
    ip("link set " + name + " up");
  }

  /**
   * Turns an interface's segmentation and checksum offloads off, so that it carries frames as a
   * wire would; what it cannot turn off must not be on.
   */
  public void offloadsOff(String device) throws IOException {
    in(
        () -> {
          for (int i = 0; i < OFFLOADS.length; i += 2) {
            Syscalls.ethtool(device, OFFLOADS[i + 1], 0);
            if (Syscalls.ethtool(device, OFFLOADS[i], 0) != 0) {
              throw new IOException("an offload of " + device + " cannot be turned off");
            }
          }
          return null;
        });
  }

  /** A process here that only waits: it stands for the namespace where a process id is wanted. */
  public Child holder() throws IOException {
    return start("cat");
  }

  /** Waits until something has opened the TAP device. */
  public void awaitCarrier(String device, Child owner, Duration limit) throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    while (!ip("-o link show " + device).contains("LOWER_UP")) {
      check(device, owner, end);
    }
  }

  /** Waits until a connection to the port succeeds; that connection is closed again at once. */
  public void awaitPort(String host, int port, Child owner, Duration limit) throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        connect(host, port, 500).close();
        return;
      } catch (IOException notYet) {
        check(host + ":" + port, owner, end);
      }
    }
  }

  /** Waits until a server of the kernel listens here, without a connection that it would notice. */
  public void awaitListening(int port, Child owner, Duration limit) throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    // Local address, remote address, and 0A: LISTEN
    Pattern listening = Pattern.compile(String.format(":%04X [0-9A-F]+:0000 0A ", port));
    while (!in(
        () ->
            Stream.of("tcp", "tcp6")
                .anyMatch(
                    table -> listening.matcher(read("/proc/thread-self/net/" + table)).find()))) {
      check("port " + port, owner, end);
    }
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      return "";
    }
  }

  /** A socket of the kernel in this namespace, connected. */
  public Socket connect(String host, int port, int limitMs) throws IOException {
    return in(
        () -> {
          Socket socket = new Socket();
          try {
            socket.connect(new InetSocketAddress(host, port), limitMs);
            return socket;
          } catch (IOException e) {
            socket.close();
            throw e;
          }
        });
  }

  private static void check(String what, Child owner, long endNs) throws IOException {
    if (!owner.alive()) {
      throw new IOException(what + " never came up: " + owner.lastWords());
    }
    if (System.nanoTime() - endNs > 0) {
      throw new IOException(what + " did not come up in time: " + owner.lastWords());
    }
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Ends the thread; the kernel removes the namespace when the last process in it has ended. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
