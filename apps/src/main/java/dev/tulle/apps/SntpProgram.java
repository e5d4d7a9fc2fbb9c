// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.host.Sntp;
import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Host;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Status;

/** Asks a time server once, and prints what time it is and how much the own clock is off. */
public final class SntpProgram implements Program {
  private final Platform platform;
  private final Messages messages;
  private final Text line = new Text(200);
  private final Endpoint server = new Endpoint();
  private final Target target = new Target(server);
  private Sntp sntp;
  private int exitCode = RUNNING;

  public SntpProgram(Platform platform) {
    this.platform = platform;
    messages = new Messages(platform, name());
  }

  @Override
  public String name() {
    return "sntp";
  }

  @Override
  public String usage() {
    return """
        sntp SERVER OPTIONS: ask a time server what time it is; the own clock stays as it is
        """;
  }

  @Override
  public int take(Arguments arguments, int index) {
    byte[] word = arguments.get(index);
    return target.given() || !Words.operand(word) ? 0 : target.take(word, messages);
  }

  @Override
  public boolean complete() {
    if (!target.given()) {
      messages.say("which server? Give SERVER (see --help)");
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
    sntp = new Sntp(host.udp, new KeyedHash(platform.entropy()), host.counters);
    sntp.ask(server, nowNs);
    return Status.OK;
  }

  @Override
  public long poll(long nowNs) {
    long deadlineNs = sntp.poll(nowNs);
    int status = sntp.status();
    if (status == Status.OK) {
      print(nowNs);
    } else if (status != Status.WOULD_BLOCK) {
      messages.say(cause(status));
    }
    if (status != Status.WOULD_BLOCK && exitCode == RUNNING) {
      exitCode = status == Status.OK ? 0 : 1;
    }
    return deadlineNs;
  }

  private void print(long nowNs) {
    long timeNs = sntp.unixTimeNs(nowNs);
    HttpDate.put(line.clear(), timeNs / 1_000_000_000L).put(", and ");
    line.fixed(timeNs / 1000 % 1_000_000, 6).put(" s; stratum ").decimal(sntp.stratum());
    line.put(", wrong by at most ").fixed(sntp.delayNs() / 2000, 6).put(" s\n");
    long ownNs = platform.unixTimeNs();
    if (ownNs >= 0) {
      long offUs = (ownNs - timeNs) / 1000;
      line.put("the own clock is ").fixed(Math.abs(offUs), 6);
      line.put(offUs < 0 ? " s behind\n" : " s ahead\n");
    }
    if (line.toOutput(platform.console()) < 0) {
      exitCode = 1; // nobody reads it any more
    }
  }

  private static String cause(int status) {
    switch (status) {
      case Status.TIMED_OUT:
        return "the server does not answer";
      case Status.REFUSED:
        return "the server is none, or wants to be left alone";
      default:
        return "no route leads there; is --gateway missing?";
    }
  }

  @Override
  public void stop(long nowNs) {
    exitCode = 1;
  }

  @Override
  public int exitCode() {
    return exitCode;
  }
}
