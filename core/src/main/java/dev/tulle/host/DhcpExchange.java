// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.ip.Endpoint;
import dev.tulle.link.EthernetPort;
import dev.tulle.stack.Counter;
import dev.tulle.stack.KeyedHash;
import dev.tulle.udp.Udp;
import dev.tulle.udp.UdpSocket;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dhcp;

/**
 * What a DHCP client says to servers and hears from them, in one transaction after another: {@link
 * DhcpClient} decides what.
 *
 * <p>Without an address, packets leave from 0.0.0.0 and answers come as broadcasts, which is asked
 * for (RFC 2131 4.1), so nothing below need know. Source: RFC 2131 4.1, 4.4.1.
 */
final class DhcpExchange {
  private static final long SECOND_NS = 1_000_000_000L;

  /** Headers of IPv4 and UDP. */
  private static final int HEADERS = 28;

  /** What was heard last, until something is said. */
  final byte[] message;

  private final EthernetPort port;
  private final Udp udp;
  private final KeyedHash random;
  private final byte[] scratch = new byte[4];
  private final Endpoint peer = new Endpoint();
  private UdpSocket socket;
  private int transaction;
  private long beganNs;

  DhcpExchange(EthernetPort port, Udp udp, KeyedHash random) {
    this.port = port;
    this.udp = udp;
    this.random = random;
    message = new byte[Math.max(port.mtu(), 576) - HEADERS];
  }

  /** Opens the client's port; false where that is taken. */
  boolean open() {
    socket = udp.bind(Dhcp.CLIENT_PORT);
    if (socket != null && socket.options != null) {
      socket.options.broadcast = true;
    }
    return socket != null;
  }

  void close() {
    socket.close();
  }

  /** Begins a transaction: answers to what was said before are void. */
  void begin(long nowNs) {
    transaction = random.draw();
    beganNs = nowNs;
  }

  /** Hears the next message; answers its octets or a negative status. */
  int hear() {
    return socket.receive(message, 0, message.length, peer);
  }

  /** Checks what was heard; answers the counter of why it is no answer, or -1. */
  int check(int octets) {
    byte[] b = message;
    if (octets < Dhcp.FIXED) {
      return Counter.DHCP_SHORT;
    }
    // RFC 2131 4.1, 4.4.1 (MUST): all that does not match the transaction is discarded.
    boolean matches =
        peer.port == Dhcp.SERVER_PORT
            && Dhcp.reply(b, 0)
            && Dhcp.transaction(b, 0) == transaction
            && Dhcp.clientHigh(b, 0) == (int) (port.mac() >>> 32)
            && Dhcp.clientLow(b, 0) == (int) port.mac();
    return matches ? -1 : Counter.DHCP_UNEXPECTED;
  }

  /** The type of what was heard. */
  int type(int octets) {
    return Dhcp.type(message, 0, octets, scratch);
  }

  /** The server that names itself in what was heard; 0 where none does. */
  int server(int octets) {
    int length = Dhcp.option(message, 0, octets, Dhcp.OPTION_SERVER, scratch);
    return length == 4 ? Bytes.i32(scratch, 0) : 0;
  }

  /**
   * Says something about a lease; what cannot leave now must be said again.
   *
   * @param ours whether we have the lease's address
   * @param all whether all servers shall hear it, though one has granted the lease
   */
  void say(int type, Lease lease, boolean ours, boolean all, long nowNs) {
    byte[] b = message;
    boolean asks = type == Dhcp.DISCOVER || type == Dhcp.REQUEST;
    long mac = port.mac();
    // RFC 2131 4.4.1 table 5: neither seconds nor the flag where no answer is waited for.
    int seconds = asks ? (int) Math.min((nowNs - beganNs) / SECOND_NS, 0xFFFF) : 0;
    int high = (int) (mac >>> 32) & 0xFFFF;
    int at = Dhcp.put(b, type, transaction, seconds, asks && !ours, high, (int) mac);
    if (ours) {
      Dhcp.putClientAddress(b, lease.address);
    } else if (lease.address != 0) {
      at = Dhcp.putAddress(b, at, Dhcp.OPTION_REQUESTED_ADDRESS, lease.address);
    }
    // RFC 2131 4.4.1 table 5: MUST and MUST NOT of the server's identifier.
    if (type != Dhcp.DISCOVER && lease.server != 0 && !(ours && type == Dhcp.REQUEST)) {
      at = Dhcp.putAddress(b, at, Dhcp.OPTION_SERVER, lease.server);
    }
    if (asks) {
      at = Dhcp.putWishes(b, at, message.length + HEADERS);
    }
    peer.set(ours && !all ? lease.server : -1, Dhcp.SERVER_PORT);
    int own = port.address;
    if (!ours) {
      port.address = 0; // RFC 2131 4.1 (MUST): whatever address the port has meanwhile
    }
    int unused = socket.send(b, 0, Dhcp.putEnd(b, at), peer, nowNs);
    port.address = own;
  }
}
