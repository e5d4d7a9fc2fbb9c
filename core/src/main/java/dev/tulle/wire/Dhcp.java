// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.wire;

/**
 * A DHCP message for Ethernet: the fixed fields, and the options behind them.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     op (1)    |   htype (1)   |   hlen (1)    |   hops (1)    |
 * +---------------+---------------+---------------+---------------+
 * |                            xid (4)                            |
 * +-------------------------------+-------------------------------+
 * |           secs (2)            |           flags (2)           |
 * +-------------------------------+-------------------------------+
 * |            ciaddr (4), yiaddr (4), siaddr (4), giaddr (4)     |
 * +---------------------------------------------------------------+
 * |                          chaddr (16)                          |
 * +---------------------------------------------------------------+
 * |            sname (64), then file (128), then the              |
 * |      magic cookie 99.130.83.99 and the options (variable)     |
 * +---------------------------------------------------------------+
 * </pre>
 *
 * <p>An option is a code, a length and so many octets; 0 is padding, 255 the end. An option that
 * comes in several pieces is one (RFC 3396), and the fields file and sname may hold more (RFC 2132
 * 9.3). Source: RFC 2131 2, RFC 2132.
 */
public final class Dhcp {
  public static final int SERVER_PORT = 67;
  public static final int CLIENT_PORT = 68;

  /** Everything in front of the options, the cookie included: no message is shorter. */
  public static final int FIXED = 240;

  /** What messages are padded to. RFC 1542 2.1: a BOOTP message has at least 300 octets. */
  public static final int LEAST = 300;

  public static final int DISCOVER = 1;
  public static final int OFFER = 2;
  public static final int REQUEST = 3;
  public static final int DECLINE = 4;
  public static final int ACK = 5;
  public static final int NAK = 6;
  public static final int RELEASE = 7;
  public static final int INFORM = 8;

  /** Where the client's link address is, in sixteen octets. */
  public static final int CLIENT = 28;

  public static final int OPTION_MASK = 1;
  public static final int OPTION_ROUTER = 3;
  public static final int OPTION_NAME_SERVERS = 6;
  public static final int OPTION_DOMAIN = 15;
  public static final int OPTION_MTU = 26;
  public static final int OPTION_REQUESTED_ADDRESS = 50;
  public static final int OPTION_LEASE = 51;
  private static final int OPTION_OVERLOAD = 52;
  private static final int OPTION_TYPE = 53;
  public static final int OPTION_SERVER = 54;
  private static final int OPTION_PARAMETERS = 55;
  private static final int OPTION_MOST_OCTETS = 57;
  public static final int OPTION_RENEWAL = 58;
  public static final int OPTION_REBINDING = 59;
  public static final int OPTION_CLIENT = 61;
  public static final int OPTION_SEARCH = 119;
  public static final int OPTION_ROUTES = 121;

  /** What {@link #option} answers where there is none, or none that can be read. */
  public static final int NONE = -1;

  private static final int PAD = 0;
  private static final int END = 255;
  private static final int BOOTREQUEST = 1;
  private static final int BOOTREPLY = 2;
  private static final int HTYPE_HLEN = 1 << 8 | 6;
  private static final int COOKIE = 0x6382_5363;
  private static final int FILE = 108;
  private static final int SNAME = 44;
  private static final int OPTIONS = 240;

  private Dhcp() {}

  /** Whether it is a server's message, for Ethernet; needs {@link #FIXED}. */
  public static boolean reply(byte[] b, int at) {
    return Bytes.u8(b, at) == BOOTREPLY
        && Bytes.u16(b, at + 1) == HTYPE_HLEN
        && Bytes.i32(b, at + 236) == COOKIE;
  }

  /** Whether it is a client's message, for Ethernet; needs {@link #FIXED}. */
  public static boolean request(byte[] b, int at) {
    return Bytes.u8(b, at) == BOOTREQUEST
        && Bytes.u16(b, at + 1) == HTYPE_HLEN
        && Bytes.i32(b, at + 236) == COOKIE;
  }

  public static int flags(byte[] b, int at) {
    return Bytes.u16(b, at + 10);
  }

  /** The address that the client has. */
  public static int clientAddress(byte[] b, int at) {
    return Bytes.i32(b, at + 12);
  }

  /** The agent that has passed it on; 0 for none. */
  public static int relay(byte[] b, int at) {
    return Bytes.i32(b, at + 24);
  }

  public static int transaction(byte[] b, int at) {
    return Bytes.i32(b, at + 4);
  }

  /** The address that the server offers or has leased. */
  public static int yourAddress(byte[] b, int at) {
    return Bytes.i32(b, at + 16);
  }

  public static int clientHigh(byte[] b, int at) {
    return Bytes.u16(b, at + 28);
  }

  public static int clientLow(byte[] b, int at) {
    return Bytes.i32(b, at + 30);
  }

  /** The message's type; {@link #NONE} where it has none. */
  public static int type(byte[] b, int at, int end, byte[] scratch) {
    return option(b, at, end, OPTION_TYPE, scratch) == 1 ? Bytes.u8(scratch, 0) : NONE;
  }

