// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import dev.tulle.testkit.Frames;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.TcpSegment;

/**
 * SYNs for one host, from addresses far away where nobody is: they come through a router, which
 * answers ARP and drops all that is sent back.
 */
final class Flood {
  private static final int ROUTER = Octets.address("10.9.0.250");
  private static final int FAR = Octets.address("172.16.0.0");
  private static final int ARP_OPERATION = 20;
  private static final int ARP_TARGET = 38;

  /** MSS alone; then with SACK, timestamps and a window scale. */
  private static final byte[][] OPTIONS = {
    {},
    {2, 4, 5, (byte) 0xB4},
    {2, 4, 5, (byte) 0xB4, 4, 2, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0, 1, 3, 3, 7}
  };

  private final Network network;
  private final SimulatedHost target;
  private final Port port;
  private final Dice dice;
  private final int targetPort;
  private final long gapNs;
  private long nextNs;
  private int left;

  /** When its last SYN is sent. */
  final long endNs;

  /**
   * @param gapNs between two SYNs
   */
  Flood(
      Network network,
      SimulatedHost target,
      int port,
      long startNs,
      long gapNs,
      int syns,
      long seed) {
    this.network = network;
    this.target = target;
    targetPort = port;
    this.gapNs = gapNs;
    nextNs = startNs;
    left = syns;
    endNs = startNs + gapNs * syns;
    dice = new Dice(seed);
    this.port = network.port();
    target.host.gateway(ROUTER);
    PipeSettings wire = new PipeSettings();
    wire.delayNs = 1000;
    int own = network.ports.indexOf(this.port);
    int other = network.ports.indexOf(target.port);
    network.way(own, other, new Pipe(network, wire, dice.seed()));
    network.way(other, own, new Pipe(network, wire, dice.seed()));
  }

  long nextNs(long nowNs) {
    return port.waiting() ? nowNs : left == 0 ? Long.MAX_VALUE : nextNs;
  }

  void turn(long nowNs) {
    for (byte[] frame = port.take(); frame != null; frame = port.take()) {
      boolean asks =
          Octets.u16(frame, 12) == Frames.ETHERTYPE_ARP
              && Octets.u16(frame, ARP_OPERATION) == 1
              && Octets.i32(frame, ARP_TARGET) == ROUTER;
      if (asks) {
        send(
            Frames.ethernet(port.mac, target.port.mac)
                .arp(Frames.arpReply(port.mac, ROUTER, target.port.mac, target.address))
                .build(),
            nowNs);
      }
    }
    while (left > 0 && nextNs <= nowNs) {
      nextNs += gapNs;
      left--;
      send(syn(), nowNs);
    }
  }

  private byte[] syn() {
    int marks = dice.percent(30) ? TcpSegment.ECE | TcpSegment.CWR : 0;
    TcpSegment syn =
        Frames.tcp(dice.between(1024, 65_535), targetPort)
            .sequence((int) dice.seed())
            .flags(TcpSegment.SYN | marks)
            .window(dice.between(0, 65_535))
            .options(OPTIONS[dice.between(0, OPTIONS.length - 1)]);
    int source = FAR + dice.between(1, 65_000);
    return Frames.ethernet(port.mac, target.port.mac)
        .ipv4(Frames.ipv4(source, target.address).tcp(syn))
        .build();
  }

  private void send(byte[] frame, long nowNs) {
    network.send(port, frame, nowNs);
  }

  @Override
  public String toString() {
    return "flood of SYNs for "
        + target.name
        + " until "
        + endNs / 1_000_000
        + " ms, every "
        + gapNs / 1000
        + " us";
  }
}
