// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.udp.UdpSocket;
import dev.tulle.wire.Dns;
import java.nio.ByteBuffer;

/**
 * A program for the far machine that leads names to it, says of others that there are none, and
 * hands out one address by DHCP; beside it runs another program. {@code two} has an IPv6 address as
 * well, where nobody is, {@code mute} nothing but such addresses, and {@code both} has one where
 * the far machine may be.
 */
final class NameServer implements Program {
  private static final int LEASE_S = 120;

  private final Program beside;
  private final byte[] buffer = new byte[2000];
  private final Endpoint from = new Endpoint();
  private UdpSocket names;
  private UdpSocket leases;

  /** Requests for the address, and whether it was given back. */
  int requests;

  boolean released;
  boolean silent;

  /** Whether questions for IPv4 addresses get no answer. */
  boolean withholdFour;

  NameServer(Program beside) {
    this.beside = beside;
  }

  @Override
  public String name() {
    return "names";
  }

  @Override
  public String usage() {
    return "";
  }

  @Override
  public int take(Arguments arguments, int index) {
    return beside.take(arguments, index);
  }

  @Override
  public boolean complete() {
    return beside.complete();
  }

  @Override
  public int connections() {
    return beside.connections();
  }

  @Override
  public int bufferBytes() {
    return beside.bufferBytes();
  }

  @Override
  public int start(Host host, long nowNs) {
    names = host.udp.bind(53);
    leases = host.udp.bind(67);
    leases.options.broadcast = true;
    return beside.start(host, nowNs);
  }

  @Override
  public long poll(long nowNs) {
    int n;
    while ((n = names.receive(buffer, 0, buffer.length, from)) > 0) {
      if (!silent && (buffer[n - 3] == Dns.TYPE_AAAA || !withholdFour)) {
        names.send(buffer, 0, answer(n), from, nowNs);
      }
    }
    while ((n = leases.receive(buffer, 0, buffer.length, from)) > 0) {
      if (!silent && lease()) {
        leases.send(buffer, 0, 300, new Endpoint(-1, 68), nowNs);
      }
    }
    return Math.min(Part.NEVER, beside.poll(nowNs));
  }

  /** Turns a query into its answer. */
  private int answer(int octets) {
    ByteBuffer b = ByteBuffer.wrap(buffer);
    String query = new String(buffer, 12, octets - 12, ISO_8859_1);
    boolean six = b.getShort(octets - 4) == Dns.TYPE_AAAA;
    boolean mute = query.startsWith("\4mute");
    boolean here = query.startsWith("\4both");
    boolean both = mute || here || query.startsWith("\3two");
    boolean known = both || query.startsWith("\3far");
    b.putShort(2, (short) (known ? 0x8180 : 0x8183));
    if (!known || six && !both) {
      return octets;
    }
    b.putShort(6, (short) 1);
    b.position(octets);
    int type = six ? Dns.TYPE_AAAA : Dns.TYPE_A;
    b.putShort((short) 0xC00C).putShort((short) type).putShort((short) 1).putInt(60);
    if (six) {
      b.putShort((short) 16).putLong(0xFD00L << 48).putLong(here ? 2 : 0x99);
    } else {
      b.putShort((short) 4).putInt(mute ? World.FAR + 0x61 : World.FAR);
    }
    return b.position();
  }

  /** Turns a client's message into the answer; whether there is one. */
  private boolean lease() {
    int type = buffer[242];
    released |= type == 7;
    if (type != 1 && type != 3) {
      return false;
    }
    requests += type == 3 ? 1 : 0;
    ByteBuffer b = ByteBuffer.wrap(buffer);
    b.put(0, (byte) 2).putInt(16, World.NEAR);
    b.position(240);
    b.put(new byte[] {53, 1, (byte) (type == 1 ? 2 : 5), 54, 4}).putInt(World.FAR);
    b.put(new byte[] {51, 4}).putInt(LEASE_S).put(new byte[] {58, 4}).putInt(5);
    b.put(new byte[] {1, 4}).putInt(0xFFFFFF00).put(new byte[] {6, 4}).putInt(World.FAR);
    b.put(new byte[] {3, 4}).putInt(World.FAR);
    b.put(new byte[] {15, 7}).put("example".getBytes(ISO_8859_1)).put((byte) 255);
    return true;
  }

  @Override
  public void stop(long nowNs) {
    beside.stop(nowNs);
  }

  @Override
  public int exitCode() {
    return beside.exitCode();
  }
}