  /**
   * Gathers an option's octets, from wherever its pieces are, in {@code to}.
   *
   * @param end one past the message's last octet, which has {@link #FIXED} at least
   * @return how many octets, or {@link #NONE}, also where they do not fit into {@code to}
   */
  public static int option(byte[] b, int at, int end, int code, byte[] to) {
    int overloaded = walk(b, at + OPTIONS, end, OPTION_OVERLOAD, to, NONE);
    int fields = overloaded == 1 ? Bytes.u8(to, 0) : 0;
    int used = walk(b, at + OPTIONS, end, code, to, NONE);
    // RFC 2131 4.1: first the options, then file, then sname; what these say of overload is void.
    if ((fields & 1) != 0) {
      used = walk(b, at + FILE, at + FILE + 128, code, to, used);
    }
    if ((fields & 2) != 0) {
      used = walk(b, at + SNAME, at + SNAME + 64, code, to, used);
    }
    return used > to.length ? NONE : used;
  }

  /** As {@link #option} within one field, behind the {@code used} octets that are there already. */
  private static int walk(byte[] b, int from, int end, int code, byte[] to, int used) {
    int at = from;
    int total = used;
    while (at < end && Bytes.u8(b, at) != END) {
      if (Bytes.u8(b, at) == PAD) {
        at++;
        continue;
      }
      if (2 > end - at || Bytes.u8(b, at + 1) > end - at - 2) {
        return total; // nothing behind a wrong length can be told apart
      }
      int length = Bytes.u8(b, at + 1);
      if (Bytes.u8(b, at) == code) {
        total = Math.max(total, 0);
        if (length <= to.length - total) {
          System.arraycopy(b, at + 2, to, total, length);
          total += length;
        } else {
          total = to.length + 1; // for good: nothing fits any more
        }
      }
      at += 2 + length;
    }
    return total;
  }

  /**
   * Writes what every message of a client begins with, its type and identifier among the options.
   *
   * @param broadcast whether the answer must go to all, since we have no address yet
   * @return where the next option goes
   */
  public static int put(
      byte[] b, int type, int transaction, int seconds, boolean broadcast, int high, int low) {
    Bytes.zero(b, 0, LEAST);
    Bytes.put32(b, 0, BOOTREQUEST << 24 | HTYPE_HLEN << 8);
    Bytes.put32(b, 4, transaction);
    Bytes.put16(b, 8, seconds);
    Bytes.put16(b, 10, broadcast ? 0x8000 : 0);
    Ethernet.putAddress(b, 28, high, low);
    Bytes.put32(b, 236, COOKIE);
    Bytes.put32(b, OPTIONS, OPTION_TYPE << 24 | 1 << 16 | type << 8 | OPTION_CLIENT);
    // RFC 4361 6.1 (MUST): type 255, then an IAID, then a DUID, which is one of kind 3 of RFC 8415
    // 11.4: hardware type and link address.
    int at = OPTIONS + 4;
    Bytes.put16(b, at, 15 << 8 | 255);
    Bytes.put32(b, at + 2, low);
    Bytes.put32(b, at + 6, 3 << 16 | 1);
    Ethernet.putAddress(b, at + 10, high, low);
    return at + 16;
  }

  /**
   * Writes what a server's answer to a message begins with, its type among the options.
   *
   * @param yours the address that the client gets, or 0
   * @return where the next option goes
   */
  public static int putReply(byte[] b, int at, byte[] to, int toAt, int type, int yours) {
    Bytes.zero(b, at, LEAST);
    Bytes.put32(b, at, BOOTREPLY << 24 | HTYPE_HLEN << 8);
    Bytes.put32(b, at + 4, transaction(to, toAt));
    Bytes.put16(b, at + 10, flags(to, toAt));
    // RFC 2131 4.3.1 table 3: the client's own address in an ACK alone
    Bytes.put32(b, at + 12, type == ACK ? clientAddress(to, toAt) : 0);
    Bytes.put32(b, at + 16, yours);
    System.arraycopy(to, toAt + CLIENT, b, at + CLIENT, 16);
    Bytes.put32(b, at + 236, COOKIE);
    Bytes.put32(b, at + OPTIONS, OPTION_TYPE << 24 | 1 << 16 | type << 8);
    return at + OPTIONS + 3;
  }

  /** Ends the options of a message that begins at {@code at}; answers its length. */
  public static int putEnd(byte[] b, int at, int next) {
    Bytes.put8(b, next, END);
    return Math.max(next + 1 - at, LEAST);
  }

  public static void putClientAddress(byte[] b, int address) {
    Bytes.put32(b, 12, address);
  }

  /** Writes an option of four octets; answers where the next one goes. */
  public static int putAddress(byte[] b, int at, int code, int address) {
    Bytes.put16(b, at, code << 8 | 4);
    Bytes.put32(b, at + 2, address);
    return at + 6;
  }

  /** Asks for what a client wants to know, in messages of at most so many octets with headers. */
  public static int putWishes(byte[] b, int at, int mostOctets) {
    Bytes.put32(b, at, OPTION_MOST_OCTETS << 24 | 2 << 16 | mostOctets);
    Bytes.put16(b, at + 4, OPTION_PARAMETERS << 8 | 7);
    // RFC 3442 (MUST): classless routes are asked for before routers.
    Bytes.put32(b, at + 6, OPTION_MASK << 24 | OPTION_ROUTES << 16 | OPTION_ROUTER << 8);
    Bytes.put8(b, at + 9, OPTION_NAME_SERVERS);
    Bytes.put16(b, at + 10, OPTION_DOMAIN << 8 | OPTION_SEARCH);
    Bytes.put8(b, at + 12, OPTION_MTU);
    return at + 13;
  }

  /** Ends the options; answers the message's length. */
  public static int putEnd(byte[] b, int at) {
    return putEnd(b, 0, at);
  }
}
