// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.forward;

import dev.tulle.stack.Counter;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Status;
import dev.tulle.wire.Ipv4;
import dev.tulle.wire.TcpHeader;

/**
 * Lets a network of private addresses use the one address of an outside interface: each address and
 * port inside has a port outside, whoever it talks to.
 *
 * <p>The port is the same as inside where that is free, otherwise one that a stranger cannot guess,
 * of the same range and parity. Who sends to it from outside reaches the host inside (endpoint-
 * independent filtering), so a {@link Filter} says who may; the same goes for a host inside that
 * sends to the outside address of another (hairpinning). A port forward is a mapping that stays.
 * Payload is never looked into. Source: RFC 4787, RFC 5382, RFC 5508, RFC 7857, RFC 3022.
 */
public final class Nat44 {
  /** Ports that are tried for one that is free, before a packet is dropped. */
  private static final int TRIES = 256;

  /** The first port that is not a well-known one. */
  private static final int FIRST_PORT = 1024;

  private final Interface outside;
  private final KeyedHash hash;
  private final Mapping[] byInside;
  private final Mapping[] byOutside;
  private Mapping free;
  private int count;
  private int refusal;

  /** Null where the router has no sockets of its own. */
  private OwnPorts ownPorts;

  /** The outside interface's address when the first mapping was made. */
  private int address;

  /**
   * @param outside the interface whose address the inside has
   * @param mappings at most; a power of two
   */
  public Nat44(Interface outside, int mappings, KeyedHash hash) {
    this.outside = outside;
    this.hash = hash;
    byInside = new Mapping[mappings];
    byOutside = new Mapping[mappings];
    for (int i = 0; i < mappings; i++) {
      Mapping mapping = new Mapping();
      mapping.nextInside = free;
      free = mapping;
    }
  }

  /** Says which ports are not the hosts' inside; once, at assembly. */
  public void attach(OwnPorts own) {
    ownPorts = own;
  }

  /** Whether a port outside is one inside. */
  public boolean mapped(int protocol, int port) {
    return outsideOf(protocol, port) != null;
  }

  /** How many mappings there are, port forwards among them. */
  public int count() {
    return count;
  }

  /** How many there may be. */
  public int most() {
    return byInside.length;
  }

  /**
   * Forwards a port of the outside address to a host inside.
   *
   * @param protocol 6 for TCP, 17 for UDP
   * @return 0, {@code Status.IN_USE}, {@code Status.NO_RESOURCES}, or {@code Status.INVALID}
   */
  public int forward(int protocol, int outsidePort, int toAddress, int toPort) {
    boolean known = protocol == TcpHeader.PROTOCOL || protocol == Ipv4.PROTOCOL_UDP;
    if (!known || outsidePort < 1 || outsidePort > 0xFFFF || toPort < 1 || toPort > 0xFFFF) {
      return Status.INVALID;
    }
    if (outsideOf(protocol, outsidePort) != null) {
      return Status.IN_USE;
    }
    Mapping mapping = add(protocol, toAddress, toPort, outsidePort);
    if (mapping == null) {
      return Status.NO_RESOURCES;
    }
    mapping.uses = 1;
    return Status.OK;
  }

  /** The counter of why {@link #source} answered null. */
  int refusal() {
    return refusal;
  }

  boolean outside(Interface port) {
    return outside.is(port);
  }

  /** The outside address; 0 where there is none. */
  int address() {
    return outside.address;
  }

  /** Whether the outside has another address than when this last answered true. */
  boolean moved() {
    boolean moved = address != outside.address;
    address = outside.address;
    return moved;
  }

  /**
   * The mapping that a packet from outside, or round the corner, is for; or null, as for a query of
   * ICMP: its identifier is its sender's, not one of ours.
   */
  Mapping target(Tuple tuple) {
    return tuple.destination == outside.address
            && tuple.sourcePort != 0
            && tuple.destinationPort != 0
        ? outsideOf(tuple.protocol, tuple.destinationPort)
        : null;
  }

