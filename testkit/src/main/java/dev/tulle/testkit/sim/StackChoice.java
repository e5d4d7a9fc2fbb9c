// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import dev.tulle.buffer.ByteRing;
import dev.tulle.buffer.PacketPool;
import dev.tulle.ip.EphemeralPorts;
import dev.tulle.ip.Icmp;
import dev.tulle.ip.Ipv4Layer;
import dev.tulle.ip.RateLimit;
import dev.tulle.ip.Routes;
import dev.tulle.ip.Transport;
import dev.tulle.link.EthernetPort;
import dev.tulle.link.Link;
import dev.tulle.link.Neighbours;
import dev.tulle.profile.Client;
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
import dev.tulle.tcp.FixedWindow;
import dev.tulle.tcp.KeptWindow;
import dev.tulle.tcp.LossRecovery;
import dev.tulle.tcp.NewReno;
import dev.tulle.tcp.Rack;
import dev.tulle.tcp.RecoveryByPeer;
import dev.tulle.tcp.Reno;
import dev.tulle.tcp.SelectiveAck;
import dev.tulle.tcp.Tcp;
import dev.tulle.tcp.TcpOption;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.tcp.Timestamps;
import dev.tulle.tcp.WindowScale;
import java.util.ArrayList;
import java.util.List;

/** Which stack a simulated host runs: a profile as it is, or a copy with parts exchanged. */
public final class StackChoice {
  private static final int INITIAL_WINDOW = 10;

  /** The profiles, and a copy. */
  public enum Kind {
    MINIMAL,
    CLIENT,
    COPY
  }

  public Kind kind = Kind.CLIENT;

  /** How a copy controls congestion; NONE has a {@link FixedWindow} larger than any buffer. */
  public enum Control {
    RENO,
    CUBIC,
    NONE
  }

  /** Of a client or a copy. */
  public int connections = 16;

  public int bufferBytes = 64 * 1024;

  /** Of a copy. */
  public Control control = Control.RENO;

  public boolean keptWindow;
  public boolean selective = true;
  public boolean stamps = true;
  public boolean scale = true;
  public int ranges = 16;
  public int packets = 128;

  /** Octets of the largest window or send buffer. */
  int buffer() {
    return kind == Kind.MINIMAL ? 4096 : bufferBytes;
  }

  Host host(Link link, long mac, Entropy entropy) {
    switch (kind) {
      case MINIMAL:
        return Minimal.host(link, mac, entropy);
      case CLIENT:
        return Client.host(link, mac, entropy, connections, bufferBytes);
      default:
        return copy(link, mac, entropy);
    }
  }

  private Host copy(Link link, long mac, Entropy entropy) {
    Host host = new Host();
    host.counters = new Counters();
    host.pool = new PacketPool(packets, link.frameBytes());
    host.port = new EthernetPort(link, mac, host.pool, host.counters);
    Interface[] interfaces = {host.port};
    host.routes = new Routes(interfaces, 4);
    host.ipv4 = new Ipv4Layer(interfaces, host.routes, host.pool, host.counters);
    host.neighbours = new Neighbours(host.port, 2, 3, new KeyedHash(entropy));
    host.port.attach(host.ipv4, host.neighbours);
    KeyedHash hash = new KeyedHash(entropy);
    host.icmp = new Icmp(host.ipv4, new RateLimit(100, 1000, hash), new RateLimit(10, 64, hash));
    host.tcp = tcp(host, new EphemeralPorts(new KeyedHash(entropy)), entropy);
    host.ipv4.attach(new Transport[] {host.tcp, host.icmp}, host.icmp);
    host.stack = new Stack(interfaces, new Part[] {host.tcp, host.neighbours});
    return host;
  }

  private Tcp tcp(Host host, EphemeralPorts ports, Entropy entropy) {
    TcpSocket[] sockets = new TcpSocket[connections];
    for (int i = 0; i < connections; i++) {
      sockets[i] =
          new TcpSocket(
              host.ipv4.path(),
              new ByteRing(bufferBytes),
              new ByteRing(bufferBytes),
              ranges,
              recovery(),
              congestion(),
              host.counters);
    }
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
    TcpOption[] all = options.toArray(new TcpOption[0]);
    return new Tcp(sockets, all, host.ipv4.path(), ports, host.pool, host.counters, entropy);
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
    String text = kind == Kind.CLIENT ? "client" : name(control);
    text += ", " + bufferBytes + " octets";
    if (kind == Kind.CLIENT) {
      return text;
    }
    return text
        + (selective ? ", SACK" : "")
        + (stamps ? ", timestamps" : "")
        + (scale ? ", scaling" : "")
        + (keptWindow ? ", kept window" : "")
        + ", "
        + packets
        + " packets, "
        + ranges
        + " ranges";
  }
}
