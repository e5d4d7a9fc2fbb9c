// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.tcp.TcpInfo;

/** The calls that ask a socket for what it is and tell it how to be. */
final class OptionCalls {
  private final Machine machine;
  private final Opening opening;

  OptionCalls(Machine machine, Opening opening) {
    this.machine = machine;
    this.opening = opening;
  }

  Outcome inputOutput(int line, Descriptor d, CallText call) {
    String command = call.arguments().get(1).toString();
    if (d.listener != null) {
      return Outcome.error("EINVAL");
    }
    long value =
        switch (command) {
          case "SIOCINQ", "FIONREAD" -> d.socket == null ? 0 : d.socket.readable();
          case "SIOCATMARK" -> d.socket != null && d.socket.urgentMark() == 0 ? 1 : 0;
          case "SIOCOUTQ", "TIOCOUTQ" -> queued(d);
          case "SIOCOUTQNSD" -> info(d).unsent;
          default -> throw new Difference(line, "ioctl " + command + " is not known here");
        };
    compare(line, command, call.arguments().get(2), value);
    return Outcome.ZERO;
  }

  /** As Linux counts: nothing before the connection is open, and a FIN is an octet. */
  private static long queued(Descriptor d) {
    if (d.socket == null || d.opening()) {
      return 0;
    }
    return d.socket.unacknowledged() + d.records.octets() + (d.writeShut && d.delivering() ? 1 : 0);
  }

  private static TcpInfo info(Descriptor d) {
    TcpInfo info = new TcpInfo();
    if (d.socket != null) {
      d.socket.info(info);
    }
    return info;
  }

  static void compare(int line, String what, Value expected, long seen) {
    long wanted = Value.number(expected, seen);
    if (wanted != seen) {
      throw new Difference(line, what + " " + wanted, what + " " + seen);
    }
  }

  Outcome set(int line, Descriptor d, CallText call) {
    String name = call.arguments().get(2).toString();
    Value value = call.arguments().get(3);
    if (value instanceof Value.Array array && array.items().size() == 1) {
      value = array.items().get(0);
    }
    if (value.toString().equals("NULL")) {
      return Outcome.error("EFAULT");
    }
    if (value instanceof Value.Number && Value.number(call.arguments().get(4), 4) < 4) {
      return Outcome.error("EINVAL");
    }
    if (name.equals("TCP_CONGESTION")) {
      return chooseCongestion(line, d, call, unquoted(value));
    }
    if (name.startsWith("TCP_FASTOPEN") && d.socket != null) {
      return Outcome.error("EINVAL");
    }
    if (name.equals("TCP_FASTOPEN_CONNECT") && !opening.clients()) {
      return Outcome.error("EOPNOTSUPP");
    }
    String error = d.options.set(name, value);
    if ("ENOPROTOOPT".equals(error) && !error.equals(call.error())) {
      throw new Difference(line, "the socket option " + name + " is not known here");
    }
    if (name.equals("TCP_FASTOPEN")) {
      opening.acceptFast(d);
    }
    if (name.equals("TCP_NODELAY")) {
      push(d);
    }
    return error == null ? Outcome.ZERO : Outcome.error(error);
  }

  /** As in Linux, to switch Nagle's algorithm off lets out what a cork holds back now. */
  private void push(Descriptor d) {
    if (d.socket != null && d.options.value("TCP_NODELAY") != 0) {
      d.socket.cork(false);
      machine.poll();
      d.socket.cork(d.options.value("TCP_CORK") != 0);
    }
  }

  private static String unquoted(Value value) {
    return value.toString().replace("\"", "").replaceAll("[\\[\\]]", "");
  }

  private Outcome chooseCongestion(int line, Descriptor d, CallText call, String name) {
    if (machine.control(name) == null) {
      if ("ENOENT".equals(call.error())) {
        return Outcome.error("ENOENT");
      }
      throw new Difference(line, "the congestion control " + name + " is not known here");
    }
    d.options.congestion(name, machine::control);
    return Outcome.ZERO;
  }

  Outcome get(int line, Descriptor d, CallText call) {
    String name = call.arguments().get(2).toString();
    Value expected = call.arguments().get(3);
    if (name.equals("SO_ERROR")) {
      String error = d.takeError();
      if (expected instanceof Value.Array array && array.items().size() == 1) {
        String wanted = array.items().get(0).toString();
        String seen = error == null ? "0" : error;
        if (!wanted.equals(seen) && !wanted.equals("...")) {
          throw new Difference(line, "SO_ERROR " + wanted, "SO_ERROR " + seen);
        }
      }
      return Outcome.ZERO;
    }
    if (expected instanceof Value.Any) {
      return Outcome.ZERO;
    }
    if (name.equals("TCP_CONGESTION")) {
      String chosen = d.options.congestion(machine.congestion);
      if (!unquoted(expected).equals(chosen)) {
        throw new Difference(line, name + " " + unquoted(expected), name + " " + chosen);
      }
      return Outcome.ZERO;
    }
    if (name.equals("SO_LINGER") && expected instanceof Value.Struct linger) {
      if (!d.options.lingers(linger)) {
        throw new Difference(line, "SO_LINGER " + linger, "it is not so");
      }
      return Outcome.ZERO;
    }
    Long value = name.equals("SO_ACCEPTCONN") ? listens(d) : d.options.get(name);
    if (value == null) {
      if ("ENOPROTOOPT".equals(call.error())) {
        return Outcome.error("ENOPROTOOPT");
      }
      throw new Difference(line, "the socket option " + name + " cannot be read here");
    }
    compare(line, name, expected, value);
    return Outcome.ZERO;
  }

  private static Long listens(Descriptor d) {
    return d.listener != null ? 1L : 0L;
  }
}
