// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import dev.tulle.buffer.ByteRing;
import dev.tulle.buffer.PacketPool;
import dev.tulle.ip.EphemeralPorts;
import dev.tulle.ip.Icmp;
import dev.tulle.ip.Ipv4Layer;
import dev.tulle.ip.Path;
import dev.tulle.ip.PathMtu;
import dev.tulle.ip.RateLimit;
import dev.tulle.ip.RouteList;
import dev.tulle.ip.Transport;
import dev.tulle.link.EthernetPort;
import dev.tulle.link.Link;
import dev.tulle.link.Neighbours;
import dev.tulle.profile.Host;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Stack;
import dev.tulle.tcp.MtuProbe;
import dev.tulle.tcp.NewReno;
import dev.tulle.tcp.Reno;
import dev.tulle.tcp.SegmentSize;
import dev.tulle.tcp.Tcp;
import dev.tulle.tcp.TcpOption;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.tcp.WindowScale;
import dev.tulle.udp.Udp;

/**
 * The minimal profile's TCP with larger buffers, window scaling and path MTU discovery: what the
 * plain rules of RFC 9293, 5681, 6298 and 6582 are tested on, without what Linux adds to them.
 */
public final class NewRenoHost {
  private static final int CONNECTIONS = 8;
  private static final int BUFFER_BYTES = 64 * 1024;

  private NewRenoHost() {}

  /** A host without an address yet. */
  public static Host host(Link link, long mac, Entropy entropy) {
    Host host = new Host();
    host.counters = new Counters();
    host.pool = new PacketPool(64, link.frameBytes());
    EthernetPort port = new EthernetPort(link, mac, host.pool, host.counters);
    host.port = port;
    Interface[] interfaces = {host.port};
    host.routes = new RouteList(interfaces, 4);
    host.ipv4 = new Ipv4Layer(interfaces, host.routes, host.pool, host.counters);
    host.pathMtu = new PathMtu(2, new KeyedHash(entropy), host.counters);
    host.ipv4.attach(host.pathMtu);
    host.neighbours = new Neighbours(port, 2, 3, new KeyedHash(entropy));
    port.attach(host.ipv4, host.neighbours);
    KeyedHash hash = new KeyedHash(entropy);
    host.icmp =
        new Icmp(host.ipv4, new RateLimit(20_000, 32_768, hash), new RateLimit(10, 64, hash));
    EphemeralPorts ports = new EphemeralPorts(new KeyedHash(entropy));
    Path[] paths = {host.ipv4.path()};
    host.udp = new Udp(paths, host.pool, host.counters, ports, 4096);
    host.tcp = tcp(host, ports, entropy);
    host.ipv4.attach(new Transport[] {host.tcp, host.udp, host.icmp}, host.icmp);
    host.stack = new Stack(interfaces, new Part[] {host.pathMtu, host.tcp, host.neighbours});
    return host;
  }

  private static Tcp tcp(Host host, EphemeralPorts ports, Entropy entropy) {
    TcpSocket[] sockets = new TcpSocket[CONNECTIONS];
    for (int i = 0; i < CONNECTIONS; i++) {
      sockets[i] =
          new TcpSocket(
              host.ipv4.path(),
              new ByteRing(BUFFER_BYTES),
              new ByteRing(BUFFER_BYTES),
              16,
              new NewReno(),
              new Reno(10),
              host.counters);
      sockets[i].attach(new SegmentSize(new MtuProbe()));
    }
    TcpOption[] options = {new WindowScale()};
    return new Tcp(sockets, options, host.ipv4.path(), ports, host.pool, host.counters, entropy);
  }
}
