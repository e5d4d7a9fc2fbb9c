// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.ip.Endpoint;
import dev.tulle.ip.IcmpError;
import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;

/** Sends echo requests and prints what comes back, as the well-known ping does. */
public final class Ping implements Program {
  private static final long SECOND_NS = 1_000_000_000L;

  /** Headers of IPv4 and ICMP, which the first line counts in. */
  private static final int HEADERS = 28;

  /** How much larger IPv6's header is. */
  private static final int MORE_FOR_SIX = 20;

  private final Platform platform;
  private final Messages messages;
  private final Words words;
  private final Text line = new Text(200);
  private final Endpoint peer = new Endpoint();
  private final Target target = new Target(peer);
  private long count = Long.MAX_VALUE;
  private long intervalNs = SECOND_NS;
  private long waitNs = 4 * SECOND_NS;
  private int dataBytes = 56;

  /** Whether it has a limit, so that answers are counted and not requests. */
  private boolean limited;

  private Host host;
  private long beganNs;
  private long nextNs;
  private long lastSentNs;

  /** How long all may take; once it has begun, until when. */
  private long limitNs = Part.NEVER;

  private long sent;
  private long received;
  private long errors;
  private long leastUs = Long.MAX_VALUE;
  private long mostUs;
  private long sumUs;
  private long squaresUs;
  private int exitCode = RUNNING;

  public Ping(Platform platform) {
    this.platform = platform;
    messages = new Messages(platform, name());
    words = new Words(messages);
  }

  @Override
  public String name() {
    return "ping";
  }

  @Override
  public String usage() {
    return """
        ping HOST [-c N] [-i S] [-s N] [-W S] [-w S] OPTIONS: see whether a host answers
          -c N                stop after N requests; with -w after N answers
          -i S                seconds between requests, 1 if not given
          -s N, --size N      octets of data in each up to 65507, 56 if not given
          -W S                seconds to wait for the last answer, 4 if not given
          -w S                stop after S seconds, however many answers there are
        """;
  }