  /** The mapping of a packet's source, made where there is none; null where {@link #refusal}. */
  Mapping source(Tuple tuple) {
    int protocol = tuple.protocol;
    if (tuple.sourcePort == 0 && protocol != Ipv4.PROTOCOL_ICMP || outside.address == 0) {
      refusal = outside.address == 0 ? Counter.NAT_NO_ADDRESS : Counter.NAT_PROTOCOL;
      return null;
    }
    int slot = inside(protocol, tuple.source, tuple.sourcePort);
    for (Mapping m = byInside[slot]; m != null; m = m.nextInside) {
      if (m.address == tuple.source && m.port == tuple.sourcePort && m.protocol == protocol) {
        return m;
      }
    }
    int port = choose(protocol, tuple.sourcePort);
    Mapping mapping = port < 0 ? null : add(protocol, tuple.source, tuple.sourcePort, port);
    if (mapping == null) {
      refusal = Counter.NAT_NO_PORT;
    }
    return mapping;
  }

  /** A port that is free: RFC 4787 4.2.1 REQ-3 (never shared), 4.2.2 REQ-4 (parity). */
  private int choose(int protocol, int wanted) {
    if (free(protocol, wanted)) {
      return wanted;
    }
    // REQ-3a: well-known stays well-known. Identifiers of ICMP have neither range nor parity.
    boolean low = wanted < FIRST_PORT && protocol != Ipv4.PROTOCOL_ICMP;
    int first = low || protocol == Ipv4.PROTOCOL_ICMP ? 0 : FIRST_PORT;
    int ports = low ? FIRST_PORT : 0x10000 - first;
    int drawn = hash.draw() >>> 8; // far from where it would turn negative
    for (int i = 0; i < TRIES; i++) {
      int port = first + ((drawn + 2 * i) % ports & ~1) + (wanted & 1);
      if (port != 0 && free(protocol, port)) {
        return port;
      }
    }
    return -1;
  }

  private boolean free(int protocol, int port) {
    return outsideOf(protocol, port) == null
        && (ownPorts == null || !ownPorts.uses(protocol, port));
  }

  private Mapping outsideOf(int protocol, int port) {
    Mapping m = byOutside[port & byOutside.length - 1];
    while (m != null && (m.outsidePort != port || m.protocol != protocol)) {
      m = m.nextOutside;
    }
    return m;
  }

  private int inside(int protocol, int address, int port) {
    return hash.of((long) address << 32 | port << 8 | protocol) & byInside.length - 1;
  }

  private Mapping add(int protocol, int address, int port, int outsidePort) {
    Mapping mapping = free;
    if (mapping == null) {
      return null;
    }
    free = mapping.nextInside;
    count++;
    mapping.protocol = protocol;
    mapping.address = address;
    mapping.port = port;
    mapping.outsidePort = outsidePort;
    mapping.uses = 0;
    int slot = inside(protocol, address, port);
    mapping.nextInside = byInside[slot];
    byInside[slot] = mapping;
    slot = outsidePort & byOutside.length - 1;
    mapping.nextOutside = byOutside[slot];
    byOutside[slot] = mapping;
    return mapping;
  }

  /** Gives back a mapping that one connection less uses. */
  void release(Mapping mapping) {
    if (--mapping.uses > 0) {
      return;
    }
    int slot = inside(mapping.protocol, mapping.address, mapping.port);
    Mapping m = byInside[slot];
    if (m == mapping) {
      byInside[slot] = mapping.nextInside;
    } else {
      while (m.nextInside != mapping) {
        m = m.nextInside;
      }
      m.nextInside = mapping.nextInside;
    }
    slot = mapping.outsidePort & byOutside.length - 1;
    m = byOutside[slot];
    if (m == mapping) {
      byOutside[slot] = mapping.nextOutside;
    } else {
      while (m.nextOutside != mapping) {
        m = m.nextOutside;
      }
      m.nextOutside = mapping.nextOutside;
    }
    mapping.nextInside = free;
    free = mapping;
    count--;
  }
}
