// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import dev.tulle.link.CaptureSink;
import dev.tulle.testkit.MtuLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * What one run plays, drawn from its seed: hosts and the wires between them, what these do to
 * frames and until when, who talks to whom and how.
 */
final class Scenario {
  private static final int FIRST_PORT = 7000;
  private static final int MOST_FAULT_MS = 40_000;

  /** What all conversations of a run may take on a network without faults. */
  private static final long IDEAL_SECONDS = 8;

  /** In which a connection is made though SYNs get lost in full queues. */
  private static final long PATIENCE_NS = 15_000_000_000L;

  private static final int MOST_SYNS = 3000;
  private static final int MOST_OCTETS = 600_000;

  final long seed;
  final Network network = new Network();
  final List<SimulatedHost> hosts = new ArrayList<>();
  final List<Conversation> conversations = new ArrayList<>();

  final List<Flood> floods = new ArrayList<>();

  /** When the faults end. */
  final long healedNs;

  private final Dice dice;
  private final StringBuilder text = new StringBuilder();
  private final List<StackChoice> choices = new ArrayList<>();

  /** Whether frames are lost in full queues alone. */
  private final boolean calm;

  /** Whether links are narrow for good, and what the sender of a larger packet is told. */
  private final boolean narrow;

  private final int tellsMtu;
  private long octetsLeft = MOST_OCTETS;

  /**
   * @param sinks where the frames of each host are captured; answers null where they are not
   */
  Scenario(long seed, IntFunction<CaptureSink> sinks) {
    this.seed = seed;
    dice = new Dice(seed);
    calm = dice.percent(15);
    narrow = dice.percent(15);
    tellsMtu = dice.percent(50) ? MtuLimit.SILENT : dice.percent(70) ? 1 : 0;
    int count = dice.percent(60) ? 2 : dice.between(3, 6);
    for (int i = 0; i < count; i++) {
      StackChoice choice = stack();
      choices.add(choice);
      hosts.add(new SimulatedHost(network, choice, dice.seed(), sinks.apply(i)));
      text.append("host ").append(i + 1).append(": ").append(choice).append('\n');
    }
    healedNs = dice.between(1000, MOST_FAULT_MS) * 1_000_000L;
    text.append("faults until ").append(healedNs / 1_000_000).append(" ms\n");
    wires(count);
    conversations(count);
    floods(count);
  }

  private StackChoice stack() {
    StackChoice choice = new StackChoice();
    int kind = dice.between(narrow ? 2 : 0, 9);
    if (kind < 2) {
      choice.kind = StackChoice.Kind.MINIMAL;
      return choice;
    }
    choice.connections = dice.percent(20) ? dice.between(4, 24) : 32;
    choice.bufferBytes = dice.pick(4096, 8192, 32_768, 65_535, 65_536, 131_072, 262_144);
    choice.memoryPercent = dice.percent(30) ? dice.pick(1, 5, 20, 50, 100) : 0;
    choice.grows = dice.percent(40) ? dice.pick(2, 4, 16) : 0;
    if (kind < 6) {
      choice.kind = kind < 4 ? StackChoice.Kind.CLIENT : StackChoice.Kind.FULL;
      return choice;
    }
    choice.kind = StackChoice.Kind.COPY;
    choice.control = dice.percent(60) ? StackChoice.Control.CUBIC : StackChoice.Control.RENO;
    choice.keptWindow = dice.percent(20);
    choice.selective = dice.percent(75);
    choice.stamps = dice.percent(60);
    choice.scale = dice.percent(70);
    choice.ranges = dice.pick(1, 2, 4, 16, 64);
    choice.packets = dice.pick(2, 4, 16, 64, 128);
    choice.ecn = dice.percent(50);
    choice.asksEcn = dice.percent(70);
    choice.cookies = dice.percent(40);
    choice.urgent = dice.percent(30);
    choice.fastOpen = dice.percent(40);
    boolean probes = dice.percent(50) || narrow && tellsMtu == MtuLimit.SILENT;
    choice.sizes =
        probes
            ? StackChoice.Sizes.PROBED
            : narrow || dice.percent(50) ? StackChoice.Sizes.TOLD : StackChoice.Sizes.LINK;
    return choice;
  }

