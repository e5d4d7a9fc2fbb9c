// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import dev.tulle.testkit.Octets;

/** One direction of a wire: decides what becomes of each frame, and when it comes out. */
final class Pipe {
  private static final int ETHERNET = 14;
  private static final int ARP = 0x0806;

  final PipeSettings settings;
  private final Network network;
  private final Dice dice;
  private boolean bad;
  private long departureNs;
  private long lastDueNs;

  /** Frames that came, that a fault took, and that found the queue full. */
  long frames;

  long lost;
  long overflowed;

  Pipe(Network network, PipeSettings settings, long seed) {
    this.network = network;
    this.settings = settings;
    dice = new Dice(seed);
  }

  void enter(Frame frame, long nowNs) {
    frames++;
    boolean faulty = nowNs - settings.healedNs < 0;
    if (!faulty) {
      queue(frame, false, nowNs);
      return;
    }
    if (PipeSettings.covers(settings.darkMs, nowNs) || loses()) {
      lost++;
      return;
    }
    if (frame.bytes.length - ETHERNET > settings.narrowMtu
        && PipeSettings.covers(settings.narrowMs, nowNs)) {
      lost++;
      if (settings.tells) {
        network.tellTooLarge(frame, settings.narrowMtu, nowNs);
      }
      return;
    }
    Frame passing = dice.ppm(settings.corruptPpm) ? corrupted(frame) : frame;
    if (dice.ppm(settings.duplicatePpm)) {
      queue(passing.copy(), true, nowNs);
    }
    queue(passing, true, nowNs);
  }

  /** Elliott's model; the good times lose as random loss does. */
  private boolean loses() {
    if (settings.badPpm != 0) {
      bad = bad ? !dice.ppm(settings.goodPpm) : dice.ppm(settings.badPpm);
    }
    return dice.ppm(bad ? settings.badLossPpm : settings.lossPpm);
  }

  private Frame corrupted(Frame frame) {
    byte[] bytes = frame.bytes.clone();
    // Nothing protects ARP: a turned bit would be believed for minutes, and rightly so.
    // And two turned bits may hide each other from the checksum.
    boolean spared = frame.corrupt || Octets.u16(bytes, 12) == ARP;
    if (!spared) {
      int end = ETHERNET + Octets.u16(bytes, ETHERNET + 2); // nobody looks at what pads the frame
      int bit = dice.between(ETHERNET * 8, Math.min(end, bytes.length) * 8 - 1);
      bytes[bit >> 3] ^= (byte) (1 << (bit & 7));
    }
    Frame other = new Frame(bytes, frame.to, frame.pipes);
    other.passed = frame.passed;
    other.corrupt = frame.corrupt || !spared;
    return other;
  }

  private void queue(Frame frame, boolean faulty, long nowNs) {
    long departsNs = nowNs;
    if (settings.rateBits != 0) {
      departureNs = Math.max(departureNs, nowNs);
      long frameNs = wireNs(frame.bytes.length);
      if (departureNs - nowNs + frameNs > wireNs(settings.queueBytes)) {
        overflowed++;
        return;
      }
      departureNs += frameNs;
      departsNs = departureNs;
    }
    long dueNs = departsNs + settings.delayNs;
    if (settings.jitterNs != 0) {
      dueNs += dice.between(0, settings.jitterNs);
    }
    if (faulty && dice.ppm(settings.reorderPpm)) {
      dueNs += dice.between(1, settings.heldNs); // and what follows does not wait for it
    } else {
      dueNs = Math.max(dueNs, lastDueNs);
      lastDueNs = dueNs;
    }
    frame.passed++;
    network.schedule(frame, dueNs);
  }

  private long wireNs(long octets) {
    return octets * 8_000_000_000L / settings.rateBits;
  }
}
