// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import static java.util.Locale.ROOT;

import dev.tulle.buffer.BlockPool;
import dev.tulle.buffer.ByteRing;
import dev.tulle.buffer.PacketPool;
import dev.tulle.ip.EphemeralPorts;
import dev.tulle.ip.Icmp;
import dev.tulle.ip.Ipv4Layer;
import dev.tulle.ip.PathMtu;
import dev.tulle.ip.RateLimit;
import dev.tulle.ip.RouteList;
import dev.tulle.ip.Transport;
import dev.tulle.link.EthernetPort;
import dev.tulle.link.Link;
import dev.tulle.link.Neighbours;
import dev.tulle.profile.Client;
import dev.tulle.profile.Full;
import dev.tulle.profile.Host;
import dev.tulle.profile.Minimal;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Stack;
import dev.tulle.tcp.CongestionControl;
import dev.tulle.tcp.Cubic;
import dev.tulle.tcp.Ecn;
import dev.tulle.tcp.FastOpen;
import dev.tulle.tcp.FastOpenCache;
import dev.tulle.tcp.FixedWindow;
import dev.tulle.tcp.KeptWindow;
import dev.tulle.tcp.LossRecovery;
import dev.tulle.tcp.MtuProbe;
import dev.tulle.tcp.NewReno;
import dev.tulle.tcp.Rack;
import dev.tulle.tcp.RecoveryByPeer;
import dev.tulle.tcp.Reno;
import dev.tulle.tcp.SegmentSize;
import dev.tulle.tcp.SelectiveAck;
import dev.tulle.tcp.SynCookies;
import dev.tulle.tcp.Tcp;
import dev.tulle.tcp.TcpMemory;
import dev.tulle.tcp.TcpOption;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.tcp.Timestamps;
import dev.tulle.tcp.UrgentMark;
import dev.tulle.tcp.WindowScale;
import java.util.ArrayList;
import java.util.List;

/** Which stack a simulated host runs: a profile as it is, or a copy with parts exchanged. */
public final class StackChoice {
  private static final int INITIAL_WINDOW = 10;
  private static final int BLOCK_BYTES = 4096;
  private static final int PATH_MTU_SETS = 16;
  private static final int FAST_OPEN_SERVERS = 4;

  /** What a copy knows of the size of packets that a path carries. */
  public enum Sizes {
    /** Nothing: a path narrower than the link stays closed to it. */
    LINK,
    /** What routers say. */
    TOLD,
    /** What gets through. */
    PROBED
  }

  /** The profiles, and a copy. */
  public enum Kind {
    MINIMAL,
    CLIENT,
    FULL,
    COPY
  }

  public Kind kind = Kind.CLIENT;

  /** How a copy controls congestion; NONE has a {@link FixedWindow} larger than any buffer. */
  public enum Control {
    RENO,
    CUBIC,
    NONE
  }

  /** Of all but the minimal one. */
  public int connections = 16;

  public int bufferBytes = 64 * 1024;

  /**
   * How much of the memory that all buffers together would need the connections have to share; a
   * copy with 0 has buffers of each connection's own.
   */
  public int memoryPercent;

  /** How many times their size buffers may grow to where they share memory; 0 where they do not. */
  public int grows;

  /** Of a copy. */
  public Control control = Control.RENO;

  public boolean keptWindow;
  public boolean selective = true;
  public boolean stamps = true;
  public boolean scale = true;
  public int ranges = 16;
  public int packets = 128;
  public Sizes sizes = Sizes.LINK;
  public boolean ecn;

  /** Whether it asks for ECN itself. */
  public boolean asksEcn;

  public boolean cookies;
  public boolean urgent;
  public boolean fastOpen;

  /** Whether it answers SYNs while its backlog is full. */
  boolean cookies() {
    return kind == Kind.FULL || kind == Kind.COPY && cookies;
  }

  /** What it knows of the size of packets. */
  Sizes sizes() {
    return kind == Kind.MINIMAL ? Sizes.LINK : kind == Kind.COPY ? sizes : Sizes.PROBED;
  }

  /** Octets of the largest window or send buffer. */
  int buffer() {
    return kind == Kind.MINIMAL ? 4096 : bufferBytes;
  }

  Host host(Link link, long mac, Entropy entropy) {
    switch (kind) {
      case MINIMAL:
        return Minimal.host(link, mac, entropy);
      case CLIENT:
        return Client.host(link, mac, entropy, connections, memory(16));
      case FULL:
        return Full.host(link, mac, entropy, connections, memory(64));
      default:
        return copy(link, mac, entropy);
    }
  }

