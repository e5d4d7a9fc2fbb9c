// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.ip.Endpoint;
import dev.tulle.ip.IcmpError;
import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.udp.UdpSocket;

/**
 * Prints the routers on the way to a host, as the well-known traceroute does: datagrams with a
 * rising time to live, each to a port of its own, by which an error tells what it is about.
 */
public final class Traceroute implements Program {
  private static final long SECOND_NS = 1_000_000_000L;

  /** The first port, on which customarily nobody listens. */
  private static final int FIRST_PORT = 33434;

  private static final int DATA_BYTES = 32;

  /** Headers of IPv4 and UDP, which the first line counts in. */
  private static final int HEADERS = 28;

  /** How much larger IPv6's header is. */
  private static final int MORE_FOR_SIX = 20;

  private final Platform platform;
  private final Messages messages;
  private final Words words;
  private final Text line = new Text(400);
  private final Endpoint peer = new Endpoint();
  private final Endpoint to = new Endpoint();

  private final Endpoint from = new Endpoint();

  /** Who answered last in this line. */
  private final Endpoint shown = new Endpoint();

  private final Target target = new Target(peer);
  private final byte[] data = new byte[DATA_BYTES];
  private int hops = 30;
  private int queries = 3;
  private long waitNs = 3 * SECOND_NS;

  private UdpSocket socket;
  private int hop;
  private int query;
  private int probes;

  /** When the probe that waits for its answer was sent, and until when it waits. */
  private long sentNs;

  private long untilNs;
  private boolean waiting;

  /** Whether this line is the last: somebody said that nothing is behind. */
  private boolean last;

  private int exitCode = RUNNING;

  public Traceroute(Platform platform) {
    this.platform = platform;
    messages = new Messages(platform, name());
    words = new Words(messages);
  }

  @Override
  public String name() {
    return "traceroute";
  }

  @Override
  public String usage() {
    return """
        traceroute HOST [-m N] [-q N] [-w S] [-n] OPTIONS: print the routers on the way to a host
          -m N                stop after N hops, 30 if not given
          -q N                probes for each hop, 3 if not given
          -w S                seconds to wait for each answer, 3 if not given
          -n                  print addresses alone, as is always done
        """;
  }

  @Override
  public int take(Arguments arguments, int index) {
    if (Words.is(arguments, index, "-n")) {
      return 1;
    } else if (Words.is(arguments, index, "-m")) {
      hops = (int) words.number(arguments, index, 1, 255);
      return hops < 0 ? Messages.SAID : 2;
    } else if (Words.is(arguments, index, "-q")) {
      queries = (int) words.number(arguments, index, 1, 10);
      return queries < 0 ? Messages.SAID : 2;
    } else if (Words.is(arguments, index, "-w")) {
      waitNs = words.seconds(arguments, index, 1_000_000);
      return waitNs < 0 ? Messages.SAID : 2;
    }
    byte[] word = arguments.get(index);
    return target.given() || !Words.operand(word) ? 0 : target.take(word, messages);
  }

  @Override
  public boolean complete() {
    if (!target.given()) {
      messages.say("which host? Give HOST (see --help)");
    }
    return target.given();
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public int connections() {
    return 1;
  }

  @Override
  public int bufferBytes() {
    return 2048;
  }

  @Override
  public int start(Host host, long nowNs) {
    socket = host.udp.bind(0);
    target.put(line.clear().put("traceroute to ")).put(" (").address(peer).put("), ");
    line.decimal(hops).put(" hops max, ");
    line.decimal(DATA_BYTES + HEADERS + (peer.six() ? MORE_FOR_SIX : 0));
    print(line.put(" byte packets\n"));
    return Status.OK;
  }

  @Override
  public long poll(long nowNs) {
    hear(nowNs);
    if (waiting && untilNs - nowNs <= 0) {
      waiting = false;
      print(line.clear().put(" *"));
    }
    while (exitCode == RUNNING && !waiting) {
      next(nowNs);
    }
    return exitCode == RUNNING ? untilNs : Part.NEVER;
  }

  /** Takes in answers and errors; what is about an earlier probe comes too late. */
  private void hear(long nowNs) {
    while (socket.options.nextError()) {
      if (socket.options.errorTarget.port == to.port) {
        answered(socket.options.errorReporter, socket.options.error, nowNs);
      }
    }
    int status = socket.receive(data, 0, 0, from);
    while (status != Status.WOULD_BLOCK) {
      if (status >= 0 && from.same(to)) {
        answered(from, IcmpError.PORT_UNREACHABLE, nowNs); // somebody does listen there
      }
      status = socket.receive(data, 0, 0, from);
    }
  }

  private void answered(Endpoint who, int error, long nowNs) {
    if (!waiting) {
      return;
    }
    waiting = false;
    line.clear();
    if (shown.address != who.address || shown.high != who.high || shown.low != who.low) {
      shown.set(who);
      line.put("  ").address(who);
    }
    line.put("  ").fixed((nowNs - sentNs) / 1000, 3).put(" ms");
    if (error != IcmpError.TIME_EXCEEDED) {
      last = true;
      line.put(mark(error));
    }
    print(line);
  }

  private static String mark(int error) {
    switch (error) {
      case IcmpError.PORT_UNREACHABLE:
        return "";
      case IcmpError.TOO_BIG:
        return " !F";
      case IcmpError.PARAMETER_PROBLEM:
        return " !P";
      default:
        return " !H";
    }
  }

  /** Sends the next probe, or ends. */
  private void next(long nowNs) {
    if (query == queries || hop == 0) {
      if (hop > 0) {
        print(line.clear().octet('\n'));
      }
      if (last || hop == hops) {
        exitCode = exitCode == RUNNING ? 0 : exitCode;
        return;
      }
      hop++;
      query = 0;
      shown.set(0, 0, 0);
      print(line.clear().decimal(hop).alignRight(0, 2));
    }
    query++;
    socket.options.timeToLive = hop;
    to.set(peer);
    to.port = FIRST_PORT + probes++;
    int status = socket.send(data, 0, data.length, to, nowNs);
    if (status == Status.UNREACHABLE) {
      print(line.clear().octet('\n'));
      messages.say(Messages.cause(status));
      exitCode = 1;
      return;
    }
    waiting = true; // out of packets counts as sent and lost
    sentNs = nowNs;
    untilNs = nowNs + waitNs;
  }

  private void print(Text text) {
    if (text.toOutput(platform.console()) < 0) {
      exitCode = 1; // nobody reads it any more
    }
  }

  @Override
  public void stop(long nowNs) {
    print(line.clear().octet('\n'));
    exitCode = 1;
  }

  @Override
  public int exitCode() {
    return exitCode;
  }
}
