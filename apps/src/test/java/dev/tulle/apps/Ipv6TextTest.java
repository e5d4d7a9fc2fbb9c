// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.ip.Endpoint;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Ipv6TextTest {
  private static String again(String text) {
    byte[] b = text.getBytes(StandardCharsets.US_ASCII);
    Endpoint to = new Endpoint();
    assertTrue(Ipv6Text.parse(b, 0, b.length, to), text);
    Text line = Ipv6Text.put(new Text(60), to.high, to.low);
    return new String(line.bytes, 0, line.length, StandardCharsets.US_ASCII);
  }

  @Test
  void addressesAreWrittenAsRfc5952Says() {
    assertEquals("::", again("0:0:0:0:0:0:0:0"));
    assertEquals("::1", again("::1"));
    assertEquals("fd00::1", again("FD00:0:0:0:0:0:0:0001"));
    assertEquals("fd00::", again("fd00::"));
    assertEquals("2001:db8::1:0:0:1", again("2001:db8:0:0:1:0:0:1"));
    assertEquals("2001:db8:0:1:1:1:1:1", again("2001:db8:0:1:1:1:1:1"));
    assertEquals("1:2:3:4:5:6:7:8", again("1:2:3:4:5:6:7:8"));
    assertEquals("1:0:3:4:5:6:7:8", again("1::3:4:5:6:7:8"));
    assertEquals("fe80::1:2:3:4", again("fe80::1:2:3:4"));
    assertEquals("::2:3:4:5:6:7", again("::2:3:4:5:6:7"));
    assertEquals("1:2:3:4:5:6::", again("1:2:3:4:5:6::"));
  }

  @Test
  void whatIsNoAddressIsRefused() {
    String[] wrong = {
      "",
      ":",
      "1",
      ":::",
      "1:",
      ":1",
      "1::2::3",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "12345::",
      "g::",
      "1:2:3:4:5:6:7:8::",
      "fe80::1%1",
      "::1.2.3.4",
      "::1:"
    };
    for (String text : wrong) {
      byte[] b = text.getBytes(StandardCharsets.US_ASCII);
      assertFalse(Ipv6Text.parse(b, 0, b.length, new Endpoint()), text);
    }
  }
}
