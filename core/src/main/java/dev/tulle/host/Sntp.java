// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.udp.Udp;
import dev.tulle.udp.UdpSocket;
import dev.tulle.wire.Bytes;

/**
 * Asks a time server for the time of day, once each time.
 *
 * <p>{@link #ask} begins, {@link #status} tells how it goes, {@link #unixTimeNs} reckons from the
 * stack's clock then. The question holds no clock of ours, but a number that nobody can guess, so
 * it says nothing and only whoever saw it can answer. No profile has it: who wants the time hands
 * it to the stack as one more part. Source: RFC 4330, RFC 5905.
 */
public final class Sntp implements Part {
  public static final int PORT = 123;

  private static final int OCTETS = 48;

  /** Version 4, mode 3: a client's. */
  private static final int CLIENT = 4 << 3 | 3;

  private static final int MODE_SERVER = 4;
  private static final int UNSYNCHRONISED = 3;
  private static final int MOST_STRATUM = 15;

  /** RFC 4330 10: later each time, and not for ever. */
  private static final int ATTEMPTS = 3;

  private static final long WAIT_NS = 2_000_000_000L;

  /** From 1900 to 1970. */
  private static final long EPOCH_S = 2_208_988_800L;

  private final Udp udp;
  private final KeyedHash random;
  private final Counters counters;
  private final Endpoint server = new Endpoint();
  private final byte[] message = new byte[OCTETS];
  private UdpSocket socket;
  private int status = Status.BAD_STATE;
  private int attempt;
  private long question;
  private long sentNs;
  private long deadlineNs = NEVER;
  private long offsetNs;
  private long delayNs;
  private int stratum;

  public Sntp(Udp udp, KeyedHash random, Counters counters) {
    this.udp = udp;
    this.random = random;
    this.counters = counters;
  }

  /** Begins to ask; what was heard before is void. */
  public void ask(Endpoint whom, long nowNs) {
    hang(); // or the answer of whoever was asked before would count
    server.set(whom);
    server.port = PORT;
    status = Status.WOULD_BLOCK;
    attempt = 0;
    deadlineNs = nowNs;
  }

  /**
   * OK once the time is known; {@code WOULD_BLOCK} before; {@code TIMED_OUT}; {@code REFUSED} where
   * the server wants to be left alone or is not there; {@code BAD_STATE} where nobody has asked.
   */
  public int status() {
    return status;
  }

  /** Nanoseconds since 1970-01-01T00:00:00Z at a time of the stack's clock. */
  public long unixTimeNs(long nowNs) {
    return nowNs + offsetNs;
  }

  /** How many servers are between that one and a clock of its own. */
  public int stratum() {
    return stratum;
  }

  /** How long question and answer were on their way: half of it is the most that it is wrong by. */
  public long delayNs() {
    return delayNs;
  }

  @Override
  public long poll(long nowNs) {
    while (socket != null) {
      int octets = socket.receive(message, 0, OCTETS, null);
      if (octets == Status.WOULD_BLOCK) {
        break;
      }
      if (octets < 0) {
        end(octets); // an ICMP error: it is not there
      } else if (!take(octets, nowNs)) {
        counters.add(Counter.NTP_UNEXPECTED);
      }
    }
    if (deadlineNs - nowNs <= 0) {
      send(nowNs);
    }
    return deadlineNs;
  }

  @Override
  public long deadlineNs() {
    return deadlineNs;
  }

  private void send(long nowNs) {
    hang();
    if (attempt == ATTEMPTS) {
      end(Status.TIMED_OUT);
      return;
    }
    deadlineNs = nowNs + (WAIT_NS << attempt++);
    socket = udp.bind(0);
    if (socket == null) {
      return;
    }
    Bytes.zero(message, 0, OCTETS);
    Bytes.put8(message, 0, CLIENT);
    // RFC 4330 5: the server gives it back; never 0, which servers that do not know it send.
    question = (long) random.draw() << 32 | random.draw() & 0xFFFFFFFFL | 1;
    Bytes.put64(message, OCTETS - 8, question);
    sentNs = nowNs;
    int sent = socket.connect(server);
    sent = sent < 0 ? sent : socket.send(message, 0, OCTETS, null, nowNs);
    if (sent == Status.UNREACHABLE) {
      end(sent);
    } // what else cannot leave now is sent again when its time comes
  }

  /** Takes in an answer; whether it was one. */
  private boolean take(int octets, long nowNs) {
    byte[] b = message;
    int first = Bytes.u8(b, 0);
    // RFC 4330 5 (SHOULD): a server's answer to this very question.
    if (octets < OCTETS
        || (first & 7) != MODE_SERVER
        || (first >> 3 & 7) == 0
        || (first >> 3 & 7) > 4
        || Bytes.i64(b, 24) != question) {
      return false;
    }
    int told = Bytes.u8(b, 1);
    if (told == 0) {
      end(Status.REFUSED); // RFC 4330 8: a kiss of death (MUST): ask no more
      return true;
    }
    long transmitted = Bytes.i64(b, 40);
    long held = unixNs(transmitted) - unixNs(Bytes.i64(b, 32));
    long roundTripNs = nowNs - sentNs;
    if (first >> 6 == UNSYNCHRONISED
        || told > MOST_STRATUM
        || transmitted == 0
        || held < 0
        || held > roundTripNs) {
      return false;
    }
    stratum = told;
    delayNs = roundTripNs - held;
    offsetNs = unixNs(transmitted) + delayNs / 2 - nowNs;
    end(Status.OK);
    return true;
  }

  /** RFC 4330 3: seconds and a fraction since 1900; without the highest bit, since 2036. */
  private static long unixNs(long timestamp) {
    long seconds = timestamp >>> 32;
    seconds += timestamp < 0 ? 0 : 1L << 32;
    long fraction = (timestamp & 0xFFFFFFFFL) * 1_000_000_000L >>> 32;
    return (seconds - EPOCH_S) * 1_000_000_000L + fraction;
  }

  private void end(int status) {
    this.status = status;
    deadlineNs = NEVER;
    hang();
  }

  private void hang() {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
