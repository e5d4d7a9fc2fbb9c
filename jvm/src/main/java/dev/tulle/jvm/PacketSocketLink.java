// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.buffer.Packet;
import dev.tulle.link.MergedLink;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An existing interface through a packet socket: we are one more host on its wire.
 *
 * <p>The machine's own kernel keeps using the interface beside us, so ours must be another link
 * address and another IP address than its own; the interface goes into promiscuous mode when the
 * first frame that is sent comes from another link address than the interface's. What the kernel
 * sends on the interface we do not see: it talks to others, not to us.
 *
 * <p>What receive offloads merged is taken apart again by {@link MergedLink}, so nothing has to be
 * switched off. An interface that goes away or is set down answers {@link Status#LINK_DOWN} from
 * then on. Source: packet(7).
 */
public final class PacketSocketLink extends MergedLink implements Descriptor, AutoCloseable {
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_NONBLOCK = 0x800;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int ETH_P_ALL = 3;
  private static final int SOL_PACKET = 263;
  private static final int PACKET_ADD_MEMBERSHIP = 1;
  private static final int PACKET_VNET_HDR = 15;
  private static final int PACKET_IGNORE_OUTGOING = 23;
  private static final int PACKET_MR_PROMISC = 1;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUF = 8;
  private static final int MSG_TRUNC = 0x20;
  private static final int ETHERNET_HEADER = 14;

  /** Kernel memory for frames that wait for us; the kernel grants what its own limit allows. */
  private static final int RECEIVE_BUFFER_BYTES = 4 << 20;

  private final Libc libc;
  private final int index;
  private final long mac;
  private final MemorySegment room = MemorySegment.ofArray(bytes);
  private boolean addressKnown;
  private boolean down;

  /** Receives, with a header in front that tells what the kernel did to the frame. */
  private int fd = -1;

  /** Sends, without such a header. */
  private int sendFd = -1;

  /**
   * Opens the interface.
   *
   * @throws LinkException with a sentence for the user: why, and what to do
   */
  public PacketSocketLink(String name) throws LinkException {
    this(new Libc(), name);
  }

  private PacketSocketLink(Libc libc, String name) throws LinkException {
    super(ETHERNET_HEADER + Interfaces.mtu(libc, name), ETHERNET_HEADER);
    this.libc = libc;
    index = Interfaces.index(libc, name);
    mac = Interfaces.mac(libc, name);
    // Protocol 0: nothing arrives before bind, so nothing from other interfaces either.
    fd = libc.socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    check(name, fd);
    check(name, libc.setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, ints(1)));
    check(name, libc.setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, ints(1)));
    libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, ints(RECEIVE_BUFFER_BYTES));
    check(name, libc.bind(fd, address(index, ETH_P_ALL)));
    sendFd = libc.socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    check(name, sendFd);
    check(name, libc.bind(sendFd, address(index, 0)));
  }

  private void check(String name, int answer) throws LinkException {
    if (answer >= 0) {
      return;
    }
    close();
    throw new LinkException(
        switch (-answer) {
          case Errno.EPERM, Errno.EACCES ->
              "packet sockets are not permitted; run as root, or use a TAP device under"
                  + " 'unshare -Urn'";
          case Errno.ENETDOWN -> "it is down; let root run 'ip link set " + name + " up'";
          default -> "the system refused the packet socket with errno " + -answer;
        });
  }

  private static byte[] ints(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
  }

  /** struct sockaddr_ll. */
  private static byte[] address(int index, int protocol) {
    return ByteBuffer.allocate(20)
        .order(ByteOrder.nativeOrder())
        .putShort(0, (short) AF_PACKET)
        .order(ByteOrder.BIG_ENDIAN)
        .putShort(2, (short) protocol)
        .order(ByteOrder.nativeOrder())
        .putInt(4, index)
        .array();
  }

  @Override
  protected int read() {
    if (down) {
      return Status.LINK_DOWN;
    }
    int octets = libc.receiveFrom(fd, room, bytes.length, MSG_TRUNC);
    if (octets >= 0) {
      return octets;
    }
    return switch (-octets) {
      case Errno.EINVAL -> Status.INVALID; // merged in a way that the header has no words for
      case Errno.EINTR, Errno.ENOMEM, Errno.ENOBUFS -> 0;
      default -> {
        // ENETDOWN is told once and then forgotten by the kernel, so it is remembered here.
        down = true;
        yield Status.LINK_DOWN;
      }
    };
  }

  @Override
  public int send(Packet packet, long nowNs) {
    if (!addressKnown) {
      learn(packet);
    }
    return send(sendFd, packet);
  }

  @Override
  public int sendMerged(Packet packet) {
    return send(fd, packet); // which is the one with a header in front
  }

  private int send(int socket, Packet packet) {
    int octets = libc.send(socket, Views.of(packet), packet.end - packet.head);
    if (octets >= 0) {
      return Status.OK;
    }
    return switch (-octets) {
      case Errno.EAGAIN, Errno.EINTR, Errno.ENOMEM, Errno.ENOBUFS -> Status.WOULD_BLOCK;
      case Errno.EINVAL -> Status.INVALID; // shorter than an Ethernet header
      case Errno.EMSGSIZE -> Status.TOO_LARGE;
      default -> {
        down = true; // ENETDOWN, ENXIO
        yield Status.LINK_DOWN;
      }
    };
  }

  /** Takes our link address from the first frame that we send. */
  private void learn(Packet packet) {
    if (packet.length() < ETHERNET_HEADER) {
      return;
    }
    addressKnown = true;
    int source = packet.head + 6;
    long ours =
        (long) Bytes.u16(packet.bytes, source) << 32
            | Bytes.i32(packet.bytes, source + 2) & 0xFFFFFFFFL;
    if (ours != mac) {
      byte[] membership =
          ByteBuffer.allocate(16)
              .order(ByteOrder.nativeOrder())
              .putInt(0, index)
              .putShort(4, (short) PACKET_MR_PROMISC)
              .array();
      libc.setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership);
    }
  }

  @Override
  public int fd() {
    return fd;
  }

  /** Closes the socket, and with it the promiscuous mode that it asked for. */
  @Override
  public void close() {
    if (fd >= 0) {
      libc.close(fd);
      fd = -1;
    }
    if (sendFd >= 0) {
      libc.close(sendFd);
      sendFd = -1;
    }
  }
}
