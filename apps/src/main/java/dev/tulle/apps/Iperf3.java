// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Host;

/**
 * Measures throughput with another iperf3, this one or the real one: its protocol, its lines.
 *
 * <p>TCP and UDP, both directions, several streams. There is no published specification: the
 * protocol is as iperf 3.12 speaks it on the wire.
 */
public final class Iperf3 implements Program {
  private static final int PORT = 5201;

  /** Streams, their newcomers, control connections, and a few that are closing. */
  private static final int CONNECTIONS = Iperf3Settings.STREAMS_MAX + 16;

  private final Platform platform;
  private final Messages messages;
  private final Words words;
  private final Iperf3Settings settings = new Iperf3Settings();
  private final Endpoint server = new Endpoint(0, PORT);
  private final Target target = new Target(server);
  private boolean serving;
  private boolean calling;
  private boolean once;
  private long intervalNs = 1_000_000_000L;
  private Iperf3Server runningServer;
  private Iperf3Client runningClient;

  public Iperf3(Platform platform) {
    this.platform = platform;
    messages = new Messages(platform, name());
    words = new Words(messages);
  }

  @Override
  public String name() {
    return "iperf3";
  }

  @Override
  public String usage() {
    return """
        iperf3 -s [-p PORT] [-1] OPTIONS: serve tests
        iperf3 -c HOST [-p PORT] [-R] [-u] [-P N] ... OPTIONS: measure throughput to a server
          -p N                port, 5201 if not given
          -i S                seconds between reports, 1 if not given
          -1                  (server) end after one test
          -t S                seconds to measure, 10 if not given
          -n N                octets to carry instead, as 100M
          -P N                streams at once, 1 to 16
          -R                  the server sends
          -u                  UDP instead of TCP
          -b N                bits a second of each stream, as 10M; for UDP 1M if not given
          -l N                octets of each write or datagram, as 128K
          -O N                first seconds that do not count
          -N                  no delay for small segments
        """;
  }

  @Override
  public int take(Arguments arguments, int index) {
    byte[] word = arguments.get(index);
    if (word.length != 2 || word[0] != '-') {
      return 0;
    }
    switch (word[1]) {
      case 's':
        serving = true;
        return 1;
      case '1':
        once = true;
        return 1;
      case 'R':
        settings.reverse = true;
        return 1;
      case 'u':
        settings.udp = true;
        return 1;
      case 'N':
        settings.noDelay = true;
        return 1;
      case 'c':
        byte[] name = words.value(arguments, index);
        calling = true;
        return name == null || target.take(name, messages) < 0 ? Messages.SAID : 2;
      default:
        return takeNumber(word[1], arguments, index);
    }
  }

  private int takeNumber(int option, Arguments arguments, int index) {
    long value;
    switch (option) {
      case 'p':
        value = words.number(arguments, index, 1, 65535);
        server.port = (int) value;
        break;
      case 't':
        value = words.number(arguments, index, 1, Iperf3Settings.DAY_S);
        settings.seconds = value;
        break;
      case 'O':
        value = words.number(arguments, index, 0, 600);
        settings.omitSeconds = value;
        break;
      case 'P':
        value = words.number(arguments, index, 1, Iperf3Settings.STREAMS_MAX);
        settings.streams = (int) value;
        break;
      case 'i':
        value = words.seconds(arguments, index, 100_000_000);
        intervalNs = value;
        break;
      case 'n':
        value = words.amount(arguments, index, 1024, 1, Long.MAX_VALUE >> 14);
        settings.octets = value;
        break;
      case 'b':
        value = words.amount(arguments, index, 1000, 1000, Iperf3Settings.RATE_MAX);
        settings.rate = value;
        break;
      case 'l':
        value = words.amount(arguments, index, 1024, 1, Iperf3Settings.BLOCK_MAX);
        settings.blockBytes = (int) value;
        break;
      default:
        return 0;
    }
    return value < 0 ? Messages.SAID : 2;
  }

  @Override
  public boolean complete() {
    if (serving == calling) {
      messages.say("give -s to serve or -c HOST to measure (see --help)");
      return false;
    }
    String error = settings.complete();
    if (error != null) {
      messages.say(error);
    }
    return error == null;
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public int connections() {
    return CONNECTIONS;
  }

  @Override
  public int bufferBytes() {
    return 262_144;
  }

  @Override
  public int start(Host host, long nowNs) {
    if (serving) {
      runningServer = new Iperf3Server(platform, messages, server.port, once, intervalNs);
      return runningServer.start(host);
    }
    runningClient = new Iperf3Client(platform, messages, settings, server, intervalNs);
    return runningClient.start(host, nowNs);
  }

  @Override
  public long poll(long nowNs) {
    return runningServer != null ? runningServer.poll(nowNs) : runningClient.poll(nowNs);
  }

  @Override
  public void stop(long nowNs) {
    if (runningServer != null) {
      runningServer.stop();
    } else {
      runningClient.stop();
    }
  }

  @Override
  public int exitCode() {
    return runningServer != null ? runningServer.exitCode() : runningClient.exitCode();
  }
}
