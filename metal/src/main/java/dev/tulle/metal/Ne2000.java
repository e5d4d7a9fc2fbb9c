// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import dev.tulle.buffer.Packet;
import dev.tulle.stack.Status;
import org.teavm.interop.Address;

/**
 * The NE2000, an ISA card whose memory is reached a word at a time through a port.
 *
 * <p>That memory, 16 KB in pages of 256 octets, holds one frame to send and a ring of received
 * ones: the card writes at CURR, we read behind BNRY. Source: National Semiconductor, DP8390D data
 * sheet.
 */
public final class Ne2000 extends Nic {
  // Registers: the command selects which page of them is seen.
  private static final int COMMAND = 0;
  private static final int PAGE_START = 1;
  private static final int PAGE_STOP = 2;
  private static final int BOUNDARY = 3;
  private static final int SEND_PAGE = 4;
  private static final int SEND_COUNT = 5;
  private static final int STATUS = 7;
  private static final int DMA_ADDRESS = 8;
  private static final int DMA_COUNT = 10;
  private static final int RECEIVE_MODE = 12;
  private static final int SEND_MODE = 13;
  private static final int DATA_MODE = 14;
  private static final int INTERRUPTS = 15;
  private static final int DATA = 16;
  private static final int RESET = 31;

  // Registers of the second page.
  private static final int STATION = 1;
  private static final int CURRENT = 7;
  private static final int GROUPS = 8;

  // Commands.
  private static final int STOP = 0x21;
  private static final int START = 0x22;
  private static final int START_SECOND_PAGE = 0x62;
  private static final int STOP_SECOND_PAGE = 0x61;
  private static final int READ = 0x0A;
  private static final int WRITE = 0x12;
  private static final int SEND = 0x26;
  private static final int SENDING = 0x04;

  // Bits of the status.
  private static final int RECEIVED = 0x01;
  private static final int OVERFLOW = 0x10;
  private static final int DMA_DONE = 0x40;
  private static final int WAS_RESET = 0x80;

  /** Pages of the card's memory: a frame to send takes six, the ring the rest. */
  private static final int SEND_FIRST = 0x40;

  private static final int RING_FIRST = 0x46;
  private static final int RING_END = 0x80;

  /** In front of each received frame: status, next page, length with a check sequence of 4. */
  private static final int HEADER = 4;

  private final int port;

  /** The page that is read next. */
  private int next;

  /**
   * @param port its first port
   * @param line its interrupt, as its jumpers say
   */
  public Ne2000(int port, int line) {
    this.port = port;
    this.line = line;
    Metal.out8(port + RESET, Metal.in8(port + RESET));
    awaitStatus(WAS_RESET);
    Metal.out8(port + COMMAND, STOP);
    Metal.out8(port + DATA_MODE, 0x49); // words, no loopback, queue of 8
    // The address is in the card's first octets, each twice.
    dma(READ, 0, 12);
    for (int i = 0; i < 6; i++) {
      mac = mac << 8 | Metal.in16(port + DATA) & 0xFF;
    }
    start();
  }

  /** From the data sheet's sequence for a start; all that had arrived is lost. */
  private void start() {
    Metal.out8(port + COMMAND, STOP);
    Metal.out8(port + DATA_MODE, 0x49);
    Metal.out8(port + DMA_COUNT, 0);
    Metal.out8(port + DMA_COUNT + 1, 0);
    Metal.out8(port + RECEIVE_MODE, 0x20); // nothing is kept yet
    Metal.out8(port + SEND_MODE, 2); // and nothing leaves
    Metal.out8(port + PAGE_START, RING_FIRST);
    Metal.out8(port + PAGE_STOP, RING_END);
    Metal.out8(port + BOUNDARY, RING_FIRST);
    Metal.out8(port + STATUS, 0xFF);
    Metal.out8(port + INTERRUPTS, 0);
    Metal.out8(port + COMMAND, STOP_SECOND_PAGE);
    for (int i = 0; i < 6; i++) {
      Metal.out8(port + STATION + i, (int) (mac >> 40 - 8 * i));
    }
    for (int i = 0; i < 8; i++) {
      Metal.out8(port + GROUPS + i, 0xFF); // the stack knows which groups it is in
    }
    next = RING_FIRST + 1;
    Metal.out8(port + CURRENT, next);
    Metal.out8(port + COMMAND, START);
    Metal.out8(port + SEND_MODE, 0);
    Metal.out8(port + RECEIVE_MODE, 0x0C); // ours, broadcast, groups
  }

  @Override
  boolean quiet() {
    Metal.out8(port + STATUS, 0xFF);
    Metal.out8(port + INTERRUPTS, RECEIVED | OVERFLOW);
    return empty();
  }

  private boolean empty() {
    Metal.out8(port + COMMAND, START_SECOND_PAGE);
    int current = Metal.in8(port + CURRENT);
    Metal.out8(port + COMMAND, START);
    return current == next;
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    if ((Metal.in8(port + STATUS) & OVERFLOW) != 0) {
      start();
    }
    if (empty()) {
      return 0;
    }
    int address = next << 8;
    dma(READ, address, HEADER);
    int following = Metal.in16(port + DATA) >> 8;
    int octets = Metal.in16(port + DATA) - HEADER;
    boolean sane = following >= RING_FIRST && following < RING_END;
    if (!sane || octets <= 0 || octets > FRAME_BYTES) {
      start(); // we and the card do not agree where frames are
      return 0;
    }
    byte[] bytes = packet.bytes;
    dma(READ, address + HEADER, octets + 1 & ~1); // it wraps at the ring's end
    Metal.inWords(port + DATA, Address.ofObject(bytes), packet.head, octets & ~1);
    if ((octets & 1) != 0) {
      bytes[packet.head + octets - 1] = (byte) Metal.in16(port + DATA);
    }
    packet.end = packet.head + octets;
    next = following;
    Metal.out8(port + BOUNDARY, next == RING_FIRST ? RING_END - 1 : next - 1);
    return octets;
  }

  @Override
  public int send(Packet packet, long nowNs) {
    int patience = PATIENCE;
    while ((Metal.in8(port + COMMAND) & SENDING) != 0) {
      if (--patience == 0) {
        start();
        return Status.WOULD_BLOCK;
      }
    }
    byte[] bytes = packet.bytes;
    int octets = packet.length();
    dma(WRITE, SEND_FIRST << 8, octets + 1 & ~1);
    Metal.outWords(port + DATA, Address.ofObject(bytes), packet.head, octets & ~1);
    if ((octets & 1) != 0) {
      Metal.out16(port + DATA, bytes[packet.end - 1]);
    }
    awaitStatus(DMA_DONE);
    Metal.out8(port + SEND_PAGE, SEND_FIRST);
    Metal.out8(port + SEND_COUNT, octets);
    Metal.out8(port + SEND_COUNT + 1, octets >> 8);
    Metal.out8(port + COMMAND, SEND);
    return Status.OK;
  }

  /** Prepares to move octets through the data port. */
  private void dma(int command, int address, int octets) {
    Metal.out8(port + STATUS, DMA_DONE);
    Metal.out8(port + DMA_COUNT, octets);
    Metal.out8(port + DMA_COUNT + 1, octets >> 8);
    Metal.out8(port + DMA_ADDRESS, address);
    Metal.out8(port + DMA_ADDRESS + 1, address >> 8);
    Metal.out8(port + COMMAND, command);
  }

  private void awaitStatus(int bit) {
    int patience = PATIENCE;
    while ((Metal.in8(port + STATUS) & bit) == 0 && patience > 0) {
      patience--;
    }
  }
}
