// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import dev.tulle.testkit.Frames;
import dev.tulle.testkit.MtuLimit;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.TcpSegment;

/** One direction of a wire: decides what becomes of each frame, and when it comes out. */
final class Pipe {
  private static final int ETHERNET = 14;
  private static final int TCP = 6;

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

  /** Frames that were marked, and that were too big for the wire. */
  long marked;

  long tooBig;

  Pipe(Network network, PipeSettings settings, long seed) {
    this.network = network;
    this.settings = settings;
    dice = new Dice(seed);
  }

  void enter(Frame frame, long nowNs) {
    frames++;
    if (settings.mtu != 0 && packet(frame) > settings.mtu) {
      tooBig++;
      if (settings.tellsMtu != MtuLimit.SILENT) {
        network.tellTooLarge(frame, settings.tellsMtu, nowNs);
      }
      return;
    }
    boolean faulty = nowNs - settings.healedNs < 0;
    if (!faulty) {
      queue(frame, false, nowNs);
      return;
    }
    if (PipeSettings.covers(settings.darkMs, nowNs) || loses()) {
      lost++;
      return;
    }
    if (packet(frame) > settings.narrowMtu && PipeSettings.covers(settings.narrowMs, nowNs)) {
      lost++;
      if (settings.tells) {
        network.tellTooLarge(frame, settings.narrowMtu, nowNs);
      }
      return;
    }
    Frame changed = dice.ppm(settings.markPpm) ? marked(frame) : frame;
    changed = dice.ppm(settings.urgentPpm) ? urgent(changed) : changed;
    Frame passing = dice.ppm(settings.corruptPpm) ? corrupted(changed) : changed;
    if (dice.ppm(settings.duplicatePpm)) {
      queue(passing.copy(), true, nowNs);
    }
    queue(passing, true, nowNs);
  }

  /** Octets of an IPv4 packet; 0 for anything else, which is small. */
  private static int packet(Frame frame) {
    boolean ipv4 = Octets.u16(frame.bytes, 12) == Frames.ETHERTYPE_IPV4;
    return ipv4 ? frame.bytes.length - ETHERNET : 0;
  }

  /** RFC 3168 5: a router marks what may be marked; everything else it would have to drop. */
  private Frame marked(Frame frame) {
    int field = frame.bytes[ETHERNET + 1] & 3;
    if (frame.corrupt || packet(frame) == 0 || field == 0 || field == 3) {
      return frame;
    }
    marked++;
    byte[] bytes = frame.bytes.clone();
    bytes[ETHERNET + 1] |= 3;
    Octets.put16(bytes, ETHERNET + 10, 0);
    int header = (bytes[ETHERNET] & 15) * 4;
    Octets.put16(bytes, ETHERNET + 10, Octets.checksum(0, bytes, ETHERNET, header));
    return frame.with(bytes);
  }

  /** As if the peer's application had sent out-of-band data: its octets stay where they are. */
  private Frame urgent(Frame frame) {
    byte[] b = frame.bytes;
    int at = ETHERNET + (b[ETHERNET] & 15) * 4;
    if (frame.corrupt || packet(frame) == 0 || b[ETHERNET + 9] != TCP) {
      return frame;
    }
    int end = ETHERNET + Octets.u16(b, ETHERNET + 2);
    int data = end - at - (b[at + 12] >> 4 & 15) * 4;
    if (data == 0 || (b[at + 13] & (TcpSegment.SYN | TcpSegment.RST)) != 0) {
      return frame;
    }
    byte[] bytes = b.clone();
    bytes[at + 13] |= TcpSegment.URG;
    Octets.put16(bytes, at + 18, dice.between(0, data));
    Octets.put16(bytes, at + 16, 0);
    int source = Octets.i32(b, ETHERNET + 12);
    int destination = Octets.i32(b, ETHERNET + 16);
    int sum = Octets.pseudoHeader(source, destination, TCP, end - at);
    Octets.put16(bytes, at + 16, Octets.checksum(sum, bytes, at, end - at));
    return frame.with(bytes);
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
    boolean spared = frame.corrupt || Octets.u16(bytes, 12) == Frames.ETHERTYPE_ARP;
    if (!spared) {
      int end = ETHERNET + Octets.u16(bytes, ETHERNET + 2); // nobody looks at what pads the frame
      int bit = dice.between(ETHERNET * 8, Math.min(end, bytes.length) * 8 - 1);
      bytes[bit >> 3] ^= (byte) (1 << (bit & 7));
    }
    Frame other = frame.with(bytes);
    other.corrupt = frame.corrupt || !spared;
    return other;
  }

  private void queue(Frame entering, boolean faulty, long nowNs) {
    Frame frame = entering;
    long departsNs = nowNs;
    if (settings.rateBits != 0) {
      departureNs = Math.max(departureNs, nowNs);
      long frameNs = wireNs(frame.bytes.length);
      if (departureNs - nowNs + frameNs > wireNs(settings.queueBytes)) {
        overflowed++;
        return;
      }
      if (settings.markBytes != 0 && departureNs - nowNs > wireNs(settings.markBytes)) {
        frame = marked(frame);
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
