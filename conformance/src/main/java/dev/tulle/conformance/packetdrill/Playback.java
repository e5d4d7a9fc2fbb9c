// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Lets the events of a script happen, one after the other, up to the first difference. */
final class Playback {
  private static final long TOLERANCE_NS = 4_000_000;

  private final Script script;
  private final boolean pushIgnored;
  private final long toleranceNs;
  private final boolean stampsCompared;
  private final int mtu;
  private Chronograph chronograph;
  private final Settings settings = new Settings();
  private final Flows flows = new Flows();
  private final Map<String, Object> variables = new HashMap<>();
  private int line;
  private Machine machine;
  private SocketCalls calls;

  /** A call that waits, its line and when it has to return. */
  private CallText waiting;

  private int waitingLine;
  private long returnNs;

  /** When it gives up. */
  private long patienceNs;

  /**
   * @param pushIgnored whether the PSH flag of expected segments says nothing
   * @param options of the command line; those of the script come first
   */
  Playback(Script script, boolean pushIgnored, Map<String, String> options) {
    this.script = script;
    this.pushIgnored = pushIgnored;
    Map<String, String> all = new HashMap<>(options);
    all.putAll(script.options());
    String tolerance = all.get("tolerance_usecs");
    toleranceNs = tolerance == null ? TOLERANCE_NS : Long.parseLong(tolerance) * 1000;
    String version = all.getOrDefault("ip_version", "ipv4");
    if (version.equals("ipv6")) {
      throw new Difference(1, "--ip_version=ipv6 is not known here: only IPv4 is");
    }
    mtu = all.containsKey("mtu") ? Integer.parseInt(all.get("mtu")) : Tunnel.MTU;
    stampsCompared = all.getOrDefault("tcp_ts_tick_usecs", "0").equals("1000");
  }

  /** Plays the script; a {@link Difference} tells where it went otherwise. */
  void run() {
    for (Event event : script.events()) {
      if (event.action() instanceof Event.Command command) {
        run(event, command.text());
        continue;
      }
      if (machine == null) {
        machine = new Machine(settings, mtu);
        calls = new SocketCalls(machine, flows);
        chronograph = new Chronograph(calls);
        machine.afterPoll = chronograph::look;
        machine.more = calls::releaseRecords;
      }
      play(event);
    }
    finishWaiting();
  }

  /** A command of the shell: at its time, if the host is there already. */
  private void run(Event event, String command) {
    Timing timing = event.timing();
    if (machine != null && timing.kind() != Timing.Kind.ANY) {
      boolean relative = timing.kind() == Timing.Kind.RELATIVE;
      advance((relative ? machine.nowNs() : 0) + timing.startNs());
    }
    settings.run(command, machine != null);
    String missing = Opening.missing(settings);
    String refused = missing == null ? Settings.refused(command) : missing;
    if (refused != null) {
      throw new Difference(event.line(), refused);
    }
  }

  /** What the script sets and the stack does not have: it may be why something differs. */
  String ignored() {
    return settings.ignored();
  }

  /** The line that is being played. */
  int line() {
    return line;
  }

  private void play(Event event) {
    line = event.line();
    Timing timing = event.timing();
    long baseNs = timing.kind() == Timing.Kind.RELATIVE ? machine.nowNs() : 0;
    boolean any = timing.kind() == Timing.Kind.ANY;
    long startNs = any ? machine.nowNs() : baseNs + timing.startNs();
    if (event.action() instanceof Event.Expect expect) {
      expect(event.line(), expect.packet(), any, startNs, baseNs + timing.latestNs());
      return;
    }
    advance(startNs);
    switch (event.action()) {
      case Event.Inject inject -> {
        Flow flow = flows.injecting(inject.packet());
        machine.inject(Wire.encode(flow, inject.packet()));
        tryWaiting();
      }
      case Event.InjectError error -> machine.inject(Wire.encodeError(flows.current(), error));
      case Event.Call call -> {
        finishWaiting();
        call(event.line(), call.call(), timing.blocks() ? baseNs + timing.returnNs() : -1);
      }
      case Event.Assert code -> check(event.line(), code.code());
      default -> throw new IllegalStateException();
    }
  }

  /** Lets time pass up to a moment. */
  private void advance(long untilNs) {
    do {
      step(untilNs);
      tryWaiting();
    } while (machine.nowNs() < untilNs);
  }

  private void step(long untilNs) {
    machine.step(waiting == null ? untilNs : Math.min(untilNs, patienceNs));
  }

