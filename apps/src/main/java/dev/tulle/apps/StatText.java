// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.stack.Counter;
import dev.tulle.stack.CounterNames;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;

/** The rows of a {@link StateReport} as tables whose columns line up, or as one JSON object. */
final class StatText {
  /** Of each kind of rows: what JSON calls them. */
  private static final String[] LISTS = {
    "interfaces", "addresses", "neighbours", "routes", "sockets", "tables", "rules", "counters"
  };

  // A column: what is above it, "" where it is not in the table; what JSON calls it, "" where it is
  // not there; how it is written, as put() tells, and from which word on.
  private static final String[][] COLUMNS = {
    {
      "Interface interface N0", "State state U2", "MTU mtu #3", "MAC mac M4",
    },
    {
      "Interface interface I0", "Address - /1", "- address @1", "- prefix #3", "State state A4",
    },
    {
      "Interface interface I0", "Neighbour address @1", "MAC mac M4", "State state S3",
    },
    {
      "To - /0",
      "- to @0",
      "- prefix #2",
      "Via via ?3",
      "Interface interface I5",
      "Metric metric #6",
      "From - %7",
      "- from ?7",
      "- from_prefix +9",
    },
    {
      "Netid protocol P0",
      "State state T1",
      "Recv-Q recv_q #2",
      "Send-Q send_q #3",
      "Local_Address:Port - :4",
      "- local *4",
      "- local_port #6",
      "Peer_Address:Port - :7",
      "- peer ?7",
      "- peer_port +9",
      "RTT_us rtt_us +:",
      "Window window +;",
    },
    {
      "Table table L0", "Used used #1", "Of of #2",
    },
    {
      "Rule rule #0", "Packets packets #1",
    },
  };

  private static final String[] ADDRESS_STATES = {
    "", "tentative", "duplicate", "deprecated", "preferred"
  };
  private static final String[] NEIGHBOUR_STATES = {
    "", "INCOMPLETE", "REACHABLE", "STALE", "DELAY", "PROBE"
  };

  /** As {@code dev.tulle.tcp.State} numbers them, with the names that {@code ss} has. */
  private static final String[] TCP_STATES = {
    "CLOSED",
    "SYN-SENT",
    "SYN-RECV",
    "SYN-RECV",
    "ESTAB",
    "CLOSE-WAIT",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "CLOSING",
    "LAST-ACK",
    "TIME-WAIT"
  };

  private static final int ESTABLISHED = 4;
  private static final String[] PROTOCOLS = {"tcp", "tcp", "udp", "raw"};
  private static final String[] TABLES = {
    "packets", "connections", "tracked", "mappings", "leases"
  };

  private static final int GAP = 2;
  private static final int COUNTER_WIDTH = 25;
  private static final int VALUE_WIDTH = 12;

  private final Console console;
  private final byte[] b;
  private final int[] firsts = new int[StateRow.END + 1];
  private final Text line = new Text(1000);
  private final Text cell = new Text(200);
  private int status;

  StatText(Console console, byte[] b) {
    this.console = console;
    this.b = b;
  }

  /** Finds the rows in an answer; whether it is one, and whole. */
  boolean read(int end) {
    int kind = -1;
    int at = 0;
    while (kind < StateRow.END) {
      if (end - at < StateRow.HEADER || b[at] < Math.max(kind, 0) || b[at] > StateRow.END) {
        return false;
      }
      while (kind < b[at]) {
        firsts[++kind] = at;
      }
      int octets = StateRow.HEADER + (b[at + 1] & 0xFF) * StateRow.WORD;
      if (octets > end - at) {
        return false;
      }
      if (kind == StateRow.ROUTE) {
        mask(at);
      }
      at += octets;
    }
    return at == end;
  }

  /**
   * Leaves of a route's destination over IPv6 what counts: an own address stands for its subnet.
   */
  private void mask(int at) {
    int bits = (int) word(at, 2);
    if (word(at, 0) != StateRow.FOUR) {
      long high = bits == 0 ? 0 : word(at, 0) & -1L << 64 - Math.min(bits, 64);
      Bytes.put64(b, at + StateRow.HEADER, high);
      long low = bits <= 64 ? 0 : word(at, 1) & -1L << 128 - bits;
      Bytes.put64(b, at + StateRow.HEADER + StateRow.WORD, low);
    }
  }