  /** As the profiles make it, but for what is there: it is made when it is needed. */
  private TcpMemory memory(int ranges) {
    int each = (bufferBytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
    int percent = memoryPercent == 0 ? 100 : memoryPercent;
    BlockPool blocks = new BlockPool(BLOCK_BYTES, 2 * connections * each * percent / 100);
    TcpMemory memory = new TcpMemory(blocks, connections + 1, bufferBytes, bufferBytes, ranges);
    if (grows != 0) {
      memory.tune(grows * bufferBytes, grows * bufferBytes);
    }
    return memory;
  }

  private Host copy(Link link, long mac, Entropy entropy) {
    Host host = new Host();
    host.counters = new Counters();
    host.pool = new PacketPool(packets, link.frameBytes());
    EthernetPort port = new EthernetPort(link, mac, host.pool, host.counters);
    host.port = port;
    Interface[] interfaces = {host.port};
    host.routes = new RouteList(interfaces, 4);
    host.ipv4 = new Ipv4Layer(interfaces, host.routes, host.pool, host.counters);
    if (sizes != Sizes.LINK) {
      host.pathMtu = new PathMtu(PATH_MTU_SETS, new KeyedHash(entropy), host.counters);
      host.ipv4.attach(host.pathMtu);
    }
    host.neighbours = new Neighbours(port, 2, 3, new KeyedHash(entropy));
    port.attach(host.ipv4, host.neighbours);
    KeyedHash hash = new KeyedHash(entropy);
    host.icmp = new Icmp(host.ipv4, new RateLimit(100, 1000, hash), new RateLimit(10, 64, hash));
    host.tcp = tcp(host, new EphemeralPorts(new KeyedHash(entropy)), entropy);
    host.ipv4.attach(new Transport[] {host.tcp, host.icmp}, host.icmp);
    Part[] parts = {host.tcp, host.neighbours};
    Part[] withSizes = {host.pathMtu, host.tcp, host.neighbours};
    host.stack = new Stack(interfaces, sizes == Sizes.LINK ? parts : withSizes);
    return host;
  }

  private Tcp tcp(Host host, EphemeralPorts ports, Entropy entropy) {
    TcpMemory memory = memoryPercent == 0 ? null : memory(ranges);
    TcpSocket[] sockets = new TcpSocket[connections];
    for (int i = 0; i < connections; i++) {
      sockets[i] = socket(host, memory);
      if (sizes != Sizes.LINK) {
        sockets[i].attach(new SegmentSize(sizes == Sizes.PROBED ? new MtuProbe() : null));
      }
    }
    TcpSocket unused = cookies ? socket(host, memory) : null;
    TcpOption[] all = options(host, sockets, unused, entropy);
    Tcp tcp = new Tcp(sockets, all, host.ipv4.path(), ports, host.pool, host.counters, entropy);
    if (cookies) {
      tcp.attach(new SynCookies(unused, new KeyedHash(entropy), host.counters));
    }
    return tcp;
  }

  private TcpSocket socket(Host host, TcpMemory memory) {
    if (memory != null) {
      return memory.socket(host.ipv4.path(), congestion(), host.counters);
    }
    return new TcpSocket(
        host.ipv4.path(),
        new ByteRing(bufferBytes),
        new ByteRing(bufferBytes),
        ranges,
        recovery(),
        congestion(),
        host.counters);
  }

  /**
   * @param ofCookies the socket that cookies are written with, or null
   */
  private TcpOption[] options(
      Host host, TcpSocket[] sockets, TcpSocket ofCookies, Entropy entropy) {
    List<TcpOption> options = new ArrayList<>();
    if (selective) {
      options.add(new SelectiveAck());
    }
    if (stamps) {
      options.add(new Timestamps(new KeyedHash(entropy), host.counters));
    }
    if (scale) {
      options.add(new WindowScale());
    }
    if (ecn) {
      Ecn all = new Ecn(sockets, asksEcn);
      if (ofCookies != null) {
        all.attach(ofCookies);
      }
      options.add(all);
    }
    if (urgent) {
      options.add(new UrgentMark());
    }
    if (fastOpen) {
      FastOpenCache cache = new FastOpenCache(FAST_OPEN_SERVERS, new KeyedHash(entropy));
      host.fastOpen = new FastOpen(new KeyedHash(entropy), cache, host.counters);
      options.add(host.fastOpen);
    }
    return options.toArray(new TcpOption[0]);
  }

  private LossRecovery recovery() {
    int segments = Math.max(32, Math.min(bufferBytes / 730, 4096));
    return selective ? new RecoveryByPeer(new Rack(segments), new NewReno()) : new NewReno();
  }

  private CongestionControl congestion() {
    CongestionControl made =
        switch (control) {
          case CUBIC -> new Cubic(INITIAL_WINDOW);
          case NONE -> new FixedWindow(1 << 30);
          default -> new Reno(INITIAL_WINDOW);
        };
    return keptWindow ? new KeptWindow(made) : made;
  }

  /** What a table calls a congestion control. */
  static String name(Control control) {
    return switch (control) {
      case RENO -> "Reno";
      case CUBIC -> "CUBIC";
      case NONE -> "none";
    };
  }

  @Override
  public String toString() {
    if (kind == Kind.MINIMAL) {
      return "minimal";
    }
    String text = kind == Kind.COPY ? name(control) : kind.name().toLowerCase(ROOT);
    text += ", " + connections + " connections, " + bufferBytes + " octets";
    text += memoryPercent == 0 ? "" : ", memory " + memoryPercent + " %";
    text += grows == 0 ? "" : ", grow " + grows + " times";
    if (kind != Kind.COPY) {
      return text;
    }
    return text
        + (selective ? ", SACK" : "")
        + (stamps ? ", timestamps" : "")
        + (scale ? ", scaling" : "")
        + (keptWindow ? ", kept window" : "")
        + (ecn ? asksEcn ? ", asks for ECN" : ", ECN" : "")
        + (cookies ? ", cookies" : "")
        + (urgent ? ", urgent marks" : "")
        + (fastOpen ? ", Fast Open" : "")
        + ", MTU "
        + sizes.name().toLowerCase(ROOT)
        + ", "
        + packets
        + " packets, "
        + ranges
        + " ranges";
  }
}
