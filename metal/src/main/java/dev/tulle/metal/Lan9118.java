// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Status;
import org.teavm.interop.Address;

/**
 * SMSC's LAN9118, whose queues are reached a word at a time through two registers.
 *
 * <p>Source: SMSC, LAN9118 data sheet.
 */
public final class Lan9118 extends Nic {
  private static final int RECEIVED_DATA = 0x00;
  private static final int DATA_TO_SEND = 0x20;
  private static final int RECEIVED_STATUS = 0x40;
  private static final int SENT_STATUS = 0x48;
  private static final int INTERRUPT_MODE = 0x54;
  private static final int CAUSE = 0x58;
  private static final int MASK = 0x5C;
  private static final int LEVELS = 0x68;
  private static final int SEND_MODE = 0x70;
  private static final int HARDWARE = 0x74;
  private static final int RECEIVED_LEVEL = 0x7C;
  private static final int SENT_LEVEL = 0x80;
  private static final int STATION_COMMAND = 0xA4;
  private static final int STATION_DATA = 0xA8;

  // Registers behind the station's two.
  private static final int STATION_CONTROL = 1;
  private static final int ADDRESS_HIGH = 2;
  private static final int ADDRESS_LOW = 3;

  // Bits.
  private static final int RESET = 1;
  private static final int STORE_AND_FORWARD = 1 << 20;
  private static final int SEND_QUEUE_5_KB = 5 << 16;
  private static final int ACTIVE_HIGH = 1 << 8 | 1 << 4 | 1;
  private static final int RECEIVED = 1 << 3;
  private static final int SENDING_ON = 2;
  private static final int BUSY = 1 << 31;
  private static final int READ = 1 << 30;
  private static final int FULL_DUPLEX = 1 << 20;
  private static final int ALL_GROUPS = 1 << 19;
  private static final int SEND_AND_RECEIVE = 1 << 3 | 1 << 2;
  private static final int ONE_BUFFER = 1 << 13 | 1 << 12;
  private static final int WRONG = 1 << 15;

  private static final int CHECK_BYTES = 4;

  private final int base;

  public Lan9118(int base, int line) {
    this.base = base;
    this.line = line;
    put(HARDWARE, RESET);
    int patience = PATIENCE;
    while ((get(HARDWARE) & RESET) != 0 && patience > 0) {
      patience--;
    }
    put(HARDWARE, STORE_AND_FORWARD | SEND_QUEUE_5_KB);
    put(MASK, 0);
    put(LEVELS, 0); // the first frame interrupts
    put(INTERRUPT_MODE, ACTIVE_HIGH);
    mac(station(ADDRESS_LOW), station(ADDRESS_HIGH));
    put(SEND_MODE, SENDING_ON);
    put(STATION_DATA, FULL_DUPLEX | ALL_GROUPS | SEND_AND_RECEIVE);
    command(BUSY | STATION_CONTROL);
  }

  @Override
  boolean quiet() {
    put(CAUSE, -1);
    put(MASK, RECEIVED);
    return framesWaiting() == 0;
  }

  private int framesWaiting() {
    return get(RECEIVED_LEVEL) >>> 16 & 0xFF;
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    while (framesWaiting() > 0) {
      int status = get(RECEIVED_STATUS);
      int length = status >>> 16 & 0x3FFF;
      int octets = length - CHECK_BYTES;
      int words = length + 3 >> 2;
      boolean good = (status & WRONG) == 0 && octets > 0 && octets <= FRAME_BYTES;
      if (good) {
        Metal.fromPort(base + RECEIVED_DATA, Address.ofObject(packet.bytes), packet.head, octets);
        words -= octets + 3 >> 2;
      }
      for (; words > 0; words--) {
        int unused = get(RECEIVED_DATA);
      }
      if (good) {
        packet.end = packet.head + octets;
        return octets;
      }
    }
    return 0;
  }

  @Override
  public int send(Packet packet, long nowNs) {
    for (int sent = get(SENT_LEVEL) >>> 16 & 0xFF; sent > 0; sent--) {
      int unused = get(SENT_STATUS); // or it would stop when that queue is full
    }
    int octets = packet.length();
    if ((get(SENT_LEVEL) & 0xFFFF) < octets + 12) {
      return Status.WOULD_BLOCK;
    }
    put(DATA_TO_SEND, ONE_BUFFER | octets);
    put(DATA_TO_SEND, octets);
    Metal.toPort(base + DATA_TO_SEND, Address.ofObject(packet.bytes), packet.head, octets);
    return Status.OK;
  }

  private int station(int register) {
    command(BUSY | READ | register);
    return get(STATION_DATA);
  }

  private void command(int command) {
    put(STATION_COMMAND, command);
    int patience = PATIENCE;
    while ((get(STATION_COMMAND) & BUSY) != 0 && patience > 0) {
      patience--;
    }
  }

  private int get(int register) {
    return Metal.read32(base + register);
  }

  private void put(int register, int value) {
    Metal.write32(base + register, value);
  }
}
