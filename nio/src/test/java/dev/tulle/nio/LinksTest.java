// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Links by their text, tunnels over UDP, and what is loaded for them. */
@Timeout(60)
class LinksTest {
  private static final int OCTETS = 1_000_000;

  /** A program of its own: both ends of a tunnel over UDP, and a transfer of each family. */
  public static void main(String[] arguments) throws Exception {
    InetAddress here = InetAddress.getLoopbackAddress();
    // Who comes first knows no peer's port yet: one is free, and stays free long enough.
    int port = freePort(here);
    UdpLink left = new UdpLink(new InetSocketAddress(here, port), 0);
    UdpLink right = new UdpLink(new InetSocketAddress(here, left.localPort()), port);
    try (Tulle one = Tulle.open(left).ipv4("10.9.0.1/24").ipv6("fd09::1/64").start();
        Tulle two = Tulle.open(right).ipv4("10.9.0.2/24").ipv6("fd09::2/64").start()) {
      for (String address : new String[] {"10.9.0.2", "fd09::2"}) {
        transfer(one, two, new InetSocketAddress(address, 80));
      }
      DatagramChannel to = two.datagramChannel().bind(new InetSocketAddress(9));
      one.datagramChannel().send(ByteBuffer.allocate(5000), new InetSocketAddress("10.9.0.2", 9));
      ByteBuffer got = ByteBuffer.allocate(9000);
      to.receive(got);
      System.out.println(got.position() + " in fragments");
    }
  }

  static int freePort(InetAddress here) throws IOException {
    try (var socket = new java.net.DatagramSocket(0, here)) {
      return socket.getLocalPort();
    }
  }

  private static void transfer(Tulle one, Tulle two, InetSocketAddress to) throws Exception {
    try (ServerSocketChannel server = two.serverSocketChannel().bind(to);
        SocketChannel client = one.socketChannel()) {
      client.connect(to);
      Thread.startVirtualThread(
          () -> {
            try (SocketChannel accepted = server.accept()) {
              accepted.write(ByteBuffer.allocate(OCTETS));
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      System.out.println(client.socket().getInputStream().readAllBytes().length + " over " + to);
    }
  }

  /**
   * The JVM refuses any foreign function here: so a link that needs none also runs where there are
   * none.
   */
  @Test
  void aTunnelOverUdpCallsNoForeignFunction() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--illegal-native-access=deny",
                "-Xlog:class+load:file=/dev/stderr",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LinksTest.class.getName())
            .redirectError(ProcessBuilder.Redirect.PIPE)
            .start();
    var loaded =
        java.util.concurrent.CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    String said = text(process.getInputStream());
    assertEquals(0, process.waitFor(), said);
    assertEquals(
        """
        1000000 over /10.9.0.2:80
        1000000 over /[fd09:0:0:0:0:0:0:2]:80
        5000 in fragments
        """,
        said);
    assertTrue(loaded.get().contains("dev.tulle.nio.UdpLink "), "what was loaded is listed");
    assertTrue(!loaded.get().contains("dev.tulle.jvm.Libc "), "system calls were loaded");
    assertTrue(!loaded.get().contains("java.lang.foreign.Linker "), "a linker was loaded");
  }

  private static String text(java.io.InputStream in) {
    try {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aTextThatNamesNoLinkIsToldWhatThereIs() {
    for (String text : new String[] {"", "tap0", "udp:10.0.0.1", "udp:name:1", "fd:x", "fd:3:9"}) {
      String why =
          assertThrows(IllegalArgumentException.class, () -> Links.open(text)).getMessage();
      assertEquals("is " + Links.KINDS + ", not '" + text + "'", why);
    }
    assertThrows(IllegalArgumentException.class, () -> Links.open("udp:10.0.0.1:0"));
    assertThrows(IllegalArgumentException.class, () -> Links.open("udp:10.0.0.1:1:70000"));
  }

  private static String refused(UnaryOperator<Setup> change) {
    Setup setup = Tulle.open(new MemoryCable().left());
    return assertThrows(IllegalArgumentException.class, () -> change.apply(setup)).getMessage();
  }

  @Test
  void whatASetupCannotTakeIsSaidInASentence() {
    assertEquals(
        "an address of IPv4 is an address and its prefix's length as 10.9.0.2/24 or fd09::2/64,"
            + " not '10.9.0.1'",
        refused(s -> s.ipv4("10.9.0.1")));
    assertEquals("an address of IPv6 is not '10.9.0.1/24'", refused(s -> s.ipv6("10.9.0.1/24")));
    assertEquals(
        "a gateway of the same family is not 'fd09::1'",
        refused(s -> s.ipv4("10.9.0.2/24", "fd09::1")));
    assertEquals(
        "a name server is an address as 10.9.0.1 or fd09::1, not 'there'",
        refused(s -> s.nameServers("there")));
    assertEquals(
        "a name server is one of 3 at most, not of 4",
        refused(s -> s.nameServers("1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4")));
    assertEquals("a stack has a connection or more, not 0", refused(s -> s.connections(0)));
    assertEquals(
        "a group's link address, or more than 48 bits", refused(s -> s.mac(0x0100_0000_0001L)));
    assertEquals(
        "a stack needs a link",
        assertThrows(NullPointerException.class, () -> Tulle.open(null)).getMessage());
  }

  @Test
  void dhcpIsRefusedWhereThereIsNoEthernet() throws Exception {
    UdpLink link = new UdpLink(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9), 0);
    String why =
        assertThrows(IllegalArgumentException.class, () -> Tulle.open(link).dhcp().start())
            .getMessage();
    assertEquals("DHCP needs a link with Ethernet; give an address", why);
    link.close();
  }
}
