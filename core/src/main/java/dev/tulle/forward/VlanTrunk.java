// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.buffer.Packet;
import dev.tulle.buffer.PacketPool;
import dev.tulle.link.Link;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Ethernet;

/**
 * One link that many VLANs share: each is a {@link Link} of its own, whose frames carry its tag on
 * the wire.
 *
 * <pre>
 *  destination (6), source (6), 0x8100 (2), priority (3 bits) 0 (1) VLAN (12), type (2), ...
 * </pre>
 *
 * <p>Whichever VLAN asks for a frame takes in from the link what there is; what is another's waits
 * for that one, in a queue with a limit. Frames for no VLAN of ours are dropped. Source: IEEE
 * 802.1Q.
 */
public final class VlanTrunk {
  /** Octets of a tag. */
  static final int TAG = 4;

  private static final int TAG_AT = 12;
  private static final int NUMBER = 0xFFF;

  /** The number that means no VLAN, only a priority. */
  public static final int UNTAGGED = 0;

  /** Frames that one turn takes in from the link, so that one VLAN's flood does not end never. */
  private static final int BUDGET = 64;

  final Link link;
  private final PacketPool pool;
  private final Counters counters;
  private final VlanLink[] vlans;
  private int count;

  /**
   * @param frames that may wait for the VLANs that they are of, of all VLANs together
   * @param vlans at most
   */
  public VlanTrunk(Link link, int vlans, int frames, Counters counters) {
    this.link = link;
    this.counters = counters;
    this.vlans = new VlanLink[vlans];
    pool = new PacketPool(frames, link.frameBytes() + TAG);
  }

  /**
   * Adds a VLAN; at assembly.
   *
   * @param number from 1 to 4094, or {@link #UNTAGGED} for frames without a tag
   */
  public Link add(int number) {
    VlanLink vlan = new VlanLink(this, number);
    vlans[count++] = vlan;
    return vlan;
  }

  /**
   * Takes in what has arrived and hands it to the queues, until there is something for one VLAN.
   *
   * @return 0, or a negative {@code Status} of the link's
   */
  int fill(VlanLink wanted, long nowNs) {
    for (int i = 0; i < BUDGET && wanted.queue.length() == 0; i++) {
      Packet packet = pool.take();
      if (packet == null) {
        counters.add(Counter.VLAN_FULL);
        return 0; // others have to take theirs first
      }
      int received = link.receive(packet, nowNs);
      VlanLink vlan = received > 0 ? untag(packet) : null;
      if (vlan == null) {
        pool.release(packet);
      } else {
        vlan.queue.add(packet);
      }
      if (received <= 0) {
        return received;
      }
    }
    return 0;
  }

  /** Takes a frame's tag away; answers its VLAN, or null where it is none of ours. */
  private VlanLink untag(Packet packet) {
    byte[] b = packet.bytes;
    int at = packet.head;
    int number = UNTAGGED;
    if (packet.length() >= Ethernet.HEADER && Ethernet.type(b, at) == Ethernet.TYPE_VLAN) {
      if (packet.length() < Ethernet.HEADER + TAG) {
        counters.add(Counter.ETH_VLAN);
        return null;
      }
      number = Bytes.u16(b, at + TAG_AT + 2) & NUMBER;
      System.arraycopy(b, at, b, at + TAG, TAG_AT);
      packet.head = at + TAG;
    }
    for (int i = 0; i < count; i++) {
      if (vlans[i].number == number) {
        return vlans[i];
      }
    }
    counters.add(Counter.VLAN_UNKNOWN);
    return null;
  }

  /** Copies the frame that has waited longest for a VLAN; answers its octets. */
  int take(VlanLink vlan, Packet to) {
    Packet packet = vlan.queue.poll();
    int length = Math.min(packet.length(), to.bytes.length - to.head);
    System.arraycopy(packet.bytes, packet.head, to.bytes, to.head, length);
    to.end = to.head + length;
    pool.release(packet);
    return length;
  }

  /** Sends a frame with the tag of a VLAN. */
  int send(VlanLink vlan, Packet packet, long nowNs) {
    if (vlan.number != UNTAGGED) {
      byte[] b = packet.bytes;
      int at = packet.head - TAG;
      System.arraycopy(b, packet.head, b, at, TAG_AT);
      Bytes.put32(b, at + TAG_AT, Ethernet.TYPE_VLAN << 16 | vlan.number);
      packet.head = at;
    }
    return link.send(packet, nowNs);
  }
}
