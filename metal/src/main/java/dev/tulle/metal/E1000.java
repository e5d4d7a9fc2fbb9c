// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Status;
import org.teavm.interop.Address;

/**
 * Intel's 82540EM, a PCI card that reads and writes memory itself.
 *
 * <p>Two rings of descriptors, sixteen octets each, tell it where: those at and behind the head are
 * the card's, up to the tail, which we move. Source: Intel, PCI/PCI-X Family of Gigabit Ethernet
 * Controllers, Software Developer's Manual.
 */
public final class E1000 extends Nic {
  private static final int ID = 0x100E_8086;

  // Registers.
  private static final int CONTROL = 0x0000;
  private static final int CAUSE = 0x00C0;
  private static final int MASK_SET = 0x00D0;
  private static final int MASK_CLEAR = 0x00D8;
  private static final int RECEIVE_CONTROL = 0x0100;
  private static final int SEND_CONTROL = 0x0400;
  private static final int SEND_GAP = 0x0410;
  private static final int RECEIVE_RING = 0x2800;
  private static final int SEND_RING = 0x3800;
  private static final int GROUPS = 0x5200;
  private static final int ADDRESS_LOW = 0x5400;
  private static final int ADDRESS_HIGH = 0x5404;

  // Of a ring, behind its first register.
  private static final int RING_HIGH = 0x04;
  private static final int RING_OCTETS = 0x08;
  private static final int HEAD = 0x10;
  private static final int TAIL = 0x18;

  // Bits.
  private static final int RESET = 1 << 26;
  private static final int LINK_UP = 1 << 6;
  private static final int RECEIVED = 1 << 7 | 1 << 6 | 1 << 4; // a frame, an overrun, few left
  private static final int DONE = 1;
  private static final int WHOLE = 2;

  private static final int DESCRIPTOR = 16;
  private static final int STATUS = 12;
  private static final int FRAMES = 8;
  private static final int BUFFER_BYTES = 2048;

  private final int base;
  private final byte[] received = new byte[FRAMES * BUFFER_BYTES];
  private final byte[] sent = new byte[FRAMES * BUFFER_BYTES];
  private final int receivedAt = Metal.addressOf(Address.ofObject(received));
  private final int sentAt = Metal.addressOf(Address.ofObject(sent));
  private final int receiveRing;
  private final int sendRing;
  private int nextReceived;
  private int nextSent;

  /** Finds and starts the card; the machine stops where there is none. */
  public E1000() {
    int slot = Pci.find(ID);
    if (slot == Pci.NONE) {
      MetalConsole.say("tulle: no 82540EM on the PCI bus\n");
      Metal.exit(1);
    }
    int command = Pci.read(slot, Pci.COMMAND);
    Pci.write(slot, Pci.COMMAND, command & 0xFFFF | Pci.MEMORY_AND_MASTER);
    base = Pci.read(slot, Pci.FIRST_ADDRESS) & ~15;
    line = Pci.read(slot, Pci.INTERRUPT) & 15;
    put(MASK_CLEAR, -1);
    put(CONTROL, get(CONTROL) | RESET);
    long untilNs = Metal.monotonicNs() + 10_000_000L; // 1 us, and time to read its EEPROM
    while (Metal.monotonicNs() - untilNs < 0) {
      // Nothing may be asked of it meanwhile.
    }
    put(MASK_CLEAR, -1);
    put(CONTROL, get(CONTROL) | LINK_UP);
    mac(get(ADDRESS_LOW), get(ADDRESS_HIGH));
    for (int i = 0; i < 128; i++) {
      put(GROUPS + 4 * i, -1); // the stack knows which groups it is in
    }
    receiveRing = ring(RECEIVE_RING);
    sendRing = ring(SEND_RING);
    for (int i = 0; i < FRAMES; i++) {
      Metal.write32(receiveRing + i * DESCRIPTOR, receivedAt + i * BUFFER_BYTES);
    }
    put(RECEIVE_RING + TAIL, FRAMES - 1);
    put(RECEIVE_CONTROL, 1 << 26 | 1 << 15 | 2); // no check sequence, broadcast, on
    put(SEND_GAP, 10 | 8 << 10 | 6 << 20);
    put(SEND_CONTROL, 0x40 << 12 | 0x0F << 4 | 8 | 2); // full duplex, padded, on
  }

  /** Makes an empty ring, and answers where it is: descriptors need a multiple of 16. */
  private int ring(int register) {
    byte[] memory = new byte[FRAMES * DESCRIPTOR + DESCRIPTOR];
    int at = Metal.addressOf(Address.ofObject(memory)) + DESCRIPTOR - 1 & -DESCRIPTOR;
    put(register, at);
    put(register + RING_HIGH, 0);
    put(register + RING_OCTETS, FRAMES * DESCRIPTOR);
    put(register + HEAD, 0);
    put(register + TAIL, 0);
    return at;
  }

  @Override
  boolean quiet() {
    int unused = get(CAUSE); // reading takes it back
    put(MASK_SET, RECEIVED);
    return (Metal.read32(receiveRing + nextReceived * DESCRIPTOR + STATUS) & DONE) == 0;
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    int octets = 0;
    while (octets == 0) {
      int descriptor = receiveRing + nextReceived * DESCRIPTOR;
      int status = Metal.read32(descriptor + STATUS);
      if ((status & DONE) == 0) {
        return 0;
      }
      int length = Metal.read32(descriptor + STATUS - 4) & 0xFFFF;
      if ((status & WHOLE) != 0 && (status & 0xFF00) == 0 && length <= FRAME_BYTES) {
        octets = length;
        int at = nextReceived * BUFFER_BYTES;
        System.arraycopy(received, at, packet.bytes, packet.head, octets);
        packet.end = packet.head + octets;
      }
      Metal.write32(descriptor + STATUS, 0);
      put(RECEIVE_RING + TAIL, nextReceived);
      nextReceived = (nextReceived + 1) % FRAMES;
    }
    return octets;
  }

  @Override
  public int send(Packet packet, long nowNs) {
    int descriptor = sendRing + nextSent * DESCRIPTOR;
    int following = (nextSent + 1) % FRAMES;
    if (following == get(SEND_RING + HEAD)) {
      return Status.WOULD_BLOCK;
    }
    int octets = packet.length();
    System.arraycopy(packet.bytes, packet.head, sent, nextSent * BUFFER_BYTES, octets);
    Metal.write32(descriptor, sentAt + nextSent * BUFFER_BYTES);
    Metal.write32(descriptor + 8, octets | 3 << 24); // whole, and with a check sequence
    Metal.write32(descriptor + STATUS, 0);
    nextSent = following;
    put(SEND_RING + TAIL, nextSent);
    return Status.OK;
  }

  private int get(int register) {
    return Metal.read32(base + register);
  }

  private void put(int register, int value) {
    Metal.write32(base + register, value);
  }
}
