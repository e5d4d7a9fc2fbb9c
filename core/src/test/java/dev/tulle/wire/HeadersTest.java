// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The codecs against octets that were not made with them. */
class HeadersTest {
  private static byte[] hex(String octets) {
    return HexFormat.of().parseHex(octets.replace(" ", ""));
  }

  @Test
  void anEthernetHeaderHasTargetSourceAndType() {
    byte[] b = hex("ffffffffffff 02 80 ff 7f 00 01 0806");
    assertEquals(0xFFFF, Ethernet.destinationHigh(b, 0));
    assertEquals(-1, Ethernet.destinationLow(b, 0));
    assertEquals(0x0280, Ethernet.sourceHigh(b, 0));
    assertEquals(0xFF7F0001, Ethernet.sourceLow(b, 0));
    assertEquals(Ethernet.TYPE_ARP, Ethernet.type(b, 0));
    byte[] written = new byte[Ethernet.HEADER];
    Ethernet.putAddress(written, 0, 0xFFFF, -1);
    Ethernet.putAddress(written, 6, 0x0280, 0xFF7F0001);
    Ethernet.putType(written, 0, Ethernet.TYPE_ARP);
    assertArrayEquals(b, written);
  }

  @Test
  void anArpRequestIsReadAndWritten() {
    byte[] b = hex("0001 0800 06 04 0001 020000000001 0a090001 000000000000 0a090002");
    assertEquals(Arp.LENGTH, Arp.claimedLength(b, 0));
    assertTrue(Arp.valid(b, 0));
    assertEquals(0x0A090001, Arp.senderAddress(b, 0));
    assertEquals(0x0A090002, Arp.targetAddress(b, 0));
    assertEquals(0x0200, Arp.senderHigh(b, 0));
    assertEquals(1, Arp.senderLow(b, 0));
    byte[] written = new byte[Arp.LENGTH];
    Arp.putFixed(written, 0, Arp.REQUEST);
    Arp.putSender(written, 0, 0x0200, 1, 0x0A090001);
    Arp.putTarget(written, 0, 0, 0, 0x0A090002);
    assertArrayEquals(b, written);
  }

  @Test
  void arpSizesCountAsUnsigned() {
    byte[] b = hex("0001 0800 ff 80 0001");
    assertEquals(8 + 2 * (255 + 128), Arp.claimedLength(b, 0));
    assertFalse(Arp.valid(b, 0));
  }

  @Test
  void arpIsValidForIpv4OverEthernetAlone() {
    for (String bad :
        new String[] {
          "0002 0800 06 04 0001", "0001 86dd 06 04 0001", "0001 0800 05 04 0001",
          "0001 0800 06 10 0001", "0001 0800 06 04 0000", "0001 0800 06 04 0003",
          "0001 0800 06 04 ffff", "0001 0800 06 04 0101"
        }) {
      assertFalse(Arp.valid(hex(bad), 0), bad);
    }
    assertTrue(Arp.valid(hex("0001 0800 06 04 0002"), 0));
  }

  @Test
  void anIpv4HeaderIsWrittenAsTheExampleEverybodyKnows() {
    // The checksum b861 of this header is in many textbooks.
    byte[] known = hex("4500 0073 0000 4000 40 11 b861 c0a80001 c0a800c7");
    byte[] b = new byte[Ipv4.HEADER];
    Ipv4.put(b, 0, 0, 0x73, 64, 17, 0xC0A80001, 0xC0A800C7);
    assertArrayEquals(known, b);
    assertEquals(4, Ipv4.version(b, 0));
    assertEquals(20, Ipv4.headerLength(b, 0));
    assertEquals(0x73, Ipv4.totalLength(b, 0));
    assertEquals(17, Ipv4.protocol(b, 0));
    assertEquals(64, Ipv4.timeToLive(b, 0));
    assertEquals(0xC0A80001, Ipv4.source(b, 0));
    assertEquals(0xC0A800C7, Ipv4.destination(b, 0));
    assertFalse(Ipv4.fragment(b, 0));
    Ipv4.put(b, 0, 0xBA, 0x73, 64, 17, 0xC0A80001, 0xC0A800C7);
    assertEquals(0xBA, Ipv4.trafficClass(b, 0));
    assertEquals(0x73, Ipv4.totalLength(b, 0));
    assertEquals(0, Checksum.of(b, 0, Ipv4.HEADER));
  }

