// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tulle.conformance.packetdrill.Packetdrill.Result;
import dev.tulle.conformance.packetdrill.Packetdrill.Verdict;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The runner finds what differs, tells it in the script's own words, and lets the rest pass. */
final class PlaybackTest {
  private static final String OPEN =
      """
      0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
      +0 bind(3, ..., ...) = 0
      +0 listen(3, 1) = 0
      +0 < S 0:0(0) win 20000 <mss 1000>
      +0 > S. 0:0(0) ack 1 <mss 1460>
      +.1 < . 1:1(0) ack 1 win 20000
      +0 accept(3, ..., ...) = 4
      """;

  private static Verdict play(String more) {
    return Packetdrill.play(OPEN + more, Map.of());
  }

  @Test
  void rangeOfScriptCoversSeveralSegments() {
    assertEquals(
        Result.AS_IS, play("+0 write(4, ..., 3000) = 3000\n+0 > P. 1:3001(3000) ack 1\n").result());
  }

  @Test
  void pushInTheWrongPlacePassesOnlyWithoutIt() {
    String write = "+0 write(4, ..., 2000) = 2000\n";
    assertEquals(Result.PUSH_IGNORED, play(write + "+0 > . 1:2001(2000) ack 1\n").result());
    assertEquals(
        Result.PUSH_IGNORED,
        play(write + "+0 > P. 1:1001(1000) ack 1\n+0 > P. 1001:2001(1000) ack 1\n").result());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "+0 > P. 1:1001(1000) ack 2    | > P. 1:1001(1000) ack 1",
        "+0 > F. 1:1001(1000) ack 1    | > P. 1:1001(1000) ack 1",
        "+0 > P. 1:901(900) ack 1      | > P. 1:1001(1000) ack 1",
        "+0 > P. 1:1101(1100) ack 1    | nothing at 0.104000",
        "+.1 > P. 1:1001(1000) ack 1   | > P. 1:1001(1000) ack 1 at 0.100000",
        "+0 > P. 1:1001(1000) ack 1 win 1 | win 65535",
        "+0 > P. 1:1001(1000) ack 1 <nop> | > P. 1:1001(1000) ack 1",
        "+0 > [ect0] P. 1:1001(1000) ack 1 | > [noecn] P. 1:1001(1000) ack 1",
        "+0 %{ assert tcpi_unacked == 2, tcpi_unacked }% | it is 1",
        "+0 read(4, ..., 10) = 10      | the call blocks",
        "+0...0.2 read(4, ..., 10) = 10 | it still blocks at 0.304000",
        "+0 read(9, ..., 10) = 10      | it returned -1 EBADF",
        "+0 ioctl(4, SIOCOUTQ, [5]) = 0 | SIOCOUTQ 1000",
        "+0 vmsplice(4) = 0            | the call vmsplice is not known here",
        "+0 splice(4, NULL, 4, NULL, 1, 0) = 0 | between a socket and a pipe only",
        "+0 send(4, ..., 1, MSG_ZEROCOPY) = 1 | MSG_ZEROCOPY is not known here",
        "+0 recvmsg(4, {}, MSG_ERRQUEUE) = 1 | there is no queue of errors",
        "+0 setsockopt(4, SOL_SOCKET, SO_ZEROCOPY, [1], 4) = 0 | SO_ZEROCOPY is not known here",
        "+0 setsockopt(4, SOL_TCP, TCP_CONGESTION, \"vegas\", 5) = 0 | vegas is not known here",
        "+0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 5 | only TCP is",
        "+0 > [ttl 63] P. 1:1001(1000) ack 1 | > [ttl 64] P. 1:1001(1000) ack 1",
        "+0 > [tos 0x4] P. 1:1001(1000) ack 1 | > [tos 0x0] P. 1:1001(1000) ack 1",
        "+0 > 8080 > 1 P. 1:1001(1000) ack 1 | > P. 1:1001(1000) ack 1",
        "+0 setsockopt(4, SOL_TCP, TCP_NONSENSE, [1], 4) = 0 | TCP_NONSENSE is not known here",
      })
  void firstDifferenceIsTold(String event, String seen) {
    Verdict verdict = play("+0 write(4, ..., 1000) = 1000\n" + event + "\n");
    assertEquals(Result.FAILED, verdict.result());
    assertEquals(9, verdict.line());
    assertTrue(verdict.difference().contains(seen), verdict.difference());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "+0 ? 1:1(0)                  | '? 1:1(0)' is no event",
        "+0 `iptables -A INPUT`       | the command iptables is not known here",
        "+0 `ip route add 10/8 dev tun0 initcwnd 3` | ip route add is not known here",
        "+0 > Q 1:1(0)                | 'Q' are not flags",
        "+0 > . 1:3(1)                | from 1 to 3 are not 1 octets",
        "+0 < S 0:0(0) <nonsense 3>   | option 'nonsense' is not known here",
        "+0 < udp (100)               | udp is not known here: only TCP is",
        "+0 < [flowlabel 0x1] . 1:1(0) | [flowlabel 0x1] is not known here",
        "+0 %{ assert 1               | '}%' is missing",
        "now close(4) = 0             | a number was expected before 'now close(4) = 0'",
        "+0 %{ assert nonsense == 1 }% | nothing here is called nonsense",
      })
  void whatIsNotUnderstoodIsTold(String event, String told) {
    Verdict verdict = play(event + "\n");
    assertEquals(Result.FAILED, verdict.result());
    assertEquals(8, verdict.line());
    assertTrue(verdict.difference().contains(told), verdict.difference());
  }

  @Test
  void versionThatTheStackHasNotIsRefused() {
    Verdict verdict = Packetdrill.play("--ip_version=ipv6\n" + OPEN, Map.of());
    assertTrue(verdict.difference().contains("only IPv4 is"), verdict.difference());
    assertEquals(Result.AS_IS, Packetdrill.play("--ip_version=ipv4\n" + OPEN, Map.of()).result());
  }

  @Test
  void settingThatChangesNothingIsToldWhereAScriptFails() {
    String recovery = "`sysctl -q net.ipv4.tcp_recovery=0`\n";
    assertEquals(Result.AS_IS, Packetdrill.play(recovery + OPEN, Map.of()).result());
    Verdict verdict = Packetdrill.play(recovery + OPEN + "+0 read(9) = 1\n", Map.of());
    assertTrue(verdict.difference().contains("tcp_recovery=0"), verdict.difference());
  }

  @Test
  void settingThatComesTooLateIsToldWhereAScriptFails() {
    String late = OPEN + "+0 `sysctl -q net.ipv4.tcp_sack=0`\n";
    assertEquals(Result.AS_IS, Packetdrill.play(late, Map.of()).result());
    Verdict verdict = Packetdrill.play(late + "+0 read(9) = 1\n", Map.of());
    assertTrue(
        verdict.difference().contains("changes nothing here: tcp_sack=0"), verdict.difference());
  }

  @Test
  void cookieGoesByTheNameThatLinuxGivesIt() {
    String script = OPEN.replace("listen(3, 1)", "setsockopt(3, SOL_TCP, TCP_FASTOPEN, [2], 4)");
    script = script.replace("setsockopt", "listen(3, 1) = 0\n+0 setsockopt");
    script = script.replace("win 20000 <mss 1000>\n", "win 20000 <mss 1000,FO>\n");
    script = script.replace("ack 1 <mss 1460>\n", "ack 1 <mss 1460,FO TFO_COOKIE,nop,nop>\n");
    assertEquals(Result.AS_IS, Packetdrill.play(script, Map.of()).result(), script);
  }

  @Test
  void blockingCallReturnsWhenItsTimeHasCome() {
    String read = "+.1...0.3 read(4, ..., 100) = 100\n";
    String data = "+.2 < P. 1:101(100) ack 1 win 20000\n+0 > . 1:1(0) ack 101\n";
    assertEquals(Result.AS_IS, play(read + data).result());
    assertEquals(Result.FAILED, play(read.replace("0.3", "0.4") + data).result());
  }

  @Test
  void toleranceIsFourMillisecondsUnlessTheScriptSaysOtherwise() {
    String late = "+0 write(4, ..., 1) = 1\n+.006 > P. 1:2(1) ack 1\n";
    assertEquals(Result.FAILED, play(late).result());
    String script = "--tolerance_usecs=7000\n" + OPEN + late;
    assertEquals(Result.AS_IS, Packetdrill.play(script, Map.of()).result());
  }

  @Test
  void timeMayBeARangeOrAny() {
    String write = "+0 write(4, ..., 1) = 1\n+0 > P. 1:2(1) ack 1\n";
    assertEquals(Result.AS_IS, play(write + "+.25~+.35 > P. 1:2(1) ack 1\n").result());
    assertEquals(Result.AS_IS, play(write + "* > P. 1:2(1) ack 1\n").result());
    assertEquals(Result.FAILED, play(write + "+.1~+.2 > P. 1:2(1) ack 1\n").result());
  }
}
