// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit.sim;

import dev.tulle.testkit.Frames;
import dev.tulle.testkit.Octets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/** Watches what one host sends, connection by connection, and sums it all up in a digest. */
final class WireOracle implements Watcher {
  private static final int ETHERNET = 14;
  private static final int TCP = 6;
  private static final long PRIME = 0x100000001B3L;

  private final String host;
  private final boolean forgets;
  private final boolean cookies;
  private final Map<Long, WireFlow> flows = new HashMap<>();
  private final CRC32C crc = new CRC32C();

  /** Of all frames sent, and when: two runs are the same where this is. */
  long digest;

  long frames;

  /**
   * @param forgets whether the host may forget what its SYN-ACKs have offered
   * @param cookies whether it may answer SYNs with cookies
   */
  WireOracle(String host, boolean forgets, boolean cookies) {
    this.cookies = cookies;
    this.host = host;
    this.forgets = forgets;
  }

  /** A connection's flow; there is none before its first segment. */
  WireFlow flow(int remote, int localPort, int remotePort) {
    return flows.get(key(remote, localPort, remotePort));
  }

  @Override
  public void sent(byte[] bytes, long nowNs) {
    crc.reset();
    crc.update(bytes, 0, bytes.length);
    digest = (digest ^ crc.getValue() ^ nowNs) * PRIME;
    frames++;
    if (!tcp(bytes)) {
      return;
    }
    int at = ETHERNET + header(bytes);
    int remote = Octets.i32(bytes, ETHERNET + 16);
    Long key = key(remote, Octets.u16(bytes, at), Octets.u16(bytes, at + 2));
    WireFlow flow = flows.computeIfAbsent(key, k -> new WireFlow(forgets, cookies));
    String wrong = flow.sent(bytes, at, octets(bytes), bytes[ETHERNET + 1]);
    if (wrong != null) {
      throw new Violation(
          host
              + " "
              + wrong
              + ", ports "
              + Octets.u16(bytes, at)
              + " to "
              + Octets.u16(bytes, at + 2)
              + ", at "
              + nowNs / 1e9
              + " s");
    }
  }

  @Override
  public void received(byte[] bytes, boolean corrupt, long nowNs) {
    if (corrupt || !tcp(bytes)) {
      return;
    }
    int at = ETHERNET + header(bytes);
    int remote = Octets.i32(bytes, ETHERNET + 12);
    Long key = key(remote, Octets.u16(bytes, at + 2), Octets.u16(bytes, at));
    flows
        .computeIfAbsent(key, k -> new WireFlow(forgets, cookies))
        .received(bytes, at, octets(bytes), bytes[ETHERNET + 1]);
  }

  private static boolean tcp(byte[] b) {
    return Octets.u16(b, 12) == Frames.ETHERTYPE_IPV4 && b[ETHERNET + 9] == TCP;
  }

  private static int header(byte[] b) {
    return (b[ETHERNET] & 15) * 4;
  }

  private static int octets(byte[] b) {
    return Octets.u16(b, ETHERNET + 2) - header(b);
  }

  private static Long key(int remote, int localPort, int remotePort) {
    return (long) remote << 32 | (long) localPort << 16 | remotePort;
  }
}
