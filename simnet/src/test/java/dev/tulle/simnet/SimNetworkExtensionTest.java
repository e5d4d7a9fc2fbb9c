// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.simnet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** What a test that fails leaves behind, run by JUnit itself. */
@Timeout(60)
class SimNetworkExtensionTest {
  private static final int FILE_HEADER = 24;

  /** Two tests that surefire does not run, because they are inside of another. */
  @ExtendWith(SimNetworkExtension.class)
  static class Inside {
    @Test
    void fails(SimNetwork net) throws IOException {
      succeeds(net);
      fail("as it shall");
    }

    @Test
    void succeeds(SimNetwork net) throws IOException {
      assertEquals(4711, net.seed());
      InetSocketAddress to = new InetSocketAddress(net.rightAddress(), 7);
      try (var server = net.right().serverSocketChannel().bind(to);
          var client = net.left().socketChannel()) {
        client.connect(to);
        client.write(ByteBuffer.allocate(1));
        server.accept().read(ByteBuffer.allocate(1));
      }
    }
  }

  @TempDir Path folder;

  /** Runs one of the tests; answers what it said on standard error. */
  private String run(String method, int failures) {
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setProperty("tulle.seed", "4711");
    System.setProperty("tulle.pcap", folder.resolve("new").toString());
    try {
      System.setErr(new PrintStream(said, true, UTF_8));
      LauncherFactory.create()
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(selectMethod(Inside.class, method, SimNetwork.class.getName()))
                  .build(),
              summary);
    } finally {
      System.setErr(before);
      System.clearProperty("tulle.seed");
      System.clearProperty("tulle.pcap");
    }
    assertEquals(1, summary.getSummary().getTestsStartedCount());
    assertEquals(failures, summary.getSummary().getTestsFailedCount());
    return said.toString(UTF_8);
  }

  @Test
  void aTestThatFailsTellsItsSeedAndLeavesItsFrames() throws IOException {
    Path pcap = folder.resolve("new/tulle-fails.pcap");
    assertEquals(
        "fails failed with -Dtulle.seed=4711; its frames are in " + pcap, run("fails", 1).strip());
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(pcap));
    assertEquals(0xA1B23C4D, file.getInt(0)); // pcap with nanoseconds
    int frames = 0;
    for (int at = FILE_HEADER; at < file.limit(); at += 16 + file.getInt(at + 8)) {
      frames++;
    }
    assertTrue(frames >= 6, "ARP, the handshake and an octet: " + frames);
  }

  @Test
  void aTestThatSucceedsLeavesNothing() {
    assertEquals("", run("succeeds", 0));
    assertFalse(Files.exists(folder.resolve("new")));
  }
}
