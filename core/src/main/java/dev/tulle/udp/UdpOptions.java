// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.udp;

import dev.tulle.buffer.Packet;
import dev.tulle.ip.Endpoint;
import dev.tulle.ip.IcmpError;
import dev.tulle.ip.Path;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.UdpHeader;

/**
 * What can be set on a UDP socket, and what it can tell: the options that other systems have, for
 * the profiles that hand them to their sockets.
 *
 * <p>{@link UdpSocket#options} has them. What is set holds until the socket is closed. After {@link
 * UdpSocket#receive} the fields {@code arrived…} tell of that datagram; {@link #nextError} fills
 * the fields {@code error…} with the oldest error that a router, the other host or this one
 * reported. Source: RFC 1122 4.1.3 and 4.1.4.
 */
public final class UdpOptions {
  /** What a waiting datagram takes in the socket's ring besides: traffic class, time to live. */
  private static final int NOTES = 3;

  /** Octets of an error's entry: kind, ports and numbers, two addresses of up to 24 octets. */
  private static final int ENTRY = 64;

  private static final int ADDRESSES = 16;
  private static final int ADDRESS = 24;

  /** Time to live of datagrams sent, 1 to 255; 0 leaves it to the stack. RFC 1122 4.1.4 (MUST). */
  public int timeToLive;

  /** Their type of service or traffic class; the two low bits are congestion's. */
  public int trafficClass;

  /** Whether it may send to broadcast addresses. */
  public boolean broadcast;

  /** Whether what is larger than the path is refused with {@code TOO_LARGE} instead of cut. */
  public boolean dontFragment;

  /** Whether datagrams are sent without a checksum, over IPv4. RFC 1122 4.1.3.4 (MAY). */
  public boolean noChecksum;

  /** Whether datagrams without one are refused. RFC 1122 4.1.3.4 (MAY). */
  public boolean checksumRequired;

  /** Most octets that wait for the reader, less than the socket was made with; 0 for all. */
  public int receiveBytes;

  /** Where the datagram that was read last was sent to; its port is the socket's. */
  public final Endpoint arrivedAt = new Endpoint();

  /** The number of the interface that it came in through, from 0 up. */
  public int arrivedThrough;

  public int arrivedTimeToLive;
  public int arrivedTrafficClass;

  /** Of the error: one of {@link IcmpError}. */
  public int error;

  /** Of the error: the MTU that was told with {@link IcmpError#TOO_BIG}, else 0. */
  public int errorMtu;

  /** Of the error: octets of data in the datagram that it is about. */
  public int errorBytes;

  /** Of the error: where that datagram was to go. */
  public final Endpoint errorTarget = new Endpoint();

  /** Of the error: who reported it, this host itself where no neighbour answered. */
  public final Endpoint errorReporter = new Endpoint();

  private Path path;

  /** Null where a profile lets sockets listen to no groups. */
  private SocketGroups groups;

  private final byte[] errors;
  private int first;
  private int count;
  private int lost;

  /**
   * @param errors how many errors are kept; a newer one is lost and counted
   */
  public UdpOptions(int errors) {
    this.errors = new byte[errors * ENTRY];
  }

  /** Errors that were not kept, since so many others wait. */
  public int errorsLost() {
    return lost;
  }

  /** Takes the oldest error and fills the fields; false where there is none. */
  public boolean nextError() {
    if (count == 0) {
      return false;
    }
    byte[] b = errors;
    int at = first * ENTRY;
    first = next(first);
    count--;
    error = Bytes.u8(b, at);
    errorMtu = Bytes.i32(b, at + 4);
    errorBytes = Bytes.u16(b, at + 8);
    path.source(b, at + ADDRESSES, Bytes.u16(b, at + 10), errorTarget);
    path.source(b, at + ADDRESSES + ADDRESS, 0, errorReporter);
    return true;
  }

  /** Adds the feature of listening to groups; once, at assembly. */
  public void attach(SocketGroups groups) {
    this.groups = groups;
  }

  /**
   * Says whose datagrams to a group this socket hears from now on, in place of what it said before:
   * RFC 3376 2, RFC 3678 5.
   *
   * @param exclude whether all sources are heard but these, or these alone
   * @param sources of the group's family; none, and none excluded, is to leave
   * @param count of them, at most {@code Sources.MOST}
   * @return 0 or a negative {@code Status}
   */
  public int listen(Endpoint group, boolean exclude, Endpoint[] sources, int count) {
    return groups == null ? Status.BAD_STATE : groups.listen(this, group, exclude, sources, count);
  }

