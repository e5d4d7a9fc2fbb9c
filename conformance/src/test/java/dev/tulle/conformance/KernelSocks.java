// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A SOCKS 5 server on the kernel's sockets in a namespace: whatever it is asked to connect to, it
 * connects to one server there, and remembers the question. Source: RFC 1928.
 */
final class KernelSocks implements AutoCloseable {
  private static final int VERSION = 5;
  private static final int CONNECT = 1;
  private static final int ADDRESS_FOUR = 1;

  private final Namespace namespace;
  private final ServerSocket server;
  private final int target;
  private final List<String> asked = new CopyOnWriteArrayList<>();

  /**
   * @param target the port of the namespace's loopback address that all connections lead to
   */
  KernelSocks(Namespace namespace, int port, int target) throws IOException {
    this.namespace = namespace;
    this.target = target;
    server = namespace.in(() -> new ServerSocket(port, 50, InetAddress.getLoopbackAddress()));
    Thread.ofPlatform().daemon().start(this::accept);
  }

  /** What it was asked to connect to. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        Thread.ofPlatform().daemon().start(() -> serve(client));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket web = namespace.in(() -> new Socket(InetAddress.getLoopbackAddress(), target))) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      DataOutputStream out = new DataOutputStream(client.getOutputStream());
      in.readUnsignedByte(); // the version
      in.readNBytes(in.readUnsignedByte());
      out.write(new byte[] {VERSION, 0}); // nobody has to say who he is
      byte[] head = in.readNBytes(4);
      byte[] address = in.readNBytes(head[3] == ADDRESS_FOUR ? 4 : 16);
      String host = InetAddress.getByAddress(address).getHostAddress();
      asked.add((address.length == 4 ? host : "[" + host + "]") + ":" + in.readUnsignedShort());
      out.write(new byte[] {VERSION, (byte) (head[1] == CONNECT ? 0 : 7), 0, 1, 0, 0, 0, 0, 0, 0});
      Thread back = Thread.ofPlatform().daemon().start(() -> copy(web, client));
      copy(client, web);
      back.join();
    } catch (IOException | InterruptedException e) {
      asked.add("failed: " + e);
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      return; // the client has gone, and the other direction ends too
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
