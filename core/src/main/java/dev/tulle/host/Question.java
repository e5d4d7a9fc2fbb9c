// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Status;
import dev.tulle.udp.UdpSocket;
import dev.tulle.wire.AddressText;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dns;

/**
 * A name that is being looked up, and what came of it: {@link Resolver#ask} opens one, {@link
 * #close} gives it back.
 */
public final class Question {
  static final int FREE = 0;

  /** The next name is to be chosen. */
  static final int BEGUN = 1;

  /** It can be asked, unless another question asks the same. */
  static final int READY = 2;

  static final int ASKED = 3;

  /** The answer did not fit: waits for the connection to ask again. */
  static final int CUT = 4;

  static final int STREAMING = 5;
  static final int OVER = 6;

  int state = FREE;
  int type;
  final Answer answer = new Answer();

  /** The name to be searched for, as it was given. */
  final byte[] given = new byte[Dns.NAME];

  int givenOctets;

  /** Whether it ends with a point, so that no domain is put behind it. */
  private boolean absolute;

  /** Whether it has a point. */
  private boolean dotted;

  /** Which name is looked up next; negative where all were. */
  private int candidate;

  /** What is looked up now: what was given with one domain or another, or as it is. */
  final byte[] name = new byte[Dns.NAME];

  int nameOctets;

  /** What is asked now: that, or what it is an alias of. */
  final byte[] asked = new byte[Dns.NAME];

  int askedOctets;

  /** How often an alias was followed, and how long what was heard of these may be kept. */
  int aliases;

  int ttlS;

  int attempt;
  int identifier;
  UdpSocket socket;

  /** The connection, while it is this question's. */
  DnsStream stream;

  /** What is asked of the link, for a name that only the link knows; else null. */
  MdnsQuestion around;

  /** What became of the last attempt, if it ends now. */
  int failure;

  long deadlineNs;

  Question() {}

  /**
   * What came of it: OK where there are addresses; {@code WOULD_BLOCK} while nobody knows; {@code
   * NO_NAME}; {@code NO_ADDRESS}; {@code INVALID} where the text is no name; {@code TIMED_OUT}
   * where no server answers; {@code REFUSED} where none can or will say; {@code UNREACHABLE} where
   * there is none.
   */
  public int status() {
    return state == OVER ? answer.status : Status.WOULD_BLOCK;
  }

  /** How many addresses there are. */
  public int count() {
    return state == OVER && answer.status == Status.OK ? answer.count : 0;
  }

  /** Fills in the address with this index; the port stays as it is. */
  public void address(int index, Endpoint to) {
    int at = index * Answer.OCTETS;
    if (answer.size == 4) {
      to.set(Bytes.i32(answer.octets, at), to.port);
    } else {
      to.set(Bytes.i64(answer.octets, at), Bytes.i64(answer.octets, at + 8), to.port);
    }
  }

  /** Gives it back, answered or not. */
  public void close() {
    hang();
    state = FREE;
  }

  /** Closes its socket, so that nothing is heard any more. */
  void hang() {
    if (socket != null) {
      socket.close();
      socket = null;
    }
    if (stream != null) {
      stream.close();
      stream = null;
    }
    around = null;
  }

  /** Whether a server was asked and time runs. */
  boolean out() {
    return state == ASKED || state == STREAMING;
  }

  void begin(byte[] text, int at, int length, int type) {
    this.type = type;
    state = BEGUN;
    answer.clear(Status.NO_NAME);
    candidate = 0;
    absolute = length > 0 && text[at + length - 1] == '.';
    givenOctets = Dns.fromText(text, at, length, given);
    dotted = absolute || Bytes.u8(given, 0) + 2 < givenOctets;
    long literal = AddressText.ipv4(text, at, at + length);
    if (literal >= 0 && type == Dns.TYPE_A) {
      Bytes.put32(given, 0, (int) literal);
      answer.add(given, 0, 4);
      end(Status.OK);
    } else if (givenOctets < 0) {
      end(Status.INVALID);
    }
  }

  void end(int status) {
    hang();
    answer.status = status;
    state = OVER;
  }

  /**
   * Goes to the next name to look up; whether there is one.
   *
   * <p>As resolvers do since RFC 1535: what has a point is first taken as it is, what has none
   * first gets the domains.
   */
  boolean next(NameServers domains) {
    if (candidate < 0) {
      return false;
    }
    System.arraycopy(given, 0, name, 0, givenOctets);
    int domain = dotted ? candidate - 1 : candidate;
    nameOctets = domain < 0 ? 0 : domains.extend(domain, name, givenOctets);
    candidate++;
    if (nameOctets == 0) {
      if (dotted && domain >= 0) {
        return false;
      }
      nameOctets = givenOctets;
      candidate = dotted && !absolute ? candidate : -1;
    }
    aliases = 0;
    ttlS = Integer.MAX_VALUE;
    ask(name, nameOctets);
    return true;
  }

  /** Asks for a name from the first attempt on. */
  void ask(byte[] which, int octets) {
    state = READY;
    System.arraycopy(which, 0, asked, 0, octets);
    askedOctets = octets;
    attempt = 0;
  }
}