  @Test
  void moreFragmentsOrAnOffsetMakeAFragmentTheOtherFlagsDoNot() {
    byte[] b = new byte[20];
    for (int field : new int[] {0, 0x4000, 0x8000, 0xC000}) {
      Bytes.put16(b, 6, field);
      assertFalse(Ipv4.fragment(b, 0));
    }
    for (int field : new int[] {0x2000, 1, 0x1FFF, 0x6000, 0x4001}) {
      Bytes.put16(b, 6, field);
      assertTrue(Ipv4.fragment(b, 0));
    }
    assertEquals(1, Ipv4.fragmentOffset(b, 0));
  }

  @Test
  void oneHostsAddressesAreTellableFromOthers() {
    for (int other :
        new int[] {0, 0x00FFFFFF, 0x7F000001, 0xE0000001, 0xEFFFFFFF, 0xF0000000, 0xFFFFFFFF}) {
      assertFalse(Ipv4.unicast(other), Integer.toHexString(other));
    }
    for (int host : new int[] {0x01000000, 0x0A090001, 0x7E000001, 0x80000001, 0xDFFFFFFF}) {
      assertTrue(Ipv4.unicast(host), Integer.toHexString(host));
    }
  }

  @Test
  void optionsThatAreWellFormedAreSkipped() {
    for (String good :
        new String[] {
          "",
          "00",
          "01010101",
          "01010100",
          "94040000",
          "0703040000000000",
          "07270400000000000000000000000000000000000000000000000000000000000000000000000001",
          "00ffffff" // after the end nothing counts
        }) {
      byte[] b = hex(good);
      assertEquals(0, Ipv4.checkOptions(b, 0, b.length), good);
    }
  }

  @Test
  void optionsThatLieAboutTheirLengthAreRefused() {
    for (String bad : new String[] {"44", "4400", "4401", "4403", "0101ff", "44ff0000", "448001"}) {
      byte[] b = hex(bad);
      assertEquals(-1, Ipv4.checkOptions(b, 0, b.length), bad);
    }
  }

  @Test
  void sourceRoutesAreNamed() {
    byte[] loose = hex("01830304");
    byte[] strict = hex("890b0400000000000000000000");
    assertEquals(0x83, Ipv4.checkOptions(loose, 0, loose.length));
    assertEquals(0x89, Ipv4.checkOptions(strict, 0, strict.length));
  }

  @Property
  void anyOptionsAreWalkedToAnEndWithoutReadingBehindThem(@ForAll @Size(max = 40) byte[] b) {
    Ipv4.checkOptions(b, 0, b.length);
  }

  @Test
  void anEchoRequestHasItsChecksum() {
    byte[] b = hex("0000 0000 0000 0000 6162");
    IcmpHeader.put(b, 0, IcmpHeader.ECHO_REQUEST, 0, 0x1234_0001, b.length);
    assertEquals(BytesTest.naiveSum(b, 0, b.length), 0xFFFF);
    assertEquals(8, IcmpHeader.type(b, 0));
    assertEquals(0x1234, IcmpHeader.identifier(b, 0));
    assertEquals(1, IcmpHeader.sequence(b, 0));
    assertEquals(0x12340001, IcmpHeader.rest(b, 0));
  }

  @Property
  void aUdpChecksumIsNeverZeroAndAlwaysRight(
      @ForAll @Size(min = 8, max = 64) byte[] b,
      @ForAll @IntRange(max = 0xFFFF) int source,
      @ForAll @IntRange(max = 0xFFFF) int target,
      @ForAll int from,
      @ForAll int to) {
    int pseudo = Ipv4.pseudoHeaderSum(from, to, 17, b.length);
    UdpHeader.put(b, 0, source, target, b.length, pseudo);
    assertEquals(source, UdpHeader.sourcePort(b, 0));
    assertEquals(target, UdpHeader.destinationPort(b, 0));
    assertEquals(b.length, UdpHeader.length(b, 0));
    assertTrue(UdpHeader.checksum(b, 0) != 0);
    assertEquals(0, Checksum.finish(pseudo + Bytes.sum(b, 0, b.length)));
  }

  @Test
  void aComputedZeroIsSentAsAllOnes() {
    byte[] b = new byte[8];
    int length = 8;
    // Ports and pseudo-header chosen so that everything sums to 0xFFFF.
    UdpHeader.put(b, 0, 0xFFFF - length, 0, length, 0);
    assertEquals(0xFFFF, UdpHeader.checksum(b, 0));
  }
}
