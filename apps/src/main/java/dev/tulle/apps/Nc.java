// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;

/**
 * Joins standard input and output with one TCP connection, opened or accepted.
 *
 * <p>Each direction ends by itself: the end of the input half-closes the connection, and the
 * program ends when both directions have. With {@code -u} it hands over to {@link NcDatagrams}.
 */
public final class Nc implements Program {
  private static final int BUFFER_BYTES = 65536;

  /** Octets that may leave in one turn, so that acknowledgements go out in between. */
  private static final int TURN_BYTES = 4 * BUFFER_BYTES;

  private final Platform platform;
  private final Messages messages;
  private final Words words;
  private final Endpoint remote = new Endpoint();
  private final Target target = new Target(remote);
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private boolean listening;
  private boolean udp;
  private int port;

  private Host host;
  private Listener listener;
  private TcpSocket socket;
  private NcDatagrams datagrams;
  private boolean connected;
  private boolean inputEnded;
  private boolean outputEnded;
  private int exitCode = RUNNING;

  public Nc(Platform platform) {
    this.platform = platform;
    messages = new Messages(platform, name());
    words = new Words(messages);
  }

  @Override
  public String name() {
    return "nc";
  }

  @Override
  public String usage() {
    return """
        nc [-u] HOST PORT OPTIONS, nc [-u] -l PORT OPTIONS: join the terminal and a connection
          -l                  wait for a caller on PORT
          -u                  UDP: each piece of input is a datagram
        """;
  }

  @Override
  public int take(Arguments arguments, int index) {
    if (Words.is(arguments, index, "-l")) {
      listening = true;
      return 1;
    } else if (Words.is(arguments, index, "-u")) {
      udp = true;
      return 1;
    } else if (Words.is(arguments, index, "-lu") || Words.is(arguments, index, "-ul")) {
      listening = true;
      udp = true;
      return 1;
    }
    byte[] word = arguments.get(index);
    if (port != 0 || !Words.operand(word)) {
      return 0;
    }
    boolean dotted = Parse.find(word, 0, word.length, '.') < word.length;
    if (!target.given() && (!listening || dotted)) {
      return target.take(word, messages);
    }
    long number = words.port(word);
    port = (int) Math.max(number, 0);
    return number == Parse.BAD ? Messages.SAID : 1;
  }

  @Override
  public boolean complete() {
    if (listening && target.given()) {
      messages.say("with -l only PORT is given (see --help)");
      return false;
    }
    if (port == 0) {
      messages.say(listening ? "which PORT? (see --help)" : "which HOST and PORT? (see --help)");
    }
    return port != 0;
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public int connections() {
    return 4;
  }

  @Override
  public int bufferBytes() {
    return 262_144;
  }

  @Override
  public int start(Host host, long nowNs) {
    this.host = host;
    remote.port = port;
    if (udp) {
      datagrams = new NcDatagrams(platform, messages);
      return datagrams.start(host, listening ? null : remote, port);
    }
    if (listening) {
      listener = host.tcp.listen(port, 1);
      return listener == null ? messages.say("the port is taken") : Status.OK;
    }
    socket = host.tcp.connect(remote);
    if (socket == null) {
      return messages.sayPeer("cannot connect to ", remote, Status.UNREACHABLE);
    }
    return Status.OK;
  }

  @Override
  public long poll(long nowNs) {
    if (datagrams != null) {
      long deadlineNs = datagrams.poll(nowNs);
      exitCode = datagrams.exitCode();
      return deadlineNs;
    }
    while (host.tcp.nextReady() != null) {
      // one connection: what is ready shows when it is used
    }
    if (socket == null) {
      socket = listener.accept();
      if (socket == null) {
        return Part.NEVER;
      }
      socket.remote(remote);
      listener.close();
    }
    if (!connected && !connect()) {
      return Part.NEVER;
    }
    boolean more = receive();
    more |= exitCode == RUNNING && send();
    if (exitCode == RUNNING && inputEnded && outputEnded) {
      socket.close();
      exitCode = 0;
    }
    return more && exitCode == RUNNING ? nowNs : Part.NEVER;
  }

  private boolean connect() {
    int status = socket.status();
    connected = status == Status.OK;
    if (status < 0 && status != Status.WOULD_BLOCK) {
      fail("cannot connect to ", status);
    }
    return connected;
  }

  /** From the connection to standard output; whether there may be more. */
  private boolean receive() {
    int turn = 0;
    while (!outputEnded && turn < TURN_BYTES) {
      int n = socket.read(buffer, 0, buffer.length);
      if (n == Status.WOULD_BLOCK) {
        return false;
      }
      if (n > 0) {
        turn += n;
        int error = platform.console().out(buffer, 0, n);
        if (error < 0) {
          messages.begin("cannot write: ").line().put(Messages.fileError(error));
          messages.end();
          socket.abort();
          exitCode = 1;
          return false;
        }
      } else if (n == Status.CLOSED || n == 0) {
        outputEnded = true;
      } else {
        fail("lost the connection to ", n);
        return false;
      }
    }
    return !outputEnded;
  }

  /** From standard input to the connection; whether there may be more. */
  private boolean send() {
    int turn = 0;
    while (!inputEnded && turn < TURN_BYTES) {
      int room = Math.min(socket.writable(), buffer.length);
      if (room <= 0) {
        int status = socket.status();
        if (status < 0) {
          fail("lost the connection to ", status);
        }
        return false;
      }
      int n = platform.input().read(buffer, 0, room);
      if (n == Status.WOULD_BLOCK) {
        return false;
      }
      if (n <= 0) {
        inputEnded = true;
        socket.shutdownWrite();
        return false;
      }
      turn += n;
      int written = socket.write(buffer, 0, n);
      if (written < 0) {
        fail("lost the connection to ", written);
        return false;
      }
    }
    return !inputEnded;
  }

  private void fail(String what, int status) {
    messages.sayPeer(what, remote, status);
    socket.abort();
    exitCode = 1;
  }

  @Override
  public void stop(long nowNs) {
    if (socket != null) {
      socket.abort();
    }
    exitCode = 1;
  }

  @Override
  public int exitCode() {
    return exitCode;
  }
}
