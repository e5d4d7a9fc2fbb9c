// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import dev.tulle.stack.Status;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;
import java.util.Arrays;

/**
 * Asks a host whether it is still well: a ping, a TCP echo exchange, a timer, and its levels.
 *
 * <p>The questions come from an address that nothing else uses, so that whatever other peers are
 * told in the meantime does not disturb them.
 */
public final class LiveProbe {
  private static final int PROBER = Octets.address("10.9.0.200");
  private static final String PROBER6 = "fd00::c8";
  private static final String PROBER6_SEEN = "fd00:0:0:0:0:0:0:c8";
  private static final int ECHO_PORT = 7;
  private static final long STEP_NS = 10_000_000_000L;
  private static final long MOST_NS = 3_600_000_000_000L;

  private final HostHarness h;
  private final Listener listener;
  private int nextPort = 50_001;

  /** Makes the host listen on the echo port. */
  public LiveProbe(HostHarness h) {
    this.h = h;
    listener = h.host.tcp.listen(ECHO_PORT, 4);
    if (listener == null) {
      throw h.failure("the host cannot listen");
    }
  }

  /** A ping must be answered at once. */
  public void ping() {
    byte[] data = Octets.pattern(5, 40);
    h.inject(
        h.fromPeer(
            Frames.ipv4(PROBER, HostHarness.HOST)
                .icmp(Frames.icmp(8, 0).rest(0x12340001).data(data))));
    SeenFrame reply = nextToProber();
    if (reply == null
        || !reply.isIcmp()
        || reply.icmpType() != 0
        || reply.icmpRest() != 0x12340001
        || !Arrays.equals(reply.data(), data)) {
      throw h.failure("a valid ping was not answered");
    }
    if (h.hasSix()) {
      byte[] body = Octets.concat(Octets.of(0x12, 0x34, 0, 1), data);
      h.inject(h.fromPeer(new Ipv6Packet(PROBER6, HostHarness.HOST6).icmp(128, 0, body)));
      reply = nextToProber();
      if (reply == null
          || !reply.isIcmpv6()
          || reply.icmpType() != 129
          || reply.icmpRest() != 0x12340001
          || !Arrays.equals(reply.data(), data)) {
        throw h.failure("a valid ping over IPv6 was not answered");
      }
    }
  }

  /** A TCP connection must open, echo and close at once, in each family that there is. */
  public void echo() {
    echo(new TcpPeer(PROBER, nextPort++, ECHO_PORT, 77_000));
    if (h.hasSix()) {
      echo(new TcpPeer(PROBER6, nextPort++, ECHO_PORT, 78_000));
    }
  }

  private void echo(TcpPeer peer) {
    exchange(peer, Segment.syn().mss(1460), "SYN");
    send(peer, Segment.ack(0));
    TcpSocket socket = listener.accept();
    if (socket == null) {
      throw h.failure("a valid connection was not accepted");
    }
    send(peer, Segment.data(0, 100).push());
    byte[] data = new byte[200];
    int n = socket.read(data, 0, data.length);
    if (n != 100 || socket.write(data, 0, n) != n) {
      throw h.failure("the application read " + n + " of 100 octets");
    }
    h.poll();
    if (!Arrays.equals(nextData(peer), Octets.pattern(0, 100))) {
      throw h.failure("100 octets were not echoed");
    }
    send(peer, Segment.fin(100));
    if (socket.read(data, 0, data.length) != Status.CLOSED) {
      throw h.failure("the application does not see the end of the stream");
    }
    socket.close();
    h.poll();
    for (SeenFrame f = nextToProber(); f != null; f = nextToProber()) {
      peer.learn(f);
    }
    if (peer.seen() != 101) {
      throw h.failure("the host did not close");
    }
    send(peer, Segment.ack(101));
  }

  /** The answer to a SYN must be sent again after a while if nothing acknowledges it. */
  public void timers() {
    TcpPeer peer = new TcpPeer(PROBER, nextPort++, ECHO_PORT, 99_000);
    exchange(peer, Segment.syn().mss(1460), "SYN");
    h.advanceMs(3_500);
    SeenFrame again = nextToProber();
    if (again == null || !again.has(TcpSegment.SYN | TcpSegment.ACK)) {
      throw h.failure("timers do not run: a SYN-ACK was not sent again");
    }
    send(peer, Segment.rst(0));
    drain();
  }

  /** Stops listening. */
  public void close() {
    listener.close();
    h.poll();
    drain();
  }

  /** Packets and connections in use must return to these levels once the timers have run. */
  public void levels(int packets, int connections) {
    long limitNs = h.nowNs() + MOST_NS;
    while (h.host.pool.available() != packets
        || h.host.tcp.connections() != connections
        || fragmented() != 0) {
      if (h.nowNs() > limitNs) {
        throw h.failure(
            "after an hour there are "
                + h.host.pool.available()
                + " packets in the pool, not "
                + packets
                + ", and "
                + h.host.tcp.connections()
                + " connections, not "
                + connections
                + ", and "
                + fragmented()
                + " datagrams in fragments");
      }
      h.advanceNs(STEP_NS);
      drain();
    }
  }

  private int fragmented() {
    return h.host.reassembly == null ? 0 : h.host.reassembly.datagrams();
  }

  private void drain() {
    h.takeSent();
  }

  private void send(TcpPeer peer, Segment segment) {
    h.inject(peer.frame(segment, h));
  }

  private void exchange(TcpPeer peer, Segment segment, String name) {
    send(peer, segment);
    SeenFrame reply = nextToProber();
    if (reply == null || !peer.owns(reply) || !reply.has(TcpSegment.SYN | TcpSegment.ACK)) {
      throw h.failure("a valid " + name + " was not answered");
    }
    peer.learn(reply);
  }

  private byte[] nextData(TcpPeer peer) {
    for (SeenFrame f = nextToProber(); f != null; f = nextToProber()) {
      peer.learn(f);
      if (f.data().length > 0) {
        return f.data();
      }
    }
    return null;
  }

  /** The next frame to the prober, or null; what goes to others is not looked at. */
  private SeenFrame nextToProber() {
    SeenFrame frame = h.next();
    while (frame != null
        && frame.destination() != PROBER
        && !PROBER6_SEEN.equals(frame.destination6())) {
      frame = h.next();
    }
    return frame;
  }
}
