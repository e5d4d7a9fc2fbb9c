// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.buffer.BlockPool;
import dev.tulle.buffer.PacketPool;
import dev.tulle.ip.EphemeralPorts;
import dev.tulle.ip.Icmp;
import dev.tulle.ip.Ipv4Layer;
import dev.tulle.ip.PathMtu;
import dev.tulle.ip.RateLimit;
import dev.tulle.ip.RouteList;
import dev.tulle.ip.Transport;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Stack;
import dev.tulle.tcp.ChosenControl;
import dev.tulle.tcp.CongestionControl;
import dev.tulle.tcp.Cubic;
import dev.tulle.tcp.Ecn;
import dev.tulle.tcp.FastOpen;
import dev.tulle.tcp.FastOpenCache;
import dev.tulle.tcp.KeptWindow;
import dev.tulle.tcp.MtuProbe;
import dev.tulle.tcp.Reno;
import dev.tulle.tcp.SegmentSize;
import dev.tulle.tcp.SelectiveAck;
import dev.tulle.tcp.Tcp;
import dev.tulle.tcp.TcpMemory;
import dev.tulle.tcp.TcpOption;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.tcp.Timestamps;
import dev.tulle.tcp.UrgentMark;
import dev.tulle.tcp.WindowScale;
import dev.tulle.testkit.FixedEntropy;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.VirtualClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The host under test: TCP assembled as Linux has it by default, behind a tunnel, on a virtual
 * clock.
 */
final class Machine {
  static final int HOST = Octets.address("10.0.0.1");
  static final int PEER = Octets.address("10.0.0.2");
  private static final int MASK = Octets.address("255.0.0.0");
  private static final int CONNECTIONS = 8;
  private static final int SEND_BYTES = 1 << 20;
  private static final int RECEIVE_BYTES = 540_000;
  private static final int MOST_RECEIVE_BYTES = 15 << 20;

  private static final int RANGES = 64;
  private static final int BLOCK_BYTES = 4096;
  private static final int INITIAL_WINDOW = 10;
  private static final int MAX_TURNS = 10_000;
  private static final int FAST_OPEN_SERVERS = 4;
  private static final int FAST_OPEN_SEED = 7413;
  private static final int TCP = 20;
  private static final long START_NS = 1_000_000_000L;

  /** A packet that the host sent, and when. */
  record Sent(byte[] packet, long timeNs) {}

  final VirtualClock clock = new VirtualClock();
  final Deque<Sent> sent = new ArrayDeque<>();
  private final Map<Integer, Traffic> traffic = new HashMap<>();
  final Tcp tcp;

  /** Used by those sockets alone that ask for it. */
  final FastOpen fastOpen;

  private final Counters counters = new Counters();
  private final PacketPool pool = new PacketPool(64, 2048);
  private final Tunnel tunnel;

  /** The sysctls; those that the script sets later count for what looks at them later. */
  final Settings settings;

  /** The name of the congestion control of sockets that choose none, and what pauses do to it. */
  final String congestion;

  private final boolean restarts;

  private final Stack stack;

  /** The sysctl tcp_fastopen. */
  final int fastOpenRoles;

  /**
   * @param mtu of the link
   */
  Machine(Settings settings, int mtu) {
    this.settings = settings;
    tunnel = new Tunnel(pool, mtu, this::sent);
    congestion = settings.text("tcp_congestion_control", "cubic").equals("reno") ? "reno" : "cubic";
    restarts = settings.number("tcp_slow_start_after_idle", 0) != 0;
    fastOpenRoles = settings.number("tcp_fastopen", Opening.CLIENT | Opening.SERVER);
    Entropy entropy = new FixedEntropy(1);
    tunnel.address = HOST;
    tunnel.mask = MASK;
    Interface[] interfaces = {tunnel};
    Ipv4Layer ipv4 = new Ipv4Layer(interfaces, new RouteList(interfaces, 1), pool, counters);
    tunnel.attach(ipv4);
    PathMtu pathMtu = new PathMtu(1, new KeyedHash(entropy), counters);
    ipv4.attach(pathMtu);
    KeyedHash hash = new KeyedHash(entropy);
    Icmp icmp = new Icmp(ipv4, new RateLimit(1000, 1000, hash), new RateLimit(1000, 1000, hash));
    EphemeralPorts ports = new EphemeralPorts(new KeyedHash(entropy));
    TcpSocket[] sockets = new TcpSocket[CONNECTIONS];
    BlockPool blocks =
        new BlockPool(BLOCK_BYTES, CONNECTIONS * (SEND_BYTES + RECEIVE_BYTES) / 2048);
    // Linux offers half of what it sets apart, in full segments.
    int receive = SocketOptions.window(settings.number("tcp_rmem", 1, 2 * RECEIVE_BYTES) / 2);
    receive = settings.text("tcp_rmem", null) == null ? RECEIVE_BYTES : receive;
    TcpMemory memory = new TcpMemory(blocks, CONNECTIONS, SEND_BYTES, receive, RANGES);
    // Sockets may ask for less, and for more than a system with small buffers begins with.
    memory.tune(SEND_BYTES, Math.max(receive, RECEIVE_BYTES));
    for (int i = 0; i < CONNECTIONS; i++) {
      CongestionControl usual = control(congestion);
      sockets[i] = memory.socket(ipv4.path(), new ChosenControl(usual), counters);
      boolean probing = settings.number("tcp_mtu_probing", 0) != 0;
      sockets[i].attach(new SegmentSize(probing ? new MtuProbe() : null));
    }
    // Of its own entropy, so that a cookie stays the same whatever else draws from the other.
    Entropy ofCookies = new FixedEntropy(FAST_OPEN_SEED);
    FastOpenCache cache = new FastOpenCache(FAST_OPEN_SERVERS, new KeyedHash(ofCookies));
    fastOpen = new FastOpen(new KeyedHash(ofCookies), cache, counters);
    TcpOption[] options = options(settings, sockets, entropy);
    tcp = new Tcp(sockets, options, ipv4.path(), ports, pool, counters, entropy);
    ipv4.attach(new Transport[] {tcp, icmp}, icmp);
    stack = new Stack(interfaces, new Part[] {pathMtu, tcp});
    clock.advanceNs(START_NS);
    poll();
  }

