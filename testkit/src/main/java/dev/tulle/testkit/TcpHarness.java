// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import static dev.tulle.testkit.Segment.ack;
import static dev.tulle.testkit.Segment.syn;
import static dev.tulle.testkit.Segment.synAck;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Host;
import dev.tulle.stack.Status;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;
import java.util.Arrays;
import java.util.List;

/**
 * A TCP peer that the test plays, segment by segment, against a whole assembled host.
 *
 * <p>Numbers are stream offsets, see {@link Segment}. Both streams carry {@link Octets#pattern}
 * unless a test says otherwise, so content is checked without being kept. Every action here polls
 * the host, so that what it sends at once is there to expect; calls on {@link #socket} itself do
 * not.
 *
 * <pre>{@code
 * TcpHarness h = new TcpHarness(Client::host);
 * h.listen(80);
 * h.connected(1000, 65_535);
 * h.write(2000);
 * h.expect(data(0, 1460));
 * h.expect(data(1460, 540).push());
 * h.advanceMs(1000); // no acknowledgment comes
 * h.expect(data(0, 1460));
 * h.inject(ack(2000));
 * h.expectNothing();
 * }</pre>
 */
public final class TcpHarness {
  public final HostHarness net;
  public final Host host;

  /** The far end that the calls here are about. */
  public TcpPeer peer;

  /** The host's end of the connection that was opened last, or null. */
  public TcpSocket socket;

  public Listener listener;

  /** Options of the peer's SYN; a scale of -1 sends none. */
  public int peerMss = 1460;

  public int peerScale = -1;

  private int hostPort;
  private int nextPort = 40_001;
  private long written;
  private long read;

  public TcpHarness(Assembly assembly) {
    this(new HostHarness(assembly));
  }

  public TcpHarness(HostHarness net) {
    this.net = net;
    host = net.host;
  }

  /** Lets the host listen, with a backlog of 8. */
  public Listener listen(int port) {
    return listen(port, 8);
  }

  public Listener listen(int port, int backlog) {
    listener = host.tcp.listen(port, backlog);
    if (listener == null) {
      throw net.failure("the host cannot listen on port " + port);
    }
    hostPort = port;
    return listener;
  }

  /** Makes a peer with a new port that talks to the port listened on, and goes on with it. */
  public TcpPeer newPeer(int iss) {
    return use(new TcpPeer(HostHarness.PEER, nextPort++, hostPort, iss));
  }

  /** As {@link #newPeer(int)}, over IPv6: {@link HostHarness#six} must have been called. */
  public TcpPeer newPeer6(int iss) {
    return use(new TcpPeer(HostHarness.PEER6, nextPort++, hostPort, iss));
  }

  /** Makes a peer at any address and port, and goes on with it. */
  public TcpPeer newPeer(int address, int port, int iss) {
    return use(new TcpPeer(address, port, hostPort, iss));
  }

  /** Goes on with another peer; streams written and read start where that peer's are. */
  public TcpPeer use(TcpPeer other) {
    peer = other;
    showBases();
    written = Math.max(0, other.hostNext);
    read = Math.max(0, other.next);
    return other;
  }

  /** A connection that the peer opened and the host accepted. */
  public TcpSocket connected(int iss, int window) {
    newPeer(iss);
    return connected(window);
  }

  /** As {@link #connected(int, int)}, over IPv6. */
  public TcpSocket connected6(int iss, int window) {
    newPeer6(iss);
    return connected(window);
  }

  private TcpSocket connected(int window) {
    peer.window = window;
    handshake();
    socket = listener.accept();
    if (socket == null) {
      throw net.failure("the host did not accept");
    }
    poll();
    return socket;
  }

  /** The peer's half of the three-way handshake. */
  public void handshake() {
    inject(peerSyn());
    expect(synAck().acknowledges(0));
    inject(ack(0));
  }

  /** The SYN that the peer would send, with its options. */
  public Segment peerSyn() {
    Segment s = syn().mss(peerMss);
    return peerScale < 0 ? s : s.scale(peerScale);
  }

  /** Starts to open a connection from the host to a port of the peer; its SYN is to be expected. */
  public TcpSocket connect(int port) {
    open(HostHarness.PEER, port);
    poll();
    return socket;
  }

  /** As {@link #connect}, with Fast Open and octets that are written before the SYN goes. */
  public TcpSocket connectFast(int port, int length) {
    return connectFast(HostHarness.PEER, port, length);
  }

  /** As {@link #connectFast(int, int)}, to another address. */
  public TcpSocket connectFast(int address, int port, int length) {
    open(address, port);
    if (host.fastOpen.use(socket) != Status.OK) {
      throw net.failure("the SYN has gone already");
    }
    if (length > 0) {
      writeOnly(length);
    }
    poll();
    return socket;
  }

  private void open(int address, int port) {
    hostPort = 0;
    use(new TcpPeer(address, port, 0, 0));
    socket = host.tcp.connect(new Endpoint(address, port));
    if (socket == null) {
      throw net.failure("the host cannot connect");
    }
  }

  /** A connection that the host opened. */
  public TcpSocket connectedByHost(int port, int iss, int window) {
    connect(port);
    peer.iss = iss;
    peer.window = window;
    showBases();
    expect(syn());
    Segment s = synAck().mss(peerMss).acknowledges(0);
    inject(peerScale < 0 ? s : s.scale(peerScale));
    expect(ack(0));
    if (socket.status() != Status.OK) {
      throw net.failure("the connection is not established: " + socket.status());
    }
    return socket;
  }

