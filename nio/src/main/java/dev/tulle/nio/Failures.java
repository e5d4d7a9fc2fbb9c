// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.stack.Status;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;

/** What a negative {@link Status} is to a Java programmer: the exceptions of the JDK's channels. */
final class Failures {
  private Failures() {}

  /** Why a connection did not come about. */
  static IOException connect(int status) {
    return switch (status) {
      case Status.REFUSED -> new ConnectException("Connection refused");
      case Status.RESET -> new ConnectException("Connection reset");
      case Status.TIMED_OUT -> new ConnectException("Connection timed out");
      case Status.UNREACHABLE -> new NoRouteToHostException("No route to host");
      default -> transfer(status);
    };
  }

  /**
   * What users of sockets are told in the place of what users of channels are.
   *
   * @param plain whether the program made the socket itself, in which the class Socket waits
   */
  static IOException closed(ClosedChannelException e, boolean plain) {
    if (!(e instanceof ClosedByInterruptException)) {
      return new SocketException("Socket closed");
    }
    // As the class Socket says: of channels an interrupt is told by name; of others it closes the
    // socket itself and says so, where it is told this.
    return plain ? new InterruptedIOException("Closed by interrupt") : e;
  }

  /** A call of something that can be closed. */
  interface Closing {
    void close() throws IOException;
  }

  /** Closes a channel, which does not fail. */
  static void unchecked(Closing closing) {
    try {
      closing.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Refuses what is no address yet, as sockets do. */
  static void ifUnresolved(SocketAddress address) throws SocketException {
    if (address instanceof InetSocketAddress internet && internet.isUnresolved()) {
      throw new SocketException("Unresolved address");
    }
  }

  /** Why nothing can be read or written any more. */
  static IOException transfer(int status) {
    return switch (status) {
      case Status.REFUSED -> new PortUnreachableException();
      case Status.RESET -> new SocketException("Connection reset");
      case Status.TIMED_OUT -> new SocketException("Connection timed out");
      case Status.UNREACHABLE -> new NoRouteToHostException("No route to host");
      case Status.TOO_LARGE -> new SocketException("Message too long");
      case Status.NO_RESOURCES -> new SocketException("No buffer space available");
      case Status.LINK_DOWN -> new SocketException("Network is down");
      case Status.CLOSED -> new SocketException("Broken pipe");
      default -> new SocketException("the stack answers " + status);
    };
  }
}
