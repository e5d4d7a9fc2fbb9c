// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.buffer.Packet;
import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Client;
import dev.tulle.profile.Host;
import dev.tulle.profile.Tunnel;
import dev.tulle.stack.Status;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.FixedEntropy;
import dev.tulle.udp.UdpSocket;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Random;

/** What happens inside the namespace of {@link LinkTest}. */
final class LinkScenarios {
  private static final long KERNEL_MAC = 0x020000000001L;
  private static final long OUR_MAC = 0x020000000002L;
  private static final int KERNEL = 0x0A090001;
  private static final int US = 0x0A090002;
  private static final int PORT = 4711;

  private LinkScenarios() {}

  /** Addresses the kernel's side of a link and tells it ours, so that no ARP is needed. */
  private static void kernelSide(String name) throws Exception {
    Namespace.ip("link set " + name + " address 02:00:00:00:00:01");
    Namespace.ip("address add 10.9.0.1/24 dev " + name);
    Namespace.ip("link set " + name + " up");
    Namespace.ip("neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev " + name);
  }

  private static Waiter waiterFor(Descriptor link) {
    Waiter waiter = new Waiter(new Libc(), 1);
    waiter.add(link.fd(), Waiter.IN);
    return waiter;
  }

  private static void kernelSends(DatagramSocket socket, String text) throws Exception {
    InetSocketAddress to =
        new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 9, 0, 2}), PORT);
    socket.send(new DatagramPacket(text.getBytes(US_ASCII), text.length(), to));
  }

  private static String kernelReceives(DatagramSocket socket) throws Exception {
    DatagramPacket datagram = new DatagramPacket(new byte[100], 100);
    socket.setSoTimeout(2000);
    socket.receive(datagram);
    return new String(datagram.getData(), 0, datagram.getLength(), US_ASCII);
  }

  static void tapCarriesFramesBothWays() throws Exception {
    try (TapLink link = new TapLink("t0");
        Waiter waiter = waiterFor(link);
        DatagramSocket kernel = new DatagramSocket(PORT)) {
      kernelSide("t0");
      assertEquals(1514, link.frameBytes());
      Packet packet = new Packet(2048);
      kernelSends(kernel, "down");
      assertEquals("down", Frames.awaitUdp(link, waiter, packet, PORT));
      Frames.udp(packet, KERNEL_MAC, OUR_MAC, US, KERNEL, PORT, "up");
      assertEquals(Status.OK, link.send(packet, 0));
      assertEquals("up", kernelReceives(kernel));
    }
  }

  static void tapTakesItsFrameSizeFromTheDevice() throws Exception {
    Namespace.ip("tuntap add t0 mode tap");
    Namespace.ip("link set t0 mtu 1280");
    try (TapLink link = new TapLink("t0")) {
      assertEquals(1294, link.frameBytes());
    }
  }

  static void tapThatIsDownLosesFramesUntilItIsUp() throws Exception {
    try (TapLink link = new TapLink("t0");
        DatagramSocket kernel = new DatagramSocket(PORT)) {
      kernelSide("t0");
      Namespace.ip("link set t0 down");
      Packet packet = new Packet(2048);
      Frames.udp(packet, KERNEL_MAC, OUR_MAC, US, KERNEL, PORT, "lost");
      assertEquals(Status.WOULD_BLOCK, link.send(packet, 0));
      Namespace.ip("link set t0 up");
      Frames.udp(packet, KERNEL_MAC, OUR_MAC, US, KERNEL, PORT, "found");
      assertEquals(Status.OK, link.send(packet, 0));
      assertEquals("found", kernelReceives(kernel));
    }
  }

  static void tapThatIsDeletedIsGone() throws Exception {
    Namespace.ip("tuntap add t0 mode tap");
    try (TapLink link = new TapLink("t0");
        Waiter waiter = waiterFor(link)) {
      Packet packet = new Packet(2048);
      packet.clear(0);
      assertEquals(0, link.receive(packet, 0));
      Namespace.ip("link del t0");
      assertTrue(waiter.waitFor(1_000_000_000));
      assertEquals(Status.LINK_DOWN, link.receive(packet, 0));
      Frames.udp(packet, KERNEL_MAC, OUR_MAC, US, KERNEL, PORT, "nowhere");
      assertEquals(Status.LINK_DOWN, link.send(packet, 0));
    }
  }

  static void aDescriptorThatOthersOpenedCarriesPackets() throws Exception {
    int fd = TunDevice.open(new Libc(), "d0", TunDevice.IFF_TUN);
    Namespace.ip("address add 10.9.0.1 peer 10.9.0.2 dev d0");
    Namespace.ip("link set d0 up");
    try (DescriptorLink link = new DescriptorLink(fd, 1500);
        DatagramSocket kernel = new DatagramSocket(PORT)) {
      Host host = Tunnel.host(link, 0, new FixedEntropy(1), 4, 4096);
      host.address(US, -1, 0);
      UdpSocket socket = host.udp.bind(PORT);
      kernelSends(kernel, "down");
      byte[] room = new byte[100];
      Endpoint from = new Endpoint();
      int octets = Status.WOULD_BLOCK;
      while (octets == Status.WOULD_BLOCK) {
        host.stack.poll(System.nanoTime());
        octets = socket.receive(room, 0, room.length, from);
      }
      assertEquals("down", new String(room, 0, octets, US_ASCII));
      socket.send("up".getBytes(US_ASCII), 0, 2, from, System.nanoTime());
      host.stack.poll(System.nanoTime());
      assertEquals("up", kernelReceives(kernel));
    }
    LinkException closed = assertThrows(LinkException.class, () -> new DescriptorLink(9999, 1500));
    assertTrue(closed.getMessage().startsWith("descriptor 9999 is not open here"));
  }

  static void refusalsOfTapSayWhy() throws Exception {
    try (TapLink link = new TapLink("t0")) {
      assertEquals(1514, link.frameBytes());
      refused("t0", "another program");
    }
    refused("lo", "not a TAP device");
    refused("a-name-of-16-oct", "1 to 15 octets");
    refused("", "1 to 15 octets");
    refused("a/b", "1 to 15 octets");
    int before = descriptors();
    refused("lo", "not a TAP device");
    assertEquals(before, descriptors());
  }

  private static int descriptors() {
    String[] open = new File("/proc/self/fd").list();
    return open.length;
  }

  private static void refused(String name, String why) {
    LinkException e = assertThrows(LinkException.class, () -> new TapLink(name).close());
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  static void frameShorterThanEthernetIsTheCallersFault() throws Exception {
    try (TapLink link = new TapLink("t0")) {
      Namespace.ip("link set t0 up");
      Packet packet = new Packet(2048);
      packet.clear(Packet.HEADROOM);
      packet.end += 13;
      assertEquals(Status.INVALID, link.send(packet, 0));
    }
  }

  private static void veth() throws Exception {
    Namespace.ip("link add v0 type veth peer name v1");
    Namespace.ip("link set v0 up");
    kernelSide("v1");
  }

  static void packetSocketCarriesFramesBothWays() throws Exception {
    veth();
    try (PacketSocketLink link = new PacketSocketLink("v0");
        Waiter waiter = waiterFor(link);
        DatagramSocket kernel = new DatagramSocket(PORT)) {
      assertEquals(1514, link.frameBytes());
      Packet packet = new Packet(2048);
      // The first frame says which link address is ours, which makes the interface promiscuous.
      Frames.udp(packet, KERNEL_MAC, OUR_MAC, US, KERNEL, PORT, "up");
      assertEquals(Status.OK, link.send(packet, 0));
      assertEquals("up", kernelReceives(kernel));
      kernelSends(kernel, "down");
      assertEquals("down", Frames.awaitUdp(link, waiter, packet, PORT));
      String flags =
          new String(
              new ProcessBuilder("ip", "-d", "link", "show", "v0")
                  .start()
                  .getInputStream()
                  .readAllBytes(),
              US_ASCII);
      assertTrue(flags.contains("promiscuity 1"), flags);
    }
  }

  static void packetSocketDoesNotHearItsOwnMachine() throws Exception {
    veth();
    Namespace.ip("link set v1 down");
    Namespace.ip("link set v1 up");
    try (PacketSocketLink link = new PacketSocketLink("v1");
        Waiter waiter = waiterFor(link);
        DatagramSocket kernel = new DatagramSocket(PORT)) {
      Namespace.ip("neigh replace 10.9.0.2 lladdr 02:00:00:00:00:02 dev v1");
      kernelSends(kernel, "not for us");
      assertNull(Frames.awaitUdp(link, waiter, new Packet(2048), PORT));
    }
  }

  static void packetSocketLeavesOutWhatIsLongerThanItsRoom() throws Exception {
    veth();
    try (PacketSocketLink link = new PacketSocketLink("v0");
        Waiter waiter = waiterFor(link);
        DatagramSocket kernel = new DatagramSocket(PORT)) {
      kernelSends(kernel, "x".repeat(500));
      kernelSends(kernel, "short");
      assertEquals("short", Frames.awaitUdp(link, waiter, new Packet(200), PORT));
    }
  }

  static void packetSocketOnAnInterfaceThatGoesAwayIsDown() throws Exception {
    veth();
    try (PacketSocketLink link = new PacketSocketLink("v0");
        Waiter waiter = waiterFor(link)) {
      Packet packet = new Packet(2048);
      packet.clear(0);
      while (link.receive(packet, 0) > 0) {} // neighbour discovery of the kernel
      Namespace.ip("link del v0");
      assertTrue(waiter.waitFor(1_000_000_000));
      int answer;
      do {
        packet.clear(0);
        answer = link.receive(packet, 0);
      } while (answer >= 0);
      assertEquals(Status.LINK_DOWN, answer);
      assertEquals(Status.LINK_DOWN, link.receive(packet, 0));
      Frames.udp(packet, KERNEL_MAC, OUR_MAC, US, KERNEL, PORT, "nowhere");
      assertEquals(Status.LINK_DOWN, link.send(packet, 0));
    }
  }

  static void packetSocketUndoesTheOffloadsOfItsMachine() throws Exception {
    veth(); // with all offloads on: merged segments, no checksums
    byte[] sent = new byte[4 << 20];
    new Random(1).nextBytes(sent);
    try (JvmPlatform platform = new JvmPlatform(JvmArguments.of())) {
      Host host =
          Client.host(platform.openInterface("v0".getBytes(US_ASCII)), OUR_MAC, platform.entropy());
      host.address(US, 0xFFFFFF00, 0);
      Listener listener = host.tcp.listen(PORT, 1);
      Thread peer = new Thread(() -> kernelStreams(sent));
      peer.start();
      TcpSocket socket = null;
      byte[] received = new byte[sent.length];
      int at = 0;
      long limitNs = platform.nowNs() + 20_000_000_000L;
      while (at < received.length && platform.nowNs() < limitNs) {
        platform.await(Math.min(host.stack.poll(platform.nowNs()), limitNs));
        socket = socket == null ? listener.accept() : socket;
        for (int n = 1; socket != null && n > 0 && at < received.length; at += Math.max(n, 0)) {
          n = socket.read(received, at, received.length - at);
        }
      }
      assertArrayEquals(sent, received);
      peer.join();
    }
  }

  private static void kernelStreams(byte[] octets) {
    try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {10, 9, 0, 2}), PORT)) {
      socket.getOutputStream().write(octets);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void packetSocketNeedsAnInterface() {
    LinkException e = assertThrows(LinkException.class, () -> new PacketSocketLink("v7").close());
    assertTrue(e.getMessage().contains("no interface"), e.getMessage());
  }
}
