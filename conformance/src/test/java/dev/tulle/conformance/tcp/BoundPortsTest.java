// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Full;
import dev.tulle.profile.Host;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.SeenFrame;
import org.junit.jupiter.api.Test;

/** Connections from a port of the caller's choice. RFC 9293 3.9.1.1. */
class BoundPortsTest {
  private final HostHarness net = new HostHarness(Full::host);
  private final Host host = net.host;

  private boolean connects(int remotePort, int port) {
    return host.ports.connect(host.tcp, new Endpoint(HostHarness.PEER, remotePort), port) != null;
  }

  @Test
  void theSynComesFromThePortThatWasAskedFor() {
    assertTrue(connects(80, 5000));
    net.poll();
    SeenFrame frame = net.next();
    assertEquals(5000, frame.sourcePort());
    assertEquals(80, frame.destinationPort());
  }

  @Test
  void onePortLeadsToManyEndsButToEachOnce() {
    assertTrue(connects(80, 5000));
    assertTrue(connects(81, 5000));
    assertFalse(connects(80, 5000));
    assertTrue(host.ports.inUse());
  }

  @Test
  void aListenersPortIsTaken() {
    assertNotNull(host.tcp.listen(5000, 1));
    assertFalse(connects(80, 5000));
    assertTrue(host.ports.inUse());
  }

  @Test
  void withoutARouteItIsNotThePortThatIsToBlame() {
    assertNull(host.ports.connect(host.tcp, new Endpoint(0xE0000001, 80), 5000));
    assertFalse(host.ports.inUse());
    assertTrue(connects(80, 5000), "and the wish is not kept for the next");
  }
}
