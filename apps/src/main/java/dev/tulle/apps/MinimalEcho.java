// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.link.Link;
import dev.tulle.profile.Host;
import dev.tulle.profile.Minimal;
import dev.tulle.stack.Status;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;

/**
 * The smallest program with TCP: the minimal profile, a TAP device, and an echo server on port 7
 * (RFC 862).
 *
 * <p>It stands for an application that is linked with the stack, so its binary shows what the stack
 * itself costs. It has no decorators and few words: {@code --tap NAME --address A/P [--gateway A]
 * [--mac M]}, and otherwise one sentence.
 */
public final class MinimalEcho {
  private static final int PORT = 7;

  /** All connections of the minimal profile may wait to be accepted. */
  private static final int BACKLOG = 8;

  /** What is copied from a connection's one side to its other at a time. */
  private static final int COPY_BYTES = 1024;

  private final Platform platform;
  private final byte[] copy = new byte[COPY_BYTES];
  private final FewOptions options = new FewOptions();

  private MinimalEcho(Platform platform) {
    this.platform = platform;
  }

  /** Runs until it is asked to stop or the link is gone; answers the process's exit code. */
  public static int run(Platform platform) {
    return new MinimalEcho(platform).run();
  }

  private int run() {
    if (!takeAll(platform.arguments())) {
      platform.console().error("usage: --tap NAME --address A/P [--gateway A] [--mac M]\n");
      return 2;
    }
    Link link = platform.openTap(options.tap);
    if (link == null) {
      platform.console().error(platform.failure());
      platform.console().error("\n");
      return 1;
    }
    LinkWatch watch = new LinkWatch(link);
    Host host = Minimal.host(watch, options.mac, platform.entropy());
    host.address(options.address, options.mask, options.gateway);
    Listener listener = host.tcp.listen(PORT, BACKLOG);
    while (!watch.gone() && !platform.stopRequested()) {
      long nowNs = platform.nowNs();
      host.stack.input(nowNs);
      for (TcpSocket s = listener.accept(); s != null; s = listener.accept()) {
        echo(s);
      }
      for (TcpSocket s = host.tcp.nextReady(); s != null; s = host.tcp.nextReady()) {
        echo(s);
      }
      long deadlineNs = host.stack.output(nowNs);
      if (deadlineNs - nowNs > 0) {
        platform.await(deadlineNs);
      }
    }
    return watch.gone() ? 1 : 0;
  }

  /** Sends back what fits and has arrived, and closes after the peer. */
  private void echo(TcpSocket socket) {
    int count = room(socket);
    while (count > 0) {
      socket.read(copy, 0, count);
      socket.write(copy, 0, count);
      count = room(socket);
    }
    if (socket.finished() || socket.status() != Status.OK) {
      socket.close();
    }
  }

  private int room(TcpSocket socket) {
    return Math.min(COPY_BYTES, Math.min(socket.readable(), socket.writable()));
  }

  private boolean takeAll(Arguments arguments) {
    for (int i = 0; i + 1 < arguments.count(); i += 2) {
      if (options.take(arguments, i) == 0) {
        return false;
      }
    }
    if (options.mac == 0) {
      options.mac = Options.drawMac(platform.entropy());
    }
    return (arguments.count() & 1) == 0 && options.tap != null && options.address != 0;
  }
}
