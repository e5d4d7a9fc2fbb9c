// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.apps.Control;
import dev.tulle.stack.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Who asks a running program how it is, by a Unix socket of the JDK's. A thread of its own accepts
 * them and wakes the program, which alone answers.
 */
final class UnixControl implements Control {
  /** Those who wait for the one in front of them; more wait in the kernel. */
  private static final int WAITING = 4;

  private final ServerSocketChannel server;
  private final Path path;
  private final BlockingQueue<SocketChannel> waiting = new ArrayBlockingQueue<>(WAITING);
  private final Waiter waiter;
  private SocketChannel asking;

  /**
   * @param waiter is woken when somebody asks
   */
  UnixControl(Path path, Waiter waiter) throws IOException {
    this.path = path;
    this.waiter = waiter;
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
    removeStale(address);
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(address);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      server.close();
      throw e;
    }
    Thread thread = new Thread(this::accept, "control");
    thread.setDaemon(true);
    thread.start();
  }

  /** Removes a socket that nobody listens at any more. */
  private static void removeStale(UnixDomainSocketAddress address) throws IOException {
    if (Files.exists(address.getPath())) {
      try (SocketChannel other = SocketChannel.open(address)) {
        throw new IOException("another program listens there");
      } catch (ConnectException nobody) {
        if (!Files.isRegularFile(address.getPath()) && !Files.isDirectory(address.getPath())) {
          Files.delete(address.getPath());
        }
      }
    }
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        client.configureBlocking(false);
        waiting.put(client);
        waiter.wake();
      }
    } catch (ClosedChannelException e) {
      // The program has ended.
    } catch (IOException | InterruptedException e) {
      System.err.println("tulle: nobody can ask any more: " + e.getMessage());
    }
  }

  @Override
  public boolean asked() {
    asking = waiting.poll();
    return asking != null;
  }

  @Override
  public int write(byte[] from, int at, int count) {
    try {
      int taken = asking.write(ByteBuffer.wrap(from, at, count));
      return taken == 0 && count > 0 ? Status.WOULD_BLOCK : taken;
    } catch (IOException e) {
      return Status.CLOSED;
    }
  }

  @Override
  public void hangUp() {
    try {
      asking.close();
    } catch (IOException e) {
      // He is gone in any case.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      System.err.println("tulle: cannot remove " + path + ": " + e.getMessage());
    }
  }

  /** Asks a program that listens at a path and reads its answer to the end. */
  static byte[] ask(byte[] path) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path(path)))) {
      ByteBuffer piece = ByteBuffer.allocate(65536);
      while (channel.read(piece.clear()) >= 0) {
        answer.write(piece.array(), 0, piece.position());
      }
    }
    return answer.toByteArray();
  }

  /** The path that was typed. */
  static Path path(byte[] octets) throws IOException {
    try {
      return Path.of(new String(octets, StandardCharsets.UTF_8));
    } catch (InvalidPathException e) {
      throw new IOException("that is no path", e);
    }
  }
}
