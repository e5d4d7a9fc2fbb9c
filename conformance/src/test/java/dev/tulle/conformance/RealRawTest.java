// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.jvm.TapLink;
import dev.tulle.profile.Full;
import dev.tulle.profile.Host;
import dev.tulle.raw.PacketSocket;
import dev.tulle.raw.PacketSockets;
import dev.tulle.raw.RawSocket;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Status;
import dev.tulle.testkit.Frames;
import dev.tulle.testkit.Ipv6Packet;
import dev.tulle.testkit.Octets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Raw and packet sockets that speak with the kernel. */
@Timeout(60)
class RealRawTest {
  private static final long PATIENCE_NS = 20_000_000_000L;
  private static final long MAC = 0x0200_0000_0001L;

  private final Random random = new Random(1);
  private final byte[] buffer = new byte[70_000];

  /** Turns the stack until something has happened. */
  private static void until(Host host, BooleanSupplier happened) throws InterruptedException {
    long beganNs = System.nanoTime();
    while (!happened.getAsBoolean()) {
      assertTrue(System.nanoTime() - beganNs < PATIENCE_NS, "it never happened");
      host.stack.poll(System.nanoTime());
      Thread.sleep(1);
    }
  }

  private static byte[] echo(int type, int number, int octets) {
    byte[] message = new byte[8 + octets];
    message[0] = (byte) type;
    Octets.put16(message, 4, 0x7777);
    Octets.put16(message, 6, number);
    new Random(number).nextBytes(message);
    message[0] = (byte) type;
    message[1] = 0;
    Octets.put16(message, 2, 0);
    if (type == 8) {
      Octets.put16(message, 2, Octets.checksum(0, message, 0, message.length));
    }
    return message;
  }

  /** Reads packets until an echo reply comes; answers its data. */
  private byte[] reply(Host host, RawSocket socket, int header, int type)
      throws InterruptedException {
    int[] length = {0};
    until(
        host,
        () -> {
          int n = socket.receive(buffer, 0, buffer.length, null);
          length[0] = n > header && buffer[header] == (byte) type ? n : 0;
          return length[0] > 0;
        });
    return Arrays.copyOfRange(buffer, header + 4, length[0]);
  }

  @Test
  void theKernelAnswersEchoRequestsOfRawSockets() throws Exception {
    try (Rig rig = RealIpv6Test.open(Programs.JVM);
        TapLink link = rig.namespace.in(() -> new TapLink(rig.lane.tap()))) {
      Host host = Full.host(link, MAC, random::nextLong, 4, 4096);
      host.address(Octets.address(rig.lane.tulle()), 0xFFFF_FF00, 0);
      ByteBuffer own = ByteBuffer.wrap(Ipv6Packet.address(RealIpv6Test.TULLE));
      host.ipv6Port.start(System.nanoTime());
      host.ipv6Port.addresses.add(own.getLong(), own.getLong(), 64, true, System.nanoTime());
      RawSocket four = host.raw.bind(1);
      RawSocket six = host.raw.bind(58);
      Endpoint kernel = new Endpoint(Octets.address(rig.lane.kernel()), 0);
      for (int octets : new int[] {0, 56, 1472, 1473, 60_000}) {
        byte[] request = echo(8, octets, octets);
        until(host, () -> four.send(request, 0, request.length, kernel, now()) == Status.OK);
        byte[] data = Arrays.copyOfRange(request, 4, request.length);
        assertArrayEquals(data, reply(host, four, 20, 0));
      }
      byte[] request = echo(8, 99, 100);
      byte[] whole = Frames.ipv4(0, kernel.address).totalLength(0).payload(1, request).build();
      assertEquals(Status.OK, four.sendWhole(whole, 0, whole.length, now()));
      assertArrayEquals(Arrays.copyOfRange(request, 4, request.length), reply(host, four, 20, 0));
      ByteBuffer b = ByteBuffer.wrap(Ipv6Packet.address(RealIpv6Test.KERNEL));
      kernel.set(b.getLong(), b.getLong(), 0);
      for (int octets : new int[] {0, 56, 1452, 1453, 60_000}) {
        byte[] message = echo(128, octets, octets);
        until(host, () -> six.send(message, 0, message.length, kernel, now()) == Status.OK);
        byte[] data = Arrays.copyOfRange(message, 4, message.length);
        assertArrayEquals(data, reply(host, six, 0, 129));
      }
      assertEquals(0, host.counters.value(Counter.STACK_INTERNAL_ERROR));
    }
  }

  private static long now() {
    return System.nanoTime();
  }

  @Test
  void aPacketSocketAsksTheKernelForItsLinkAddress() throws IOException, InterruptedException {
    try (Rig rig = Rig.open(Programs.JVM);
        TapLink tap = rig.namespace.in(() -> new TapLink(rig.lane.tap()))) {
      PacketSockets link = new PacketSockets(tap, 2, 64 * 1024);
      Host host = Full.host(link, MAC, random::nextLong, 4, 4096);
      PacketSocket socket = link.bind(0x0806);
      int own = Octets.address("10.9.1.77"); // the stack itself has no address
      int kernel = Octets.address(rig.lane.kernel());
      byte[] question =
          Frames.ethernet(MAC, 0xFFFF_FFFF_FFFFL).arp(Frames.arpRequest(MAC, own, kernel)).build();
      assertEquals(Status.OK, socket.send(question, 0, question.length, now()));
      until(host, () -> socket.receive(buffer, 0, buffer.length) >= 42 && buffer[21] == 2);
      assertEquals(MAC, Octets.u48(buffer, 0));
      assertEquals(kernel, Octets.i32(buffer, 28));
      assertEquals(0, host.counters.value(Counter.STACK_INTERNAL_ERROR));
    }
  }
}
