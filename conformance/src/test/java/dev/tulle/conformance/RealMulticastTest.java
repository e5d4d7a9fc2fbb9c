// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.jvm.TapLink;
import dev.tulle.profile.Full;
import dev.tulle.profile.Host;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import dev.tulle.udp.UdpSocket;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Groups with the kernel as sender and as receiver. */
@Timeout(60)
class RealMulticastTest {
  private static final String GROUP = "239.1.2.3";
  private static final long PATIENCE_NS = 5_000_000_000L;

  private static int poll(Host host, UdpSocket socket, byte[] to) throws InterruptedException {
    long beganNs = System.nanoTime();
    int n = Status.WOULD_BLOCK;
    while (n == Status.WOULD_BLOCK && System.nanoTime() - beganNs < PATIENCE_NS) {
      host.stack.poll(System.nanoTime());
      n = socket.receive(to, 0, to.length, null);
      Thread.sleep(1);
    }
    return n;
  }

  @Test
  void kernelAndTulleHearEachOthersDatagramsToAGroup() throws Exception {
    Random random = new Random(1);
    try (Rig rig = Rig.open(Programs.JVM);
        TapLink link = rig.namespace.in(() -> new TapLink(rig.lane.tap()))) {
      rig.namespace.ip("route add 239.0.0.0/8 dev " + rig.lane.tap());
      Host host = Full.host(link, 0x0200_0000_0001L, random::nextLong, 4, 4096);
      host.address(Octets.address(rig.lane.tulle()), 0xFFFF_FF00, 0);
      UdpSocket socket = host.udp.bind(5000);
      InetSocketAddress group = new InetSocketAddress(InetAddress.getByName(GROUP), 5000);
      byte[] data = new byte[100];
      try (DatagramSocket sender = rig.namespace.in(() -> new DatagramSocket())) {
        assertEquals(Status.OK, socket.options.join(new Endpoint(Octets.address(GROUP), 0)));
        host.stack.poll(System.nanoTime());
        assertTrue(host.counters.value(Counter.IGMP_SENT) > 0);
        sender.send(new DatagramPacket(new byte[33], 33, group));
        assertEquals(33, poll(host, socket, data));
        assertEquals(Octets.address(GROUP), socket.options.arrivedAt.address);
        assertEquals(1, socket.options.arrivedTimeToLive);
      }
      MulticastSocket receiver =
          rig.namespace.in(
              () -> {
                MulticastSocket made = new MulticastSocket(5001);
                made.joinGroup(group, NetworkInterface.getByName(rig.lane.tap()));
                return made;
              });
      try (receiver) {
        receiver.setSoTimeout(5000);
        Endpoint to = new Endpoint(Octets.address(GROUP), 5001);
        assertEquals(Status.OK, socket.send(data, 0, 44, to, System.nanoTime()));
        host.stack.poll(System.nanoTime());
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        receiver.receive(packet);
        assertEquals(44, packet.getLength());
        assertEquals(rig.lane.tulle(), packet.getAddress().getHostAddress());
      }
      assertEquals(0, host.counters.value(Counter.STACK_INTERNAL_ERROR));
      assertEquals(0, host.counters.value(Counter.IGMP_BADSUM));
    }
  }

  @Test
  void kernelAndTulleHearEachOthersDatagramsToAGroupOfIpv6() throws Exception {
    Random random = new Random(1);
    try (Rig rig = Rig.open(Programs.JVM);
        TapLink link = rig.namespace.in(() -> new TapLink(rig.lane.tap()))) {
      String tap = rig.lane.tap();
      try {
        rig.namespace.set("net/ipv6/conf/" + tap + "/disable_ipv6", "0");
      } catch (IOException e) {
        Assumptions.abort("the kernel's IPv6 cannot be switched on in a namespace: " + e);
      }
      rig.namespace.ip("-6 address add fd00::1/64 dev " + tap + " nodad");
      Host host = Full.host(link, 0x0200_0000_0001L, random::nextLong, 4, 4096);
      long nowNs = System.nanoTime();
      assertEquals(Status.OK, host.ipv6Port.addresses.add(0xFD00L << 48, 2, 64, false, nowNs));
      UdpSocket socket = host.udp.bind(5000);
      Endpoint group = new Endpoint();
      group.set(0xFF02L << 48, 0x1_2345, 5001);
      Endpoint kernel = new Endpoint();
      kernel.set(0xFD00L << 48, 1, 0);
      assertEquals(Status.OK, socket.options.hear(group, kernel, true));
      host.stack.poll(System.nanoTime());
      byte[] data = new byte[100];
      NetworkInterface on = rig.namespace.in(() -> NetworkInterface.getByName(tap));
      InetAddress address =
          Inet6Address.getByAddress(null, Ipv6Packet.address("ff02::1:2345"), on.getIndex());
      InetAddress source = InetAddress.getByName("fd00::1");
      InetSocketAddress from = new InetSocketAddress(source, 0);
      try (DatagramSocket sender = rig.namespace.in(() -> new DatagramSocket(from))) {
        sender.send(new DatagramPacket(new byte[33], 33, address, 5000));
        assertEquals(33, poll(host, socket, data));
        assertEquals(0x1_2345, socket.options.arrivedAt.low);
      }
      MulticastSocket receiver =
          rig.namespace.in(
              () -> {
                MulticastSocket made = new MulticastSocket(5001);
                made.joinGroup(new InetSocketAddress(address, 5001), on);
                return made;
              });
      try (receiver) {
        receiver.setSoTimeout(5000);
        assertEquals(Status.OK, socket.send(data, 0, 44, group, System.nanoTime()));
        host.stack.poll(System.nanoTime());
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        receiver.receive(packet);
        assertEquals(44, packet.getLength());
      }
      assertEquals(0, host.counters.value(Counter.STACK_INTERNAL_ERROR));
      assertEquals(0, host.counters.value(Counter.ICMP_BADSUM));
    }
  }
}