  private void wires(int count) {
    PipeSettings both = settings();
    if (count == 2) {
      PipeSettings back = dice.percent(60) ? both : settings();
      network.way(0, 1, pipe(both, "there"));
      network.way(1, 0, pipe(back, "back"));
      return;
    }
    // A switch: each host has a wire up and one down; or two switches with a bottleneck between.
    boolean bottleneck = dice.percent(50);
    Pipe forth = bottleneck ? pipe(settings(), "bottleneck there") : null;
    Pipe back = bottleneck ? pipe(settings(), "bottleneck back") : null;
    Pipe[] up = new Pipe[count];
    Pipe[] down = new Pipe[count];
    for (int i = 0; i < count; i++) {
      PipeSettings own = bottleneck ? easy() : dice.percent(50) ? both : settings();
      up[i] = pipe(own, "from host " + (i + 1));
      down[i] = pipe(own, "to host " + (i + 1));
    }
    for (int from = 0; from < count; from++) {
      for (int to = 0; to < count; to++) {
        if (from != to) {
          boolean crosses = bottleneck && from % 2 != to % 2;
          Pipe middle = from % 2 == 0 ? forth : back;
          Pipe[] way = {up[from], down[to]};
          Pipe[] across = {up[from], middle, down[to]};
          network.way(from, to, crosses ? across : way);
        }
      }
    }
  }

  private Pipe pipe(PipeSettings settings, String name) {
    text.append(name).append(": ").append(settings).append('\n');
    return network.pipe(settings, dice.seed());
  }

  private PipeSettings easy() {
    PipeSettings s = new PipeSettings();
    s.healedNs = healedNs;
    s.delayNs = dice.between(10, 2000) * 1000L;
    return s;
  }

  private PipeSettings settings() {
    PipeSettings s = new PipeSettings();
    s.healedNs = healedNs;
    s.delayNs = dice.magnitude(10, 300_000) * 1000;
    if (dice.percent(60)) {
      s.rateBits = dice.magnitude(128_000, 100_000_000);
      long product = s.rateBits / 8 * s.delayNs / 1_000_000_000L * 2;
      s.queueBytes = (int) Math.max(4 * 1514, Math.min(1 << 20, product * dice.pick(1, 2, 4) / 2));
    }
    if (dice.percent(30)) {
      s.jitterNs = dice.magnitude(1, Math.max(2, s.delayNs / 2000)) * 1000;
    }
    if (s.rateBits != 0 && dice.percent(40)) {
      s.markBytes = Math.max(1514, s.queueBytes / dice.pick(2, 4, 16));
    }
    if (narrow && dice.percent(70)) {
      s.mtu = dice.pick(576, 1006, 1280, 1400, 1492, dice.between(576, 1499));
      s.tellsMtu = tellsMtu == 1 ? s.mtu : tellsMtu;
    }
    if (dice.percent(30)) {
      s.markPpm = (int) dice.magnitude(1000, 1_000_000);
    }
    if (dice.percent(10)) {
      s.urgentPpm = (int) dice.magnitude(1000, 1_000_000);
    }
    if (!calm) {
      faults(s);
    }
    return s;
  }

  private void faults(PipeSettings s) {
    if (dice.percent(50)) {
      s.lossPpm = (int) dice.magnitude(1000, 300_000);
    }
    if (dice.percent(25)) {
      s.badPpm = (int) dice.magnitude(1000, 50_000);
      s.goodPpm = (int) dice.magnitude(20_000, 500_000);
      s.badLossPpm = dice.between(300_000, 1_000_000);
    }
    if (dice.percent(30)) {
      s.reorderPpm = (int) dice.magnitude(1000, 300_000);
      s.heldNs = dice.magnitude(10, 100_000) * 1000;
    }
    if (dice.percent(25)) {
      s.duplicatePpm = (int) dice.magnitude(1000, 200_000);
    }
    if (dice.percent(25)) {
      s.corruptPpm = (int) dice.magnitude(1000, 100_000);
    }
    if (dice.percent(20)) {
      s.darkMs = times();
    }
    if (dice.percent(15)) {
      s.narrowMs = times();
      s.narrowMtu = dice.pick(576, 1006, 1280, 1400, 1492);
      s.tells = dice.percent(70);
    }
  }

  private int[] times() {
    int[] times = new int[2 * dice.between(1, 3)];
    int at = 0;
    for (int i = 0; i < times.length; i++) {
      at += (int) dice.magnitude(5, 8000);
      times[i] = at;
    }
    return times;
  }

