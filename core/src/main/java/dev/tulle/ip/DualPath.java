// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Ipv6;

/**
 * A path over whichever family the address at the other end is of.
 *
 * <p>Connections are many, so it is hardly larger than a path over IPv6: over IPv4 the addresses
 * are kept in the same fields, and what is to be done is done by the one IPv4 path of the stack,
 * which takes them over for each call.
 */
public class DualPath extends Ipv6Path {
  boolean overFour = true;

  /** Of IPv4. */
  Interface out;

  /** A path that points nowhere yet. */
  public DualPath(Ipv6Layer ipv6) {
    super(ipv6);
  }

  /** The stack's IPv4 path, pointing where this one does. */
  private Ipv4Path four() {
    Ipv4Path four = ipv6.four;
    four.local = (int) localLow;
    four.remote = (int) remoteLow;
    four.nextHop = (int) localHigh;
    four.via = out;
    four.knownMtu = knownMtu;
    four.mtuGeneration = mtuGeneration;
    four.service = service;
    return four;
  }

  /** Points where the stack's IPv4 path does. */
  private void follow() {
    Ipv4Path four = ipv6.four;
    overFour = true;
    localLow = four.local;
    remoteLow = four.remote;
    localHigh = four.nextHop;
    out = four.via;
    mtuGeneration = 0;
  }

  /** Whether a packet that came in is IPv4's. */
  static boolean four(Packet packet) {
    return Ipv6.version(packet.bytes, packet.network) != 6;
  }

  private void toSix() {
    if (overFour) {
      overFour = false;
      via = null;
    }
  }

  @Override
  public int open(Endpoint remote) {
    if (remote.six()) {
      toSix();
      return super.open(remote);
    }
    int status = ipv6.four.open(remote);
    follow();
    return status;
  }

  @Override
  public void answer(Packet packet) {
    if (four(packet)) {
      ipv6.four.answer(packet);
      follow();
    } else {
      toSix();
      super.answer(packet);
    }
  }

  @Override
  public void copy(Path other) {
    DualPath path = (DualPath) other;
    super.copy(path);
    overFour = path.overFour;
    out = path.out;
  }

  @Override
  public boolean group() {
    return overFour ? four().group() : super.group();
  }

  @Override
  public boolean matches(Packet packet) {
    return four(packet)
        ? overFour && packet.source == (int) remoteLow && packet.destination == (int) localLow
        : !overFour && super.matches(packet);
  }

  @Override
  public boolean same(Path other) {
    DualPath path = (DualPath) other;
    return overFour == path.overFour
        && (overFour ? localLow == path.localLow && remoteLow == path.remoteLow : super.same(path));
  }

  @Override
  public void addTo(KeyedHash hash) {
    if (overFour) {
      four().addTo(hash);
    } else {
      super.addTo(hash);
    }
  }

  @Override
  public void addTo(KeyedHash hash, Packet packet) {
    if (four(packet)) {
      ipv6.four.addTo(hash, packet);
    } else {
      super.addTo(hash, packet);
    }
  }

  @Override
  public void addRemoteTo(KeyedHash hash) {
    if (overFour) {
      four().addRemoteTo(hash);
    } else {
      super.addRemoteTo(hash);
    }
  }

  @Override
  public int payloadBytes() {
    if (!overFour) {
      return super.payloadBytes();
    }
    Ipv4Path four = four();
    int bytes = four.payloadBytes();
    knownMtu = four.knownMtu;
    mtuGeneration = four.mtuGeneration;
    return bytes;
  }

  @Override
  public int mostBytes() {
    return overFour ? four().mostBytes() : super.mostBytes();
  }

  @Override
  public Packet take(int payload) {
    return overFour ? four().take(payload) : super.take(payload);
  }

  @Override
  public int linkPayloadBytes() {
    return overFour ? four().linkPayloadBytes() : super.linkPayloadBytes();
  }

  @Override
  public boolean tooBig(int mtu, int payload, long nowNs) {
    return overFour ? four().tooBig(mtu, payload, nowNs) : super.tooBig(mtu, payload, nowNs);
  }

  @Override
  public int pseudoHeaderSum(int protocol, int length) {
    return overFour
        ? four().pseudoHeaderSum(protocol, length)
        : super.pseudoHeaderSum(protocol, length);
  }

  @Override
  public void output(Packet packet, int protocol, long nowNs) {
    if (overFour) {
      four().output(packet, protocol, nowNs);
    } else {
      super.output(packet, protocol, nowNs);
    }
  }

  @Override
  public void keepSource(Packet packet, byte[] to, int at) {
    if (four(packet)) {
      Bytes.put64(to, at, 0);
      Bytes.put64(to, at + 8, 0);
      ipv6.four.keepSource(packet, to, at + 16);
    } else {
      super.keepSource(packet, to, at);
    }
  }

  @Override
  public void keepTarget(Packet packet, byte[] to, int at) {
    if (four(packet)) {
      Bytes.put64(to, at, 0);
      Bytes.put64(to, at + 8, 0);
      ipv6.four.keepTarget(packet, to, at + 16);
    } else {
      super.keepTarget(packet, to, at);
    }
  }

  @Override
  public void keepReporter(Packet packet, byte[] to, int at) {
    if (four(packet)) {
      Bytes.put64(to, at, 0);
      Bytes.put64(to, at + 8, 0);
      ipv6.four.keepReporter(packet, to, at + 16);
    } else {
      super.keepReporter(packet, to, at);
    }
  }

  @Override
  public int timeToLive(Packet packet) {
    return four(packet) ? ipv6.four.timeToLive(packet) : super.timeToLive(packet);
  }

  @Override
  public boolean checksumOptional() {
    return overFour;
  }

  @Override
  public boolean broadcast() {
    return overFour && four().broadcast();
  }

  @Override
  public void source(byte[] kept, int at, int port, Endpoint endpoint) {
    if ((Bytes.i64(kept, at) | Bytes.i64(kept, at + 8)) != 0) {
      super.source(kept, at, port, endpoint);
    } else {
      ipv6.four.source(kept, at + 16, port, endpoint);
    }
  }

  @Override
  public void remote(Endpoint endpoint) {
    if (overFour) {
      four().remote(endpoint);
    } else {
      super.remote(endpoint);
    }
  }

  @Override
  public void local(Endpoint endpoint) {
    if (overFour) {
      four().local(endpoint);
    } else {
      super.local(endpoint);
    }
  }

  @Override
  public void confirm(long nowNs) {
    if (!overFour) {
      super.confirm(nowNs);
    }
  }
}
