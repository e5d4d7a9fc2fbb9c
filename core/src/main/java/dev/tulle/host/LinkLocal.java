// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.link.AddressConflict;
import dev.tulle.link.EthernetPort;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.tcp.Tcp;

/**
 * Takes an address of 169.254/16 where no DHCP server answers, so that neighbours can talk all the
 * same, and leaves it as soon as one does.
 *
 * <p>{@link #start} begins, together with the DHCP client, which goes on asking. Nothing with such
 * an address leaves the link, since its subnet is the only route. The profile Full has it. Source:
 * RFC 3927.
 */
public final class LinkLocal implements Part {
  /** RFC 3927 2.1: the first and last 256 addresses are reserved. */
  private static final int FIRST = 169 << 24 | 254 << 16 | 1 << 8;

  private static final int COUNT = 254 << 8;
  private static final int MASK = -1 << 16;

  /** How long DHCP may be silent; RFC 3927 leaves it open, three DISCOVERs take this long. */
  private static final long SILENCE_NS = 12_000_000_000L;

  /** RFC 3927 9: DEFEND_INTERVAL, MAX_CONFLICTS and RATE_LIMIT_INTERVAL. */
  private static final long DEFEND_NS = 10_000_000_000L;

  private static final int MOST_CONFLICTS = 10;
  private static final long RATE_LIMIT_NS = 60_000_000_000L;

  private final EthernetPort port;
  private final Tcp tcp;
  private final DhcpClient dhcp;
  private final AddressConflict conflict;

  /** Not a secret: the same port shall come to the same address again. */
  private final KeyedHash sequence = new KeyedHash(169, 254);

  /** The address that is probed for or in use; 0 where there is none. */
  private int address;

  /** Whether there is no DHCP to wait for. */
  private boolean alone;

  private int attempts;
  private int conflicts;
  private long contestedNs;
  private long deadlineNs = NEVER;

  /**
   * @param tcp whose connections end with the address
   */
  public LinkLocal(EthernetPort port, Tcp tcp, DhcpClient dhcp, AddressConflict conflict) {
    this.port = port;
    this.tcp = tcp;
    this.dhcp = dhcp;
    this.conflict = conflict;
  }

  /** Takes such an address at once, where DHCP was not started. */
  public void startAlone(long nowNs) {
    alone = true;
    attempts = 0;
    deadlineNs = nowNs;
  }

  /** Waits for DHCP from now on, and helps where that is silent. */
  public void start(long nowNs) {
    alone = false;
    attempts = 0;
    deadlineNs = nowNs + SILENCE_NS;
  }

  /** Stops, and takes the address away. */
  public void stop() {
    leave();
    deadlineNs = NEVER;
  }

  /** Whether the port has such an address now. */
  public boolean bound() {
    return address != 0 && port.address == address;
  }

  @Override
  public long poll(long nowNs) {
    boolean silent =
        alone || dhcp.state() == DhcpClient.INIT || dhcp.state() == DhcpClient.SELECTING;
    if (address != 0 && !silent) {
      forget(nowNs); // RFC 3927 1.9 (SHOULD): not both; the client has the port now
    } else if (address != 0 && conflict.conflicts() != conflicts) {
      contested(nowNs);
    }
    if (deadlineNs - nowNs <= 0) {
      if (silent) {
        choose(nowNs);
      } else {
        deadlineNs = nowNs + SILENCE_NS;
      }
    }
    return deadlineNs;
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }

  /** Probes for the next address of a sequence that is this port's own. RFC 3927 2.1 (SHOULD). */
  private void choose(long nowNs) {
    long draw = sequence.begin().add(port.mac()).add(attempts).end();
    address = FIRST + (int) ((draw >>> 32) * COUNT >>> 32);
    conflicts = conflict.conflicts();
    conflict.claim(address, MASK, nowNs);
    deadlineNs = NEVER;
  }

  private void contested(long nowNs) {
    conflicts = conflict.conflicts();
    // RFC 3927 2.5 (b): defended once; another one within ten seconds ends its use (MUST).
    if (bound() && contestedNs - nowNs <= 0) {
      contestedNs = nowNs + DEFEND_NS;
      return;
    }
    leave();
    // RFC 3927 2.2.1 (MUST): another address; after ten conflicts one a minute.
    deadlineNs = ++attempts >= MOST_CONFLICTS ? nowNs + RATE_LIMIT_NS : nowNs;
  }

  /** Leaves the port to the DHCP client, and looks later whether that fell silent again. */
  private void forget(long nowNs) {
    if (dhcp.state() < DhcpClient.PROBING) {
      leave();
    }
    address = 0;
    deadlineNs = nowNs + SILENCE_NS;
  }

  private void leave() {
    if (bound()) {
      tcp.strand();
      port.address = 0;
      port.mask = 0;
    }
    if (address != 0) {
      conflict.drop();
    }
    address = 0;
  }
}