  private void conversations(int count) {
    int number = dice.percent(70) ? dice.between(1, 4) : dice.between(5, 20);
    boolean many = number > 4;
    boolean smallBacklog = dice.percent(10);
    for (int i = 0; i < count; i++) {
      int mss = dice.percent(10) ? dice.between(100, 1400) : 0;
      hosts
          .get(i)
          .listen(
              FIRST_PORT,
              smallBacklog ? dice.between(1, 3) : 64,
              mss,
              dice.percent(50) ? dice.between(1, 16) : 0);
    }
    long atNs = 0;
    for (int i = 0; i < number; i++) {
      int from = dice.between(0, count - 1);
      int to = (from + dice.between(1, count - 1)) % count;
      long most = octets(from, to) / (many ? 4 : 1);
      long forth = dice.percent(10) ? 0 : dice.magnitude(1, most);
      long back = dice.percent(40) ? 0 : dice.magnitude(1, most);
      octetsLeft = Math.max(1000, octetsLeft - forth - back);
      Manner client = manner(forth, back);
      Manner server = manner(back, forth);
      SimulatedHost source = hosts.get(from);
      SimulatedHost target = hosts.get(to);
      Conversation c =
          new Conversation(source, target, FIRST_PORT, i + 1, atNs, client, server, forth, back);
      c.silent = narrow && tellsMtu == MtuLimit.SILENT;
      if (calm && target.choice.connections == 32) {
        c.patienceNs = PATIENCE_NS;
      }
      source.take(c);
      target.take(c);
      conversations.add(c);
      text.append("at ").append(atNs / 1_000_000).append(" ms ").append(source.name);
      text.append(" to ").append(target.name).append("\n  ").append(c).append('\n');
      atNs += dice.percent(50) ? 0 : dice.magnitude(1, many ? 500 : 3000) * 1_000_000;
    }
  }

  /** SYNs from nowhere, for a host or two. */
  private void floods(int count) {
    while (dice.percent(15)) {
      SimulatedHost target = hosts.get(dice.between(0, count - 1));
      long startNs = dice.between(0L, healedNs / 2);
      int syns = (int) dice.magnitude(10, MOST_SYNS);
      long gapNs = dice.magnitude(10, 10_000) * 1000;
      int most = (int) Math.min(syns, (healedNs - startNs) / gapNs + 1);
      Flood flood = new Flood(network, target, FIRST_PORT, startNs, gapNs, most, dice.seed());
      floods.add(flood);
      text.append(flood).append('\n');
    }
  }

  /** What goes from one host to another in acceptable time. */
  private long octets(int from, int to) {
    long bytesPerSecond = Long.MAX_VALUE;
    long roundNs = 0;
    for (Pipe pipe : network.pipes) {
      PipeSettings s = pipe.settings;
      if (s.rateBits != 0) {
        bytesPerSecond = Math.min(bytesPerSecond, s.rateBits / 8);
      }
      roundNs = Math.max(roundNs, 2 * (s.delayNs + s.jitterNs));
    }
    long buffer = Math.min(choices.get(from).buffer(), choices.get(to).buffer());
    bytesPerSecond = Math.min(bytesPerSecond, buffer * 1_000_000_000L / roundNs);
    return Math.max(2000, Math.min(octetsLeft, bytesPerSecond * IDEAL_SECONDS));
  }

  private Manner manner(long writes, long reads) {
    Manner m = new Manner();
    if (dice.percent(50)) {
      m.pieceBytes =
          (int) Math.min(Stream.MOST / 2, dice.magnitude(Math.max(1, writes / 500), 32_768));
    }
    if (dice.percent(25)) {
      m.pauseNs = Math.min(dice.magnitude(10, 300_000) * 1000, pause(writes, m.pieceBytes));
    }
    if (dice.percent(40)) {
      m.readBytes = (int) dice.magnitude(Math.max(1, reads / 500), 65_536);
    }
    if (dice.percent(25)) {
      m.readPauseNs = Math.min(dice.magnitude(10, 500_000) * 1000, pause(reads, m.readBytes));
    }
    m.halfClose = dice.percent(60);
    m.noDelay = dice.percent(40);
    m.cork = dice.percent(10);
    m.fastOpen = dice.percent(50);
    m.quickAck = dice.percent(10);
    m.sendBuffer = dice.percent(15) ? (int) dice.magnitude(4096, 65_536) : 0;
    m.maxSegment = dice.percent(10) ? dice.between(88, 1460) : 0;
    impatience(m, writes + reads);
    return m;
  }

  private void impatience(Manner m, long octets) {
    if (dice.percent(6)) {
      m.abortAt = dice.between(0L, octets);
    }
    if (dice.percent(5)) {
      m.keepAliveNs = dice.magnitude(100, 20_000) * 1_000_000;
    }
    if (dice.percent(5)) {
      m.userTimeoutNs = dice.magnitude(500, 60_000) * 1_000_000;
    }
    if (dice.percent(5)) {
      m.lingerNs = dice.percent(20) ? 0 : dice.magnitude(100, 60_000) * 1_000_000;
    }
  }

  /** So long that all pauses together stay bearable. */
  private static long pause(long octets, int piece) {
    return 20_000_000_000L / (1 + octets / Math.max(1, piece));
  }

  /** The scenario in words. */
  @Override
  public String toString() {
    return text.toString();
  }
}