  private void call(int line, CallText call, long blockedUntilNs) {
    Outcome outcome = calls.call(line, call, false);
    machine.poll();
    if (outcome == null && calls.nonBlocking(call)) {
      outcome = Outcome.error("EAGAIN");
    }
    if (outcome == null) {
      if (blockedUntilNs < 0) {
        throw new Difference(line, call + " = " + expected(call), "the call blocks");
      }
      waiting = call;
      waitingLine = line;
      returnNs = blockedUntilNs;
      patienceNs = machine.nowNs() + calls.patienceNs(call);
      return;
    }
    compare(line, call, outcome);
    if (blockedUntilNs >= 0) {
      returned(line, call, blockedUntilNs);
    }
  }

  private void tryWaiting() {
    if (waiting == null) {
      return;
    }
    Outcome outcome = calls.call(waitingLine, waiting, true);
    if (outcome == null && machine.nowNs() >= patienceNs) {
      outcome = calls.gaveUp(waiting);
    }
    if (outcome != null) {
      CallText call = waiting;
      waiting = null;
      machine.poll();
      compare(waitingLine, call, outcome);
      returned(waitingLine, call, returnNs);
    }
  }

  private void finishWaiting() {
    while (waiting != null && machine.nowNs() < returnNs + toleranceNs) {
      step(returnNs + toleranceNs);
      tryWaiting();
    }
    if (waiting != null) {
      throw new Difference(
          waitingLine,
          waiting + " returns at " + seconds(returnNs),
          "it still blocks at " + seconds(machine.nowNs()));
    }
  }

  private void returned(int line, CallText call, long expectedNs) {
    if (Math.abs(machine.nowNs() - expectedNs) > toleranceNs) {
      throw new Difference(
          line,
          call + " returns at " + seconds(expectedNs),
          "it returned at " + seconds(machine.nowNs()));
    }
  }

  private static String expected(CallText call) {
    return call.result() + (call.error() == null ? "" : " " + call.error());
  }

  private static void compare(int line, CallText call, Outcome seen) {
    long wanted = Value.number(call.result(), seen.value());
    boolean sameError =
        call.error() == null
            ? wanted >= 0 || seen.error() != null
            : call.error().equals(seen.error());
    if (wanted != seen.value() || !sameError) {
      throw new Difference(line, call + " = " + expected(call), "it returned " + seen);
    }
  }

  private void expect(int line, TcpText packet, boolean any, long earliestNs, long latestNs) {
    Expectation expectation = new Expectation(packet, pushIgnored);
    long limitNs = any ? Long.MAX_VALUE / 4 : latestNs + toleranceNs;
    while (!expectation.complete()) {
      Machine.Sent sent = next(limitNs);
      if (sent == null) {
        throw new Difference(
            line, "> " + packet + at(earliestNs, latestNs), "nothing" + at(limitNs, limitNs));
      }
      long timeNs = Machine.timeNs(sent);
      Flow flow = flows.sending(sent.packet());
      flow.learn(packet, Wire.sequence(sent.packet()));
      TcpText raw = Wire.decode(flow, sent.packet());
      learnStamp(flow, expectation, raw);
      TcpText seen = Wire.decode(flow, sent.packet());
      boolean late = !any && (timeNs < earliestNs - toleranceNs || timeNs > limitNs);
      if (late || !expectation.takes(seen, flow, stampsCompared, toleranceNs)) {
        throw new Difference(
            line,
            "> " + packet + at(earliestNs, latestNs),
            "> " + expectation.shown(seen) + at(timeNs, timeNs));
      }
    }
  }

  private static void learnStamp(Flow flow, Expectation expectation, TcpText raw) {
    if (expectation.stamp() >= 0) {
      for (OptionText option : raw.options()) {
        if (option instanceof OptionText.Stamps stamps) {
          flow.learnStamp(expectation.stamp(), (int) stamps.value());
        }
      }
    }
  }

  /** The next TCP packet that the host sends up to a time, or null. */
  private Machine.Sent next(long limitNs) {
    while (true) {
      Machine.Sent sent = machine.sent.poll();
      if (sent != null && Wire.isTcp(sent.packet())) {
        return sent;
      }
      if (sent == null) {
        if (machine.nowNs() >= limitNs) {
          return null;
        }
        step(limitNs);
        tryWaiting();
      }
    }
  }

  private void check(int line, String code) {
    if (calls.subject() != null) {
      InfoVariables.put(calls.subject(), variables);
      machine.traffic(calls.subjectPort()).put(variables);
      chronograph.put(variables);
    }
    String failure;
    try {
      failure = Code.run(code, variables);
    } catch (Difference e) {
      throw new Difference(line, e.getMessage());
    }
    if (failure != null) {
      throw new Difference(line, failure + at(machine.nowNs(), machine.nowNs()));
    }
  }

  private static String at(long earliestNs, long latestNs) {
    return earliestNs == latestNs
        ? " at " + seconds(earliestNs)
        : " at " + seconds(earliestNs) + " to " + seconds(latestNs);
  }

  private static String seconds(long ns) {
    return String.format(Locale.ROOT, "%.6f", ns / 1e9);
  }
}