  @Override
  public int take(Arguments arguments, int index) {
    if (Words.is(arguments, index, "-c")) {
      count = words.number(arguments, index, 1, 1_000_000_000);
      return count < 0 ? Messages.SAID : 2;
    } else if (Words.is(arguments, index, "-i")) {
      intervalNs = words.seconds(arguments, index, 1_000_000);
      return intervalNs < 0 ? Messages.SAID : 2;
    } else if (Words.is(arguments, index, "-s") || Words.is(arguments, index, "--size")) {
      dataBytes = (int) words.number(arguments, index, 0, 65507);
      return dataBytes < 0 ? Messages.SAID : 2;
    } else if (Words.is(arguments, index, "-W")) {
      waitNs = words.seconds(arguments, index, 1_000_000);
      return waitNs < 0 ? Messages.SAID : 2;
    } else if (Words.is(arguments, index, "-w")) {
      limitNs = words.seconds(arguments, index, 1_000_000);
      return limitNs < 0 ? Messages.SAID : 2;
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
    this.host = host;
    beganNs = nowNs;
    nextNs = nowNs;
    lastSentNs = nowNs;
    limited = limitNs != Part.NEVER;
    limitNs = limited ? nowNs + limitNs : Part.NEVER;
    target.put(line.clear().put("PING ")).put(" (").address(peer);
    line.put(") ")
        .decimal(dataBytes)
        .octet('(')
        .decimal(dataBytes + HEADERS + (peer.six() ? MORE_FOR_SIX : 0));
    print(line.put(") bytes of data.\n"));
    return Status.OK;
  }

  @Override
  public long poll(long nowNs) {
    while (host.ping.next()) {
      result();
    }
    while (exitCode == RUNNING && more() && nextNs - nowNs <= 0 && limitNs - nowNs > 0) {
      send(nowNs);
    }
    long endNs = more() ? limitNs : Math.min(limitNs, lastSentNs + waitNs);
    boolean answered = !more() && (limited || received + errors >= sent);
    if (exitCode == RUNNING && (answered || endNs - nowNs <= 0)) {
      finish(nowNs);
    }
    if (exitCode != RUNNING) {
      return Part.NEVER;
    }
    return more() ? Math.min(nextNs, endNs) : endNs;
  }

  /** Whether more requests are to be sent: as ping has it, a limit makes answers count. */
  private boolean more() {
    return (limited ? received : sent) < count;
  }

  private void send(long nowNs) {
    int status = host.ping.send(peer, dataBytes, nowNs);
    if (status == Status.TOO_LARGE) {
      // A stack without fragments does not cut packets: one is as large as the link allows.
      fail("that many octets do not fit into one packet on this link; use a smaller -s");
      return;
    }
    if (status == Status.UNREACHABLE) {
      fail("no route leads there; is --gateway missing?");
      return;
    }
    sent++; // out of packets counts as sent and lost
    lastSentNs = nowNs;
    // Keeps the pace, unless the machine was asleep.
    nextNs = nowNs - nextNs > intervalNs ? nowNs + intervalNs : nextNs + intervalNs;
  }

  private void fail(String sentence) {
    messages.say(sentence);
    exitCode = 1;
  }

  private void result() {
    dev.tulle.ip.Ping ping = host.ping;
    line.clear();
    if (ping.error != 0) {
      errors++;
      line.put("From the network: icmp_seq=").decimal(ping.sequence + 1L).octet(' ');
      print(line.put(cause(ping.error)).octet('\n'));
      return;
    }
    received++;
    long us = ping.rttNs / 1000;
    leastUs = Math.min(leastUs, us);
    mostUs = Math.max(mostUs, us);
    sumUs += us;
    long bounded = Math.min(us, 1_000_000_000L);
    squaresUs += bounded * bounded;
    line.decimal(ping.dataBytes + 8).put(" bytes from ").address(peer);
    line.put(": icmp_seq=").decimal(ping.sequence + 1L).put(" ttl=").decimal(ping.timeToLive);
    line.put(" time=");
    milliseconds(us);
    print(line.put(" ms\n"));
  }

  private static String cause(int error) {
    switch (error) {
      case IcmpError.PORT_UNREACHABLE:
        return "Destination Port Unreachable";
      case IcmpError.TOO_BIG:
        return "Frag needed and DF set";
      case IcmpError.TIME_EXCEEDED:
        return "Time to live exceeded";
      default:
        return "Destination Host Unreachable";
    }
  }

  /** Three digits that say something, as ping writes them. */
  private void milliseconds(long us) {
    if (us < 1000) {
      line.fixed(us, 3);
    } else if (us < 10_000) {
      line.fixed(us / 10, 2);
    } else if (us < 100_000) {
      line.fixed(us / 100, 1);
    } else {
      line.decimal(us / 1000);
    }
  }

  private void print(Text text) {
    if (text.toOutput(platform.console()) < 0) {
      exitCode = 1; // nobody reads it any more
    }
  }

  private void finish(long nowNs) {
    target.put(line.clear().put("\n--- ")).put(" ping statistics ---\n");
    line.decimal(sent).put(" packets transmitted, ").decimal(received).put(" received, ");
    if (errors > 0) {
      line.octet('+').decimal(errors).put(" errors, ");
    }
    line.decimal(sent == 0 ? 0 : Math.max(sent - received, 0) * 100 / sent)
        .put("% packet loss, time ");
    print(line.decimal((nowNs - beganNs) / 1_000_000).put("ms\n"));
    if (received > 0) {
      long average = sumUs / received;
      long variance = Math.max(squaresUs / received - average * average, 0);
      line.clear().put("rtt min/avg/max/mdev = ").fixed(leastUs, 3).octet('/').fixed(average, 3);
      line.octet('/').fixed(mostUs, 3).octet('/').fixed(root(variance), 3);
      print(line.put(" ms\n"));
    }
    boolean missing = limited && count < Long.MAX_VALUE && received < count;
    exitCode = received > 0 && !missing ? 0 : 1;
  }

  /** The whole part of a square root. */
  private static long root(long value) {
    long root = 0;
    for (long bit = 1L << 31; bit > 0; bit >>= 1) {
      if ((root | bit) <= value / (root | bit)) {
        root |= bit;
      }
    }
    return root;
  }

  @Override
  public void stop(long nowNs) {
    finish(nowNs);
  }

  @Override
  public int exitCode() {
    return exitCode;
  }
}
