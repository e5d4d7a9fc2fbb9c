// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.simnet;

import dev.tulle.nio.Tulle;
import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/**
 * Lets both ends of a simulated network be programs that know nothing of it, as the JDK's HTTP
 * server and client: what they open belongs to the host that {@link #use} names at that time.
 *
 * <pre>{@code
 * -Djava.nio.channels.spi.SelectorProvider=dev.tulle.simnet.SimProvider
 *
 * SimProvider.use(net.right());
 * HttpServer server = HttpServer.create(new InetSocketAddress(net.rightAddress(), 80), 0);
 * SimProvider.use(net.left());
 * HttpClient client = HttpClient.newHttpClient();
 * }</pre>
 *
 * <p>A selector stays with the host that it was opened on, so a program is made while its host is
 * in use; what clients open later belongs to the last one.
 */
public final class SimProvider extends SelectorProvider {
  private static volatile Tulle host;

  /** As the JDK makes it for the property. */
  public SimProvider() {}

  /**
   * Opens channels and selectors on this host from now on.
   *
   * @throws IllegalStateException where the JVM was started without this provider: then what
   *     programs open would be the machine's
   */
  public static void use(Tulle next) {
    if (!(provider() instanceof SimProvider)) {
      throw new IllegalStateException(
          "start the JVM with -Djava.nio.channels.spi.SelectorProvider="
              + SimProvider.class.getName());
    }
    host = next;
  }

  private static SelectorProvider inUse() {
    Tulle now = host;
    if (now == null) {
      throw new IllegalStateException("no host is in use: call SimProvider.use");
    }
    return now.provider();
  }

  @Override
  public DatagramChannel openDatagramChannel() throws IOException {
    return inUse().openDatagramChannel();
  }

  @Override
  public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
    return inUse().openDatagramChannel(family);
  }

  @Override
  public Pipe openPipe() throws IOException {
    return inUse().openPipe();
  }

  @Override
  public AbstractSelector openSelector() throws IOException {
    return inUse().openSelector();
  }

  @Override
  public ServerSocketChannel openServerSocketChannel() throws IOException {
    return inUse().openServerSocketChannel();
  }

  @Override
  public SocketChannel openSocketChannel() throws IOException {
    return inUse().openSocketChannel();
  }
}