  /**
   * Prints tables of what there is.
   *
   * @param zeros whether counters that are 0 are printed as well
   * @return 0, or as {@link Console#out}
   */
  int tables(boolean zeros) {
    for (int kind = 0; kind < COLUMNS.length; kind++) {
      if (firsts[kind] < firsts[kind + 1]) {
        table(kind);
        print(line.clear().octet('\n'));
      }
    }
    print(line.clear().put("Counter").fill(COUNTER_WIDTH + VALUE_WIDTH - 5).put("Value\n"));
    for (int at = firsts[StateRow.COUNTER]; at < firsts[StateRow.END]; at = next(at)) {
      if (word(at, 1) != 0 || zeros) {
        counter(line.clear(), at).fill(COUNTER_WIDTH);
        int from = line.length;
        print(line.decimal(word(at, 1)).alignRight(from, VALUE_WIDTH).octet('\n'));
      }
    }
    return status;
  }

  /** Prints all as one JSON object: a list of each kind, and an object with the counters. */
  int json() {
    for (int kind = 0; kind < StateRow.END; kind++) {
      boolean counters = kind == StateRow.COUNTER;
      print(line.clear().put(kind == 0 ? "{\n" : ",\n").octet('"').put(LISTS[kind]).put("\": "));
      print(line.clear().octet(counters ? '{' : '['));
      for (int at = firsts[kind]; at < firsts[kind + 1]; at = next(at)) {
        line.clear().put(at == firsts[kind] ? "\n" : ",\n");
        if (counters) {
          counter(line.octet('"'), at).put("\": ").decimal(word(at, 1));
        } else {
          object(COLUMNS[kind], at);
        }
        print(line);
      }
      print(line.clear().put(counters ? "\n}" : "\n]"));
    }
    print(line.clear().put("\n}\n"));
    return status;
  }

  private int next(int at) {
    return at + StateRow.HEADER + (b[at + 1] & 0xFF) * StateRow.WORD;
  }

  /** A word of the row at a place; 0 where it has none there. */
  private long word(int at, int index) {
    return index < b[at + 1] ? Bytes.i64(b, at + StateRow.HEADER + index * StateRow.WORD) : 0;
  }

  private Text counter(Text to, int at) {
    int number = (int) word(at, 0);
    return number < Counter.COUNT ? to.put(CounterNames.of(number)) : to.decimal(number);
  }

  /** Appends a row as an object, without the members that it has not. */
  private void object(String[] columns, int at) {
    line.octet('{');
    boolean first = true;
    for (int i = 0; i < columns.length; i++) {
      int key = behindSpace(columns[i], 0);
      int how = behindSpace(columns[i], key);
      put(columns[i], how, at);
      if (columns[i].charAt(key) != '-' && cell.length > 0) {
        boolean text = !number(columns[i].charAt(how));
        line.put(first ? "\"" : ", \"");
        append(line, columns[i], key, false);
        line.put(text ? "\": \"" : "\": ").put(cell.bytes, 0, cell.length).put(text ? "\"" : "");
        first = false;
      }
    }
    line.octet('}');
  }

  private void table(int kind) {
    String[] columns = COLUMNS[kind];
    int[] widths = new int[columns.length];
    for (int i = 0; i < columns.length; i++) {
      int how = behindSpace(columns[i], behindSpace(columns[i], 0));
      for (int at = firsts[kind]; at < firsts[kind + 1]; at = next(at)) {
        put(columns[i], how, at);
        widths[i] = Math.max(widths[i], cell.length);
      }
      append(cell.clear(), columns[i], 0, true);
      boolean left = columns[i].charAt(0) == '-' || widths[i] == 0; // or without anything in it
      widths[i] = left ? 0 : Math.max(widths[i], cell.length);
    }
    line.clear();
    for (int i = 0; i < columns.length; i++) {
      append(cell.clear(), columns[i], 0, true);
      fit(columns[i], widths[i]);
    }
    endLine();
    for (int at = firsts[kind]; at < firsts[kind + 1]; at = next(at)) {
      line.clear();
      for (int i = 0; i < columns.length; i++) {
        put(columns[i], behindSpace(columns[i], behindSpace(columns[i], 0)), at);
        fit(columns[i], widths[i]);
      }
      endLine();
    }
  }

  /** Appends the cell to the line, as wide as its column. */
  private void fit(String column, int width) {
    if (width > 0) {
      int from = line.length;
      line.put(cell.bytes, 0, cell.length);
      if (number(column.charAt(behindSpace(column, behindSpace(column, 0))))) {
        line.alignRight(from, width);
      }
      line.fill(from + width + GAP);
    }
  }

  /** Prints the line without the spaces at its end. */
  private void endLine() {
    while (line.length > 0 && line.bytes[line.length - 1] == ' ') {
      line.length--;
    }
    print(line.octet('\n'));
  }

  private static int behindSpace(String column, int from) {
    int i = from;
    while (column.charAt(i) != ' ') {
      i++;
    }
    return i + 1;
  }