  /** A congestion control by its name in Linux; null where it is not known here. */
  CongestionControl control(String name) {
    CongestionControl control =
        switch (name) {
          case "reno" -> new Reno(INITIAL_WINDOW);
          case "cubic" -> new Cubic(INITIAL_WINDOW);
          default -> null;
        };
    return restarts || control == null ? control : new KeptWindow(control);
  }

  private TcpOption[] options(Settings settings, TcpSocket[] sockets, Entropy entropy) {
    List<TcpOption> options = new ArrayList<>();
    if (settings.on("tcp_sack")) {
      options.add(new SelectiveAck());
    }
    if (settings.on("tcp_timestamps")) {
      options.add(new Timestamps(new KeyedHash(entropy), counters));
    }
    if (settings.on("tcp_window_scaling")) {
      int most = settings.number("tcp_rmem", 2, MOST_RECEIVE_BYTES);
      // As Linux: what a buffer needs that may grow to this.
      options.add(new WindowScale(Math.max(0, 16 - Integer.numberOfLeadingZeros(most))));
    }
    int ecn = settings.number("tcp_ecn", 0);
    if (ecn != 0) {
      options.add(new Ecn(sockets, ecn == 1)); // 2 answers those who ask
    }
    options.add(new UrgentMark());
    options.add(fastOpen); // the last, for it opens connections
    return options.toArray(new TcpOption[0]);
  }

  /** What went by on the connection with a port of the host. */
  Traffic traffic(int hostPort) {
    return traffic.computeIfAbsent(hostPort, port -> new Traffic());
  }

  private void sent(byte[] packet) {
    if (Wire.isTcp(packet)) {
      traffic(Octets.u16(packet, TCP)).sent(packet);
    }
    sent.add(new Sent(packet, clock.nowNs()));
  }

  /** Time since the script began. */
  long nowNs() {
    return clock.nowNs() - START_NS;
  }

  void inject(byte[] packet) {
    if (Wire.isTcp(packet)) {
      traffic(Octets.u16(packet, TCP + 2)).arrived(packet);
    }
    tunnel.inject(packet);
    poll();
  }

  /** Looks at how things are whenever they may have changed. */
  Runnable afterPoll = () -> {};

  /** Writes what may be written now that all that could be sent is; answers whether it did. */
  BooleanSupplier more = () -> false;

  /** Polls until nothing more happens at the present time. */
  void poll() {
    for (int turn = 0; turn < MAX_TURNS; turn++) {
      if (stack.poll(clock.nowNs()) - clock.nowNs() > 0 && stack.deadlineNs() - clock.nowNs() > 0) {
        afterPoll.run();
        if (!more.getAsBoolean()) {
          return;
        }
      }
    }
    throw new IllegalStateException("the host wants to be polled again and again");
  }

  /** Goes to the host's next deadline, or to the limit where that is earlier, and polls. */
  void step(long limitNs) {
    long limit = limitNs + START_NS;
    clock.moveTo(Math.max(clock.nowNs(), Math.min(stack.deadlineNs(), limit)));
    poll();
  }

  /** When a packet went by, since the script began. */
  static long timeNs(Sent packet) {
    return packet.timeNs() - START_NS;
  }
}