  /** Hears everybody's datagrams to a group. */
  public int join(Endpoint group) {
    return listen(group, true, null, 0);
  }

  /** Hears none of them any more. */
  public int leave(Endpoint group) {
    return listen(group, false, null, 0);
  }

  /**
   * Hears one source of a group besides, or no longer: of a group that was joined it blocks and
   * unblocks sources, of any other it joins and leaves them. RFC 3678 4.1.
   */
  public int hear(Endpoint group, Endpoint source, boolean wanted) {
    return groups == null ? Status.BAD_STATE : groups.hear(this, group, source, wanted);
  }

  /** Whether the socket wants a datagram: one to a group only if it listens. */
  boolean hears(Packet packet) {
    return groups == null || groups.admits(this, packet);
  }

  /** Begins with a socket; answers what each datagram's notes take in its ring. */
  int begin(Path path) {
    this.path = path;
    return NOTES + path.addressBytes();
  }

  /** As it was at the beginning. */
  void reset() {
    timeToLive = 0;
    trafficClass = 0;
    broadcast = false;
    dontFragment = false;
    noChecksum = false;
    checksumRequired = false;
    receiveBytes = 0;
    count = 0;
    lost = 0;
    if (groups != null) {
      groups.leave(this);
    }
  }

  private int next(int entry) {
    return entry + 1 == errors.length / ENTRY ? 0 : entry + 1;
  }

  /** Whether a datagram may leave; answers 0 or a negative status. */
  int permits(int total) {
    if (!broadcast && path.broadcast()) {
      return Status.BAD_STATE;
    }
    return dontFragment && total > path.payloadBytes() ? Status.TOO_LARGE : Status.OK;
  }

  /** Sets what the network layer writes; the UDP header is at the packet's head. */
  void leaves(Packet packet) {
    packet.trafficClass = trafficClass;
    if (timeToLive > 0) {
      packet.hopLimit = timeToLive;
    } else if (path.group() && !path.broadcast()) {
      packet.hopLimit = 1; // RFC 1112 6.1 (MUST): no further than this link, unless asked for
    }
    if (noChecksum && path.checksumOptional()) {
      Bytes.put16(packet.bytes, packet.head + 6, 0);
    }
  }

  /** Writes notes of a datagram; answers the counter of why it must not wait, or -1. */
  int arrives(Packet packet, int waiting, int taken, byte[] notes, int at) {
    if (receiveBytes > 0 && taken > receiveBytes - waiting) {
      return Counter.UDP_RCVBUF_FULL;
    }
    if (checksumRequired && UdpHeader.checksum(packet.bytes, packet.head) == 0) {
      return Counter.UDP_BADSUM;
    }
    Bytes.put8(notes, at, packet.trafficClass);
    Bytes.put8(notes, at + 1, path.timeToLive(packet));
    Bytes.put8(notes, at + 2, packet.interfaceNumber);
    path.keepTarget(packet, notes, at + NOTES);
    return -1;
  }

  /** A datagram is read whose notes these are. */
  void reads(byte[] notes, int at, int port) {
    arrivedTrafficClass = Bytes.u8(notes, at);
    arrivedTimeToLive = Bytes.u8(notes, at + 1);
    arrivedThrough = Bytes.u8(notes, at + 2);
    path.source(notes, at + NOTES, port, arrivedAt);
  }

  /** A datagram of the socket did not arrive; its UDP header is at the packet's head. */
  void failed(Packet packet, int kind, int mtu) {
    if (count == errors.length / ENTRY) {
      lost++;
      return;
    }
    int entry = first + count;
    byte[] b = errors;
    int at = (entry >= b.length / ENTRY ? entry - b.length / ENTRY : entry) * ENTRY;
    count++;
    Bytes.put8(b, at, kind);
    Bytes.put32(b, at + 4, mtu);
    Bytes.put16(b, at + 8, UdpHeader.length(packet.bytes, packet.head) - UdpHeader.HEADER);
    Bytes.put16(b, at + 10, UdpHeader.destinationPort(packet.bytes, packet.head));
    path.keepSource(packet, b, at + ADDRESSES);
    path.keepReporter(packet, b, at + ADDRESSES + ADDRESS);
  }
}