  /** Appends a part of a column's description, whose lower lines may stand for spaces. */
  private static void append(Text to, String column, int from, boolean spaces) {
    for (int i = from; column.charAt(i) != ' '; i++) {
      to.octet(spaces && column.charAt(i) == '_' ? ' ' : column.charAt(i));
    }
  }

  /** Whether what is written so is a number. */
  private static boolean number(char how) {
    return how == '#' || how == '+';
  }

  /**
   * Puts what a row has in a column into the cell: nothing where it has nothing.
   *
   * @param how where in the column's description a letter says how, and behind it is the word
   */
  private void put(String column, int how, int at) {
    cell.clear();
    int index = column.charAt(how + 1) - '0';
    long value = word(at, index);
    switch (column.charAt(how)) {
      case '#':
        cell.decimal(value);
        break;
      case '+': // unless it is 0
        if (value != 0) {
          cell.decimal(value);
        }
        break;
      case '@':
        address(at, index, "0.0.0.0");
        break;
      case '?': // unless it is no address
        address(at, index, "");
        break;
      case '*':
        address(at, index, "*");
        break;
      case '/':
        address(at, index, "0.0.0.0");
        cell.octet('/').decimal(word(at, index + 2));
        break;
      case '%': // unless it is of length 0
        if (word(at, index + 2) > 0) {
          address(at, index, "0.0.0.0");
          cell.octet('/').decimal(word(at, index + 2));
        }
        break;
      case ':':
        if (word(at, index) != StateRow.FOUR) {
          cell.octet('['); // RFC 3986 3.2.2
          address(at, index, "");
          cell.octet(']').octet(':').decimal(word(at, index + 2));
        } else if (word(at, index + 1) != 0 || word(at, index + 2) != 0) {
          address(at, index, "*");
          cell.octet(':').decimal(word(at, index + 2));
        }
        break;
      case 'M':
        mac(value);
        break;
      default:
        name(column.charAt(how), at, value);
        break;
    }
  }

  private void address(int at, int index, String none) {
    long high = word(at, index);
    long low = word(at, index + 1);
    if (high == StateRow.FOUR && low != 0) {
      cell.address((int) low);
    } else if (high == StateRow.FOUR || (high | low) == 0 && none.length() == 0) {
      cell.put(none);
    } else {
      Ipv6Text.put(cell, high, low);
    }
  }

  private void mac(long mac) {
    for (int shift = 44; shift >= 0 && mac != 0; shift -= 4) {
      cell.hexadecimal(mac >>> shift & 15);
      if (shift % 8 == 0 && shift > 0) {
        cell.octet(':');
      }
    }
  }

  /** What is told as a number and has a name. */
  private void name(char what, int at, long value) {
    switch (what) {
      case 'N':
        interfaceName(at);
        break;
      case 'I':
        int port = firsts[StateRow.INTERFACE];
        for (int i = 0; i < value && port < firsts[StateRow.ADDRESS]; i++) {
          port = next(port);
        }
        if (value >= 0 && port < firsts[StateRow.ADDRESS]) {
          interfaceName(port);
        }
        break;
      case 'U':
        cell.put(value == Status.OK ? "up" : "down");
        break;
      case 'A':
        named(ADDRESS_STATES, value);
        break;
      case 'S':
        named(NEIGHBOUR_STATES, value);
        break;
      case 'P':
        named(PROTOCOLS, value);
        break;
      case 'L':
        named(TABLES, value);
        break;
      default:
        state((int) word(at, 0), value);
        break;
    }
  }

  private void state(int socket, long state) {
    switch (socket) {
      case StateSockets.LISTENER:
        cell.put("LISTEN");
        break;
      case StateSockets.TCP:
        named(TCP_STATES, state);
        break;
      default:
        cell.put(state == 0 ? "UNCONN" : TCP_STATES[ESTABLISHED]);
        break;
    }
  }

  private void named(String[] names, long value) {
    if (value >= 0 && value < names.length) {
      cell.put(names[(int) value]);
    } else {
      cell.decimal(value);
    }
  }

  /** The name in the first two words; what JSON would have to escape becomes a question mark. */
  private void interfaceName(int at) {
    int from = at + StateRow.HEADER;
    for (int i = from; b[i] != 0 && i < from + 2 * StateRow.WORD; i++) {
      boolean plain = b[i] > ' ' && b[i] < 0x7F && b[i] != '"' && b[i] != '\\';
      cell.octet(plain ? b[i] : '?');
    }
  }

  private void print(Text text) {
    int written = text.toOutput(console);
    status = written < 0 ? written : status;
  }
}
