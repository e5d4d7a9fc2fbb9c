// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import dev.tulle.testkit.Frames;
import dev.tulle.testkit.IcmpMessage;
import dev.tulle.testkit.Octets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Ports, and the pipes between each two of them: frames enter, and come out later or not at all.
 *
 * <p>Pipes may be shared: that is what makes a bottleneck. The network is idle until {@link #move}
 * is called, and {@link #nextNs} says when.
 */
final class Network {
  private static final long FIRST_MAC = 0x020000000001L;
  private static final int UNREACHABLE = 3;
  private static final int FRAGMENTATION_NEEDED = 4;
  private static final int QUOTE = 28;

  final List<Port> ports = new ArrayList<>();
  final List<Pipe> pipes = new ArrayList<>();
  Meddler meddler;
  private final List<List<Pipe[]>> ways = new ArrayList<>();
  private final PriorityQueue<Frame> moving = new PriorityQueue<>();
  private long order;

  Port port() {
    Port port = new Port(this, FIRST_MAC + ports.size());
    ports.add(port);
    ways.add(new ArrayList<>());
    return port;
  }

  Pipe pipe(PipeSettings settings, long seed) {
    Pipe pipe = new Pipe(this, settings, seed);
    pipes.add(pipe);
    return pipe;
  }

  /** What a frame from one port to another passes, in this order. */
  void way(int from, int to, Pipe... pipes) {
    List<Pipe[]> row = ways.get(from);
    while (row.size() <= to) {
      row.add(null);
    }
    row.set(to, pipes);
  }

  void send(Port from, byte[] bytes, long nowNs) {
    long destination = Octets.u48(bytes, 0);
    List<Pipe[]> row = ways.get(ports.indexOf(from));
    for (int i = 0; i < row.size(); i++) {
      Port to = ports.get(i);
      if (row.get(i) != null && (destination == to.mac || (destination >> 40 & 1) != 0)) {
        Frame frame = new Frame(bytes, to, row.get(i));
        frame.pipes[0].enter(frame, nowNs);
      }
    }
  }

  void schedule(Frame frame, long dueNs) {
    frame.dueNs = dueNs;
    frame.order = order++;
    moving.add(frame);
  }

  /** When {@link #move} has something to do; {@code Long.MAX_VALUE} where nothing moves. */
  long nextNs() {
    Frame first = moving.peek();
    return first == null ? Long.MAX_VALUE : first.dueNs;
  }

  void move(long nowNs) {
    while (nextNs() <= nowNs) {
      Frame frame = moving.remove();
      if (frame.passed < frame.pipes.length) {
        frame.pipes[frame.passed].enter(frame, nowNs);
      } else {
        deliver(frame, nowNs);
      }
    }
  }

  private void deliver(Frame frame, long nowNs) {
    if (meddler == null) {
      frame.to.deliver(frame);
      return;
    }
    byte[] bytes = meddler.delivered(frame.bytes, nowNs);
    if (bytes != null) {
      Frame other = new Frame(bytes, frame.to, frame.pipes);
      other.corrupt = frame.corrupt;
      frame.to.deliver(other);
    }
  }

  /** RFC 1191 4: a router tells the sender of a packet that is too large; it arrives at once. */
  void tellTooLarge(Frame frame, int mtu, long nowNs) {
    byte[] bytes = frame.bytes;
    boolean ipv4 = Octets.u16(bytes, 12) == Frames.ETHERTYPE_IPV4;
    for (Port port : ports) {
      if (ipv4 && port.mac == Octets.u48(bytes, 6) && bytes.length >= 14 + QUOTE) {
        IcmpMessage icmp = Frames.icmp(UNREACHABLE, FRAGMENTATION_NEEDED).rest(mtu);
        icmp.data(Arrays.copyOfRange(bytes, 14, 14 + QUOTE));
        int router = Octets.i32(bytes, 30);
        byte[] answer =
            Frames.ethernet(Octets.u48(bytes, 0), port.mac)
                .ipv4(Frames.ipv4(router, Octets.i32(bytes, 26)).icmp(icmp))
                .build();
        schedule(new Frame(answer, port, new Pipe[0]), nowNs);
      }
    }
  }
}
