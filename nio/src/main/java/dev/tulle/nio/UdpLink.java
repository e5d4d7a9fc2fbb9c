// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.buffer.Packet;
import dev.tulle.link.IpLink;
import dev.tulle.stack.Status;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A tunnel over UDP: each IP packet is the payload of a datagram between this process and another,
 * on any system and without rights.
 *
 * <p>Packets come from the peer's address and port alone, but nothing is encrypted and nobody shows
 * who he is: it is for tests, and for networks whose hosts are trusted. A thread of the link's own
 * waits in the machine's socket.
 */
public final class UdpLink implements IpLink, WaitingLink, AutoCloseable {
  /** What fits into a packet of 1,500 octets behind headers of IPv6 and UDP. */
  private static final int MTU = 1452;

  /** Packets that wait for the stack; what comes then is lost, as in a full socket. */
  private static final int PACKETS = 512;

  private final DatagramSocket socket;
  private final ReentrantLock lock = new ReentrantLock();
  private final Sleeper sleeper = new Sleeper();
  private final DatagramPacket outgoing = new DatagramPacket(new byte[0], 0);

  /** A ring of packets: those from {@code first} on, {@code count} of them, wait to be received. */
  private final byte[][] packets = new byte[PACKETS][MTU + 1];

  private final int[] lengths = new int[PACKETS];
  private int first;
  private int count;
  private volatile boolean down;

  /**
   * Opens a tunnel.
   *
   * @param peer where packets go, and whose are taken
   * @param localPort where the peer sends to; 0 for one that the system chooses
   */
  public UdpLink(InetSocketAddress peer, int localPort) throws IOException {
    socket = new DatagramSocket(localPort);
    try {
      socket.connect(peer);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    Thread reader = new Thread(this::read, "tulle udp link");
    reader.setDaemon(true);
    reader.start();
  }

  /** The port where the peer has to send to. */
  public int localPort() {
    return socket.getLocalPort();
  }

  private void read() {
    DatagramPacket datagram = new DatagramPacket(new byte[MTU + 1], MTU + 1);
    while (!down) {
      try {
        datagram.setLength(MTU + 1);
        socket.receive(datagram);
        arrived(datagram);
      } catch (PortUnreachableException e) {
        continue; // the peer is not there yet, or not any more: TCP asks again
      } catch (IOException e) {
        down = true; // closed, by us or by the system
      }
      sleeper.wake();
    }
  }

  private void arrived(DatagramPacket datagram) {
    int length = datagram.getLength();
    if (length == 0 || length > MTU) {
      return;
    }
    lock.lock();
    try {
      if (count < PACKETS) {
        int at = (first + count++) % PACKETS;
        System.arraycopy(datagram.getData(), 0, packets[at], 0, length);
        lengths[at] = length;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int frameBytes() {
    return MTU;
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    lock.lock();
    try {
      if (count == 0) {
        return down ? Status.LINK_DOWN : 0;
      }
      int length = lengths[first];
      System.arraycopy(packets[first], 0, packet.bytes, packet.head, length);
      packet.end = packet.head + length;
      first = (first + 1) % PACKETS;
      count--;
      return length;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int send(Packet packet, long nowNs) {
    outgoing.setData(packet.bytes, packet.head, packet.length());
    try {
      socket.send(outgoing);
      return Status.OK;
    } catch (IOException e) {
      // Nobody is there, or the way is closed for the moment: lost, as on a cable.
      return down ? Status.LINK_DOWN : Status.WOULD_BLOCK;
    }
  }

  @Override
  public void await(long ns) {
    sleeper.await(ns);
  }

  @Override
  public void wake() {
    sleeper.wake();
  }

  @Override
  public void close() {
    down = true;
    socket.close();
  }
}