  /** Sends a segment from the peer to the host. */
  public void inject(Segment segment) {
    net.inject(frame(segment));
  }

  /** Sends segments that arrive together, before the host gets to answer. */
  public void injectTogether(Segment... segments) {
    for (Segment segment : segments) {
      net.queue(frame(segment));
    }
    poll();
  }

  /** The frame that a segment of the peer is; the peer goes on as if it had been sent. */
  public byte[] frame(Segment segment) {
    byte[] frame = peer.frame(segment, net);
    if (frame.length > net.link.frameBytes()) {
      throw new IllegalArgumentException("longer than the link carries: " + segment);
    }
    return frame;
  }

  /** Takes the next frame from the host and checks that it is this segment to the peer. */
  public SeenFrame expect(Segment segment) {
    return check(segment, net.next());
  }

  /** As {@link #expect(Segment)}, waiting for the frame, which must come within these times. */
  public SeenFrame expectWithinMs(long fromMs, long toMs, Segment segment) {
    long startNs = net.nowNs();
    SeenFrame frame = check(segment, net.nextWithinNs(toMs * 1_000_000L));
    long afterNs = frame.timeNs() - startNs;
    if (afterNs < fromMs * 1_000_000L) {
      throw net.failure("sent after " + afterNs / 1e6 + " ms, earlier than " + fromMs);
    }
    return frame;
  }

  private SeenFrame check(Segment segment, SeenFrame frame) {
    if (frame == null) {
      throw net.failure("expected " + segment + ", but nothing was sent");
    }
    String mismatch = "not to this peer";
    if (peer.owns(frame)) {
      peer.learn(frame);
      showBases();
      mismatch = peer.mismatch(segment, frame);
    }
    if (mismatch != null) {
      throw net.failure(mismatch + "\n  expected " + segment + "\n  in " + net.text(frame));
    }
    return frame;
  }

  /** Expects a segment without data that acknowledges everything before the offset. */
  public SeenFrame expectAck(long offset) {
    return expect(ack(offset));
  }

  public void expectNothing() {
    net.expectNothing();
  }

  /** All frames that the host sent and nobody took; the peer has seen what is for it. */
  public List<SeenFrame> takeSent() {
    List<SeenFrame> frames = net.takeSent();
    for (SeenFrame frame : frames) {
      if (peer != null && peer.owns(frame)) {
        peer.learn(frame);
        showBases();
      }
    }
    return frames;
  }

  public void advanceMs(long durationMs) {
    net.advanceMs(durationMs);
  }

  public void poll() {
    net.poll();
  }

  /** Lets the host's application write the next octets of the pattern; all must be taken. */
  public void write(int length) {
    int taken = tryWrite(length);
    if (taken != length) {
      throw net.failure("wrote " + taken + " of " + length);
    }
  }

  /** As {@link #write(int)}, but without a poll, so that what follows happens in the same one. */
  public void writeOnly(int length) {
    int taken = socket.write(Octets.pattern(written, length), 0, length);
    written += Math.max(0, taken);
    if (taken != length) {
      throw net.failure("wrote " + taken + " of " + length);
    }
  }

  /** As {@link #write(int)}, but answers how many octets were taken or a negative status. */
  public int tryWrite(int length) {
    int taken = socket.write(Octets.pattern(written, length), 0, length);
    written += Math.max(0, taken);
    poll();
    return taken;
  }

  /** Octets that {@link #write(int)} has written to this connection. */
  public long written() {
    return written;
  }

  /** Lets the host's application write octets of another content. */
  public void write(byte[] bytes) {
    int taken = socket.write(bytes, 0, bytes.length);
    if (taken != bytes.length) {
      throw net.failure("wrote " + taken + " of " + bytes.length);
    }
    written += bytes.length;
    poll();
  }

  /** What the host's application can read now, up to this many octets; null where it is nothing. */
  public byte[] read(int most) {
    byte[] to = new byte[most];
    int n = socket.read(to, 0, most);
    if (n > 0) {
      read += n;
    }
    poll();
    return n <= 0 ? null : Arrays.copyOf(to, n);
  }

  /** Reads exactly this much of the pattern at the host. */
  public void expectRead(int length) {
    long from = read;
    byte[] all = new byte[length];
    int done = 0;
    while (done < length) {
      int n = socket.read(all, done, length - done);
      if (n <= 0) {
        throw net.failure("read " + done + " of " + length + " octets, then status " + n);
      }
      done += n;
    }
    read += length;
    if (!Arrays.equals(Octets.pattern(from, length), all)) {
      throw net.failure("what was read at " + from + " is not what was sent");
    }
    poll();
  }

  /** Expects that a read answers this status. */
  public void expectReadStatus(int status) {
    int seen = socket.read(new byte[16], 0, 16);
    if (seen != status) {
      throw net.failure("read answered " + seen + ", not " + status);
    }
    poll();
  }

  public void expectStatus(int status) {
    if (socket.status() != status) {
      throw net.failure("the socket's status is " + socket.status() + ", not " + status);
    }
  }

  public void close() {
    socket.close();
    poll();
  }

  public void abort() {
    socket.abort();
    poll();
  }

  public void shutdownWrite() {
    socket.shutdownWrite();
    poll();
  }

  private void showBases() {
    net.bases(peer.hostIssKnown ? peer.hostIss + 1 : 0, peer.iss + 1);
  }
}
