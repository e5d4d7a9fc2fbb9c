// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;

/**
 * The peer of the benchmarks: four services that do nothing but move octets, or their client.
 *
 * <p>Port 5001 takes what comes, 5002 sends without end, 5003 sends back what comes, 5004 closes
 * what it accepts. With {@code -c} it is the other end, {@link PerfClient}.
 */
public final class Perf implements Program {
  static final int SINK = 5001;
  static final int SOURCE = 5002;
  static final int ECHO = 5003;
  static final int ACCEPT = 5004;

  private static final int BACKLOG = 128;
  private static final int BLOCK_BYTES = 65536;

  private final Platform platform;
  private final Messages messages;
  private final Words words;
  private final byte[] block = new byte[BLOCK_BYTES];
  private final Listener[] listeners = new Listener[4];
  private PerfClient client;
  private Host host;
  private int exitCode = RUNNING;

  public Perf(Platform platform) {
    this.platform = platform;
    messages = new Messages(platform, name());
    words = new Words(messages);
  }

  @Override
  public String name() {
    return "perf";
  }

  @Override
  public String usage() {
    return """
        perf OPTIONS: serve measurements; TCP ports 5001 sink, 5002 source, 5003 echo, 5004 accept
        perf -c HOST WHAT [-t S] OPTIONS: measure for S seconds; prints a count and the seconds
          WHAT: receive, send (of the server), round_trips, connections
        """;
  }

  @Override
  public int take(Arguments arguments, int index) {
    if (Words.is(arguments, index, "-c")) {
      byte[] word = words.value(arguments, index);
      if (word == null) {
        return Messages.SAID;
      }
      long address = Parse.address(word);
      if (address == Parse.BAD) {
        return messages.say("", word, " is not an address like 10.9.0.1");
      }
      client = new PerfClient(platform, messages, (int) address);
      return 2;
    } else if (client != null && Words.is(arguments, index, "-t")) {
      client.durationNs = words.seconds(arguments, index, 1_000_000);
      return client.durationNs < 0 ? Messages.SAID : 2;
    }
    return client != null && client.what(arguments.get(index)) ? 1 : 0;
  }

  @Override
  public boolean complete() {
    if (client != null && client.port == 0) {
      messages.say("what to measure? (see --help)");
      return false;
    }
    return true;
  }

  @Override
  public int connections() {
    return 64;
  }

  @Override
  public int bufferBytes() {
    return 524_288;
  }

  @Override
  public int start(Host host, long nowNs) {
    this.host = host;
    if (client != null) {
      return client.start(host, nowNs);
    }
    for (int i = 0; i < listeners.length; i++) {
      listeners[i] = host.tcp.listen(SINK + i, BACKLOG);
      if (listeners[i] == null) {
        return messages.say("a port is taken");
      }
    }
    return Status.OK;
  }

  @Override
  public long poll(long nowNs) {
    if (client != null) {
      long deadlineNs = client.poll(nowNs);
      exitCode = client.exitCode();
      return deadlineNs;
    }
    for (TcpSocket s = host.tcp.nextReady(); s != null; s = host.tcp.nextReady()) {
      serve(s);
    }
    for (int i = 0; i < listeners.length; i++) {
      for (TcpSocket s = listeners[i].accept(); s != null; s = listeners[i].accept()) {
        s.attachment = listeners[i];
        s.noDelay(true);
        serve(s);
      }
    }
    return Part.NEVER;
  }

  private void serve(TcpSocket s) {
    if (!(s.attachment instanceof Listener)) {
      return;
    }
    int port = ((Listener) s.attachment).port();
    int result = Status.WOULD_BLOCK;
    if (port == SINK) {
      result = sink(s);
    } else if (port == SOURCE) {
      result = source(s);
    } else if (port == ECHO) {
      result = echo(s);
    } else {
      result = Status.CLOSED;
    }
    if (result != Status.WOULD_BLOCK) {
      s.close();
    }
  }

  private int sink(TcpSocket s) {
    int n = 1;
    while (n > 0) {
      n = s.read(block, 0, BLOCK_BYTES); // bounded by the receive buffer
    }
    return n;
  }

  private int source(TcpSocket s) {
    int n = 1;
    while (n > 0) {
      n = s.write(block, 0, BLOCK_BYTES);
    }
    // The client never writes: its FIN or reset is all there is to read.
    int end = n == Status.WOULD_BLOCK ? s.read(block, 0, 1) : n;
    return end > 0 ? Status.WOULD_BLOCK : end;
  }

  private int echo(TcpSocket s) {
    int n = 1;
    while (n > 0) {
      int room = s.writable();
      if (room == 0 && s.status() == Status.OK) {
        return Status.WOULD_BLOCK;
      }
      n = s.read(block, 0, Math.min(room, BLOCK_BYTES));
      if (n > 0) {
        n = s.write(block, 0, n);
      }
    }
    return n;
  }

  @Override
  public void stop(long nowNs) {
    exitCode = 0;
  }

  @Override
  public int exitCode() {
    return exitCode;
  }
}
