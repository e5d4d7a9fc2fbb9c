// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program of sockets that knows no channels says the same on the kernel and on a stack. */
@Timeout(120)
class WholeProgramTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @TempDir Path folder;

  /** A program of its own: what it prints is compared. */
  public static void main(String[] words) throws Exception {
    chat();
    streams();
    waits();
    datagrams();
    web();
    System.err.println("on a stack: " + onStack());
    try (var channel = AsynchronousSocketChannel.open()) {
      System.err.println("asynchronous: " + channel.isOpen());
    } catch (IOException e) {
      System.err.println("asynchronous: " + e.getMessage());
    }
    System.exit(0);
  }

  /** Whether sockets have the stack's address, which this machine has not. */
  private static boolean onStack() {
    InetAddress address = InetAddress.ofLiteral("10.9.0.2");
    try (ServerSocket server = new ServerSocket(0, 1, address);
        DatagramSocket socket = new DatagramSocket(0, address)) {
      return server.getInetAddress().equals(socket.getLocalAddress());
    } catch (IOException e) {
      return false;
    }
  }

  private static void say(String what, Callable<?> call) {
    try {
      System.out.println(what + ": " + call.call());
    } catch (Exception e) {
      System.out.println(what + ": " + e.getClass().getName() + ", " + e.getMessage());
    }
  }

  /** Three guests, each of whom hears the others. */
  private static void chat() throws Exception {
    List<Socket> guests = new ArrayList<>();
    try (ServerSocket server = new ServerSocket(0)) {
      Thread host =
          Thread.startVirtualThread(
              () -> {
                try {
                  while (true) {
                    Socket guest = server.accept();
                    synchronized (guests) {
                      guests.add(guest);
                      guests.notifyAll();
                    }
                    Thread.startVirtualThread(() -> pass(guest, guests));
                  }
                } catch (IOException e) {
                  System.out.println("the host: " + e);
                }
              });
      List<Socket> all = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        all.add(new Socket("localhost", server.getLocalPort()));
      }
      synchronized (guests) {
        while (guests.size() < 3) {
          guests.wait();
        }
      }
      all.get(0).getOutputStream().write("good evening\n".getBytes(UTF_8));
      for (Socket guest : all) {
        var in = new BufferedReader(new InputStreamReader(guest.getInputStream(), UTF_8));
        System.out.println("a guest hears " + in.readLine());
      }
      server.close();
      host.join();
      for (Socket guest : all) {
        guest.close();
      }
    }
  }

  private static void pass(Socket from, List<Socket> guests) {
    try {
      var in = new BufferedReader(new InputStreamReader(from.getInputStream(), UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        synchronized (guests) {
          for (Socket guest : guests) {
            guest.getOutputStream().write((line + "\n").getBytes(UTF_8));
          }
        }
      }
    } catch (IOException e) {
      System.out.println("a guest left early: " + e);
    }
  }

  private static void streams() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, HERE);
        Socket client = new Socket()) {
      say("reuse", server::getReuseAddress);
      say("bound", () -> server.getInetAddress() + " " + server.isBound());
      client.bind(new InetSocketAddress(HERE, 0));
      client.setTcpNoDelay(true);
      client.setSoLinger(true, 5);
      client.setKeepAlive(true);
      client.connect(server.getLocalSocketAddress(), 5000);
      Socket accepted = server.accept();
      say("options", () -> client.getTcpNoDelay() + " " + client.getSoLinger());
      client.setSoLinger(false, 0);
      say("no linger", client::getSoLinger);
      say("alive", client::getKeepAlive);
      say("ports", () -> client.getLocalPort() == accepted.getPort());
      say("addresses", () -> client.getLocalAddress() + " " + accepted.getInetAddress());
      say("ends", () -> client.getRemoteSocketAddress().equals(server.getLocalSocketAddress()));
      byte[] much = new byte[300_000];
      Thread.startVirtualThread(
          () -> {
            try {
              client.getOutputStream().write(much);
              client.shutdownOutput();
            } catch (IOException e) {
              System.out.println("writing: " + e);
            }
          });
      say("octets", () -> accepted.getInputStream().readAllBytes().length);
      say("shut", client::isOutputShutdown);
      accepted.getOutputStream().write(7);
      say("the other way", () -> client.getInputStream().read());
      accepted.close();
      say("the end", () -> client.getInputStream().read());
      say("closed", accepted::isClosed);
      say("closed stream", accepted::getInputStream);
      InetSocketAddress gone = (InetSocketAddress) server.getLocalSocketAddress();
      server.close();
      say("refused", () -> new Socket(gone.getAddress(), gone.getPort()));
      say("accept", server::accept);
    }
  }

  private static void waits() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, HERE)) {
      server.setSoTimeout(20);
      say("nobody", server::accept);
      Socket client = new Socket(HERE, server.getLocalPort());
      Socket accepted = server.accept();
      client.setSoTimeout(20);
      say("nothing", () -> client.getInputStream().read());
      client.setSoTimeout(0);
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () ->
                      say(
                          "interrupted",
                          () ->
                              client.getInputStream().read()
                                  + " "
                                  + Thread.currentThread().isInterrupted()));
      reader.interrupt();
      accepted.getOutputStream().write(5);
      reader.join();
      Thread waiting =
          Thread.ofPlatform().start(() -> say("torn", () -> client.getInputStream().read()));
      Thread.sleep(60); // else it finds the socket closed before it reads
      client.close();
      waiting.join();
      accepted.close();
      Socket last = new Socket(HERE, server.getLocalPort());
      Thread virtual =
          Thread.startVirtualThread(() -> say("interrupted", () -> last.getInputStream().read()));
      Thread.sleep(60);
      virtual.interrupt();
      virtual.join();
      say("closed", last::isClosed);
      Thread host = Thread.startVirtualThread(() -> say("no host", waiting(server)::accept));
      Thread.sleep(60);
      host.interrupt();
      host.join();
      say("closed", server::isClosed);
    }
  }

  /** A server without limit, whose last guest has been let in. */
  private static ServerSocket waiting(ServerSocket server) {
    try {
      server.setSoTimeout(0);
      server.accept().close();
    } catch (IOException e) {
      System.out.println("no last guest: " + e);
    }
    return server;
  }

  private static void datagrams() throws Exception {
    try (DatagramSocket left = new DatagramSocket(0, HERE);
        DatagramSocket right = new DatagramSocket(new InetSocketAddress(HERE, 0));
        MulticastSocket groups = new MulticastSocket()) {
      say("bound", () -> left.isBound() && left.getLocalAddress().equals(HERE));
      DatagramPacket packet = new DatagramPacket(new byte[9], 9);
      right.setSoTimeout(5000);
      for (int octets : new int[] {2, 7}) {
        left.send(new DatagramPacket(new byte[octets], octets, right.getLocalSocketAddress()));
        right.receive(packet);
        say("octets", packet::getLength);
      }
      say("from", () -> packet.getSocketAddress().equals(left.getLocalSocketAddress()));
      right.connect(left.getLocalSocketAddress());
      say("connected", () -> right.isConnected() && right.getPort() == left.getLocalPort());
      right.send(new DatagramPacket(new byte[4], 4));
      left.receive(packet);
      say("octets", packet::getLength);
      right.disconnect();
      right.setSoTimeout(20);
      say(
          "nothing",
          () -> {
            right.receive(packet);
            return null;
          });
      say("broadcast", left::getBroadcast);
      groups.setTimeToLive(3);
      say("hops", groups::getTimeToLive);
      InetSocketAddress group = new InetSocketAddress("239.9.8.7", 0);
      groups.joinGroup(group, null);
      say(
          "twice",
          () -> {
            groups.joinGroup(group, null);
            return null;
          });
      groups.leaveGroup(group, null);
      left.close();
      say("closed", () -> left.isClosed() + " " + left.getLocalPort());
    }
  }

  private static void web() throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(HERE, 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write("hello".getBytes(UTF_8));
          }
        });
    server.start();
    URI uri = URI.create("http://localhost:" + server.getAddress().getPort() + "/");
    say("web", () -> new String(uri.toURL().openStream().readAllBytes(), UTF_8));
    server.stop(0);
  }

  private Path agent() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", WholeProgram.class.getName());
    Path jar = folder.resolve("agent.jar");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    return jar;
  }

  /** What the program prints, and how it ends. */
  private String run(String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(WholeProgramTest.class.getName());
    Path error = folder.resolve("error");
    Process process = new ProcessBuilder(command).redirectError(error.toFile()).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    return process.waitFor() + "\n" + said + "\n" + Files.readString(error).lines().toList();
  }

  private String onTulle(String address) throws Exception {
    return run(
        "-javaagent:" + agent(),
        "-Djava.nio.channels.spi.SelectorProvider=dev.tulle.nio.TulleProvider",
        "-Dtulle.link=udp:127.0.0.1:" + LinksTest.freePort(HERE),
        "-Dtulle.address=" + address);
  }

  @Test
  void aProgramOfSocketsSaysTheSameOnTheKernelAndOnAStack() throws Exception {
    String kernel = run();
    assertTrue(kernel.endsWith("[on a stack: false, asynchronous: true]"), kernel);
    String refusal = "asynchronous: Tulle has no asynchronous channels: use those of selectors";
    assertEquals(
        kernel
            .replace("stack: false", "stack: true")
            .replace("asynchronous: true", refusal + ", or sockets"),
        onTulle("10.9.0.2/24"));
  }

  @Test
  void aWrongSettingEndsTheProgramWithOneSentence() throws Exception {
    String said = onTulle("10.9.0.2/33");
    assertTrue(said.startsWith("2\n\n"), said);
    assertTrue(said.contains("[tulle: tulle.address is an address and"), said);
    assertEquals(3, said.lines().count(), said);
  }
}
