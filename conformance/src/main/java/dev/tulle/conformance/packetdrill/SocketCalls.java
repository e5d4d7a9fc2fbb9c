// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.ip.Endpoint;
import dev.tulle.tcp.TcpInfo;
import dev.tulle.tcp.TcpSocket;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The socket interface of Linux as scripts call it, on top of Tulle's sockets. */
final class SocketCalls {
  private static final int FIRST_PORT = 8080;
  private static final int BUFFER = 1 << 20;

  private final Machine machine;
  private final Flows flows;
  private final Map<Integer, Descriptor> descriptors = new TreeMap<>();
  private final Transfers transfers = new Transfers();
  private final Opening opening;
  private final byte[] buffer = new byte[BUFFER];
  private int nextPort = FIRST_PORT;

  /** The connection that was made last: assertions are about it. */
  private Descriptor latest;

  SocketCalls(Machine machine, Flows flows) {
    this.machine = machine;
    this.flows = flows;
    opening = new Opening(machine, flows, transfers, d -> latest = d);
  }

  /** The socket that assertions are about, or null. */
  TcpSocket subject() {
    return latest == null ? null : latest.socket;
  }

  /** The host's port of that socket. */
  int subjectPort() {
    Endpoint local = new Endpoint();
    latest.socket.local(local);
    return local.port;
  }

  boolean nonBlocking(CallText call) {
    Descriptor d = descriptors.get((int) argument(call, 0));
    return d != null && d.nonBlocking || (flags(call) & Constants.MSG_DONTWAIT) != 0;
  }

  /**
   * Makes a call.
   *
   * @param again whether it has been tried before and waited
   * @return null where it has to wait
   */
  Outcome call(int line, CallText call, boolean again) {
    String name = call.name();
    if (name.equals("socket")) {
      descriptors.put((int) Value.number(call.result(), 3), new Descriptor(new SocketOptions()));
      return Outcome.of(Value.number(call.result(), 3));
    }
    if (name.equals("poll")) {
      return poll(line, call, again);
    }
    if (name.startsWith("epoll_create")) {
      Descriptor d = new Descriptor(new SocketOptions());
      d.epoll = new Epoll();
      descriptors.put((int) Value.number(call.result(), 5), d);
      return Outcome.of(Value.number(call.result(), 5));
    }
    if (name.equals("usleep") || name.equals("sched_yield") || name.equals("cap_set")) {
      return Outcome.of(Value.number(call.result(), 0));
    }
    Descriptor d = descriptors.get((int) argument(call, 0));
    if (name.equals("open") || d == null && name.equals("sendfile")) {
      return Outcome.of(Value.number(call.result(), 0)); // a file has what is asked for
    }
    if (d == null) {
      return Outcome.error("EBADF");
    }
    return switch (name) {
      case "epoll_ctl" -> epollControl(d, call);
      case "epoll_wait", "epoll_pwait" -> epollWait(line, d, call, again);
      case "sendfile" -> transfers.send(d, (int) argument(call, 3), 0, buffer, again);
      case "bind" -> bind(d, call.arguments());
      case "listen" -> listen(d, call);
      case "accept", "accept4" -> accept(d, call);
      case "connect" -> opening.connect(d, again);
      case "read", "recv", "recvfrom", "readv" ->
          transfers.receive(d, count(call), flags(call), buffer);
      case "recvmsg" -> receiveMessage(line, d, call);
      case "write", "send", "sendto", "writev", "sendmsg" ->
          opening.send(d, count(call), flags(call), buffer, again);
      case "shutdown" -> shutdown(d, (int) argument(call, 1));
      case "close" -> close(d, (int) argument(call, 0));
      case "fcntl" -> control(d, call);
      case "ioctl" -> inputOutput(line, d, call);
      case "setsockopt" -> setOption(line, d, call);
      case "getsockopt" -> getOption(line, d, call);
      default -> throw new Difference(line, "the call " + name + " is not known here");
    };
  }

  /** Also compares what TCP_INQ tells of what is left to be read. */
  private Outcome receiveMessage(int line, Descriptor d, CallText call) {
    Outcome outcome = transfers.receive(d, count(call), flags(call), buffer);
    boolean asked = d.options.value("TCP_INQ") != 0;
    if (outcome != null
        && outcome.error() == null
        && asked
        && call.arguments().get(1) instanceof Value.Struct message
        && message.fields().get("msg_control") instanceof Value.Array control) {
      for (Value item : control.items()) {
        Value data = item instanceof Value.Struct c ? c.field("cmsg_data", 2) : null;
        if (data != null && item.toString().contains("TCP_CM_INQ")) {
          compare(line, "TCP_CM_INQ", data, inQueue(d));
        }
      }
    }
    return outcome;
  }

  /** Linux counts the end of the stream as an octet more. */
  private static int inQueue(Descriptor d) {
    int readable = d.socket.readable();
    return readable == 0 && d.socket.finished() ? 1 : readable;
  }

  private Outcome epollControl(Descriptor d, CallText call) {
    Value last = call.arguments().size() > 3 ? call.arguments().get(3) : null;
    int events =
        last instanceof Value.Struct event ? (int) Value.number(event.field("events", 0), 0) : 0;
    String operation = call.arguments().get(1).toString();
    String error = d.epoll.control(operation, (int) argument(call, 2), events);
    return error == null ? Outcome.ZERO : Outcome.error(error);
  }

  private Outcome epollWait(int line, Descriptor d, CallText call, boolean again) {
    int count = 0;
    Value told = call.arguments().get(1);
    Value first =
        told instanceof Value.Array all && !all.items().isEmpty() ? all.items().get(0) : told;
    for (int number : d.epoll.numbers()) {
      Descriptor watched = descriptors.get(number);
      if (watched == null) {
        continue;
      }
      int ready = transfers.events(watched);
      boolean room = watched.refused && (ready & Constants.POLLOUT) != 0;
      watched.refused &= !room;
      int seen = d.epoll.ready(number, ready, arrived(watched), room);
      if (seen == 0) {
        continue;
      }
      if (count++ == 0 && first instanceof Value.Struct event) {
        compare(line, "events", event.field("events", 0), seen);
      }
    }
    boolean blocks = argument(call, 3) != 0;
    boolean expects = Value.number(call.result(), 0) != 0;
    return count == 0 && blocks && (!again || expects) ? null : Outcome.of(count);
  }

  private long arrived(Descriptor d) {
    if (d.socket == null) {
      return d.listener != null && d.listener.waiting() ? 1 : 0;
    }
    TcpInfo info = new TcpInfo();
    d.socket.info(info);
    return info.bytesReceived + (d.socket.finishing() ? 1 : 0);
  }

  private static long argument(CallText call, int at) {
    return at < call.arguments().size() ? Value.number(call.arguments().get(at), 0) : 0;
  }

  /** How many octets a call is about; in vectors and messages the sum. */
  private static int count(CallText call) {
    Value second = call.arguments().get(1);
    if (second instanceof Value.Array vector) {
      return vector(vector);
    }
    if (second instanceof Value.Struct message) {
      Value vector = message.fields().get("msg_iov");
      return vector instanceof Value.Array array ? vector(array) : 0;
    }
    return (int) argument(call, 2);
  }

  private static int vector(Value.Array vector) {
    int sum = 0;
    for (Value item : vector.items()) {
      if (item instanceof Value.Struct piece) {
        sum += (int) Value.number(piece.field("iov_len", 1), 0);
      }
    }
    return sum;
  }

  private static int flags(CallText call) {
    return switch (call.name()) {
      case "send", "sendto", "recv", "recvfrom" -> (int) argument(call, 3);
      case "sendmsg", "recvmsg" -> (int) argument(call, 2);
      default -> 0;
    };
  }

  private Outcome bind(Descriptor d, List<Value> arguments) {
    d.port = nextPort++;
    if (arguments.get(1) instanceof Value.Struct address
        && address.field("sin_port", 1) instanceof Value.Macro port) {
      d.port = (int) Value.number(port.arguments().get(0), d.port);
    }
    return Outcome.ZERO;
  }

  private Outcome listen(Descriptor d, CallText call) {
    if (d.port == 0) {
      d.port = nextPort++;
    }
    d.listener = machine.tcp.listen(d.port, (int) Math.max(1, argument(call, 1) + 1));
    if (d.listener == null) {
      return Outcome.error("EADDRINUSE");
    }
    d.options.attach(d.listener);
    opening.acceptFast(d);
    flows.listening(d.port);
    return Outcome.ZERO;
  }

  private Outcome accept(Descriptor d, CallText call) {
    if (d.listener == null) {
      return Outcome.error("EINVAL");
    }
    TcpSocket socket = d.listener.accept();
    if (socket == null) {
      return null;
    }
    Descriptor accepted = new Descriptor(new SocketOptions(d.options));
    accepted.socket = socket;
    accepted.flow = flows.of(socket);
    accepted.nonBlocking =
        call.name().equals("accept4")
            && call.arguments().get(3).toString().contains("SOCK_NONBLOCK");
    accepted.options.attach(socket);
    int number = (int) Value.number(call.result(), 4);
    descriptors.put(number, accepted);
    latest = accepted;
    return Outcome.of(number);
  }

  private Outcome shutdown(Descriptor d, int how) {
    if (d.socket == null || d.dead()) {
      return Outcome.error("ENOTCONN");
    }
    if (how != 1) {
      d.readShut = true;
      d.socket.shutdownRead();
    }
    if (how != 0) {
      d.socket.shutdownWrite();
    }
    return Outcome.ZERO;
  }

  private Outcome close(Descriptor d, int number) {
    descriptors.remove(number);
    for (Descriptor other : descriptors.values()) {
      if (other.epoll != null) {
        other.epoll.closed(number);
      }
    }
    if (d.listener != null) {
      d.listener.close();
    }
    if (d.socket != null) {
      d.socket.close();
    }
    if (latest == d) {
      latest = null;
    }
    return Outcome.ZERO;
  }

  private Outcome control(Descriptor d, CallText call) {
    String command = call.arguments().get(1).toString();
    if (command.equals("F_GETFL")) {
      return Outcome.of(2 | (d.nonBlocking ? Constants.O_NONBLOCK : 0));
    }
    if (command.equals("F_SETFL")) {
      d.nonBlocking = (argument(call, 2) & Constants.O_NONBLOCK) != 0;
    }
    return Outcome.ZERO;
  }

  private Outcome inputOutput(int line, Descriptor d, CallText call) {
    String command = call.arguments().get(1).toString();
    if (d.socket == null) {
      return Outcome.error("EINVAL");
    }
    long value =
        switch (command) {
          case "SIOCINQ", "FIONREAD" -> d.socket.readable();
          case "SIOCATMARK" -> d.socket.urgentMark() == 0 ? 1 : 0;
          case "SIOCOUTQ", "TIOCOUTQ" -> d.socket.unacknowledged();
          default -> throw new Difference(line, "ioctl " + command + " is not known here");
        };
    compare(line, command, call.arguments().get(2), value);
    return Outcome.ZERO;
  }

  private static void compare(int line, String what, Value expected, long seen) {
    long wanted = Value.number(expected, seen);
    if (wanted != seen) {
      throw new Difference(line, what + " " + wanted, what + " " + seen);
    }
  }

  private Outcome setOption(int line, Descriptor d, CallText call) {
    String name = call.arguments().get(2).toString();
    Value value = call.arguments().get(3);
    if (value instanceof Value.Array array && array.items().size() == 1) {
      value = array.items().get(0);
    }
    if (!d.options.set(name, value)) {
      throw new Difference(line, "the socket option " + name + " is not known here");
    }
    if (name.equals("TCP_FASTOPEN")) {
      opening.acceptFast(d);
    }
    return Outcome.ZERO;
  }

  private Outcome getOption(int line, Descriptor d, CallText call) {
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
    Long value = d.options.get(name);
    if (value == null) {
      throw new Difference(line, "the socket option " + name + " cannot be read here");
    }
    compare(line, name, expected, value);
    return Outcome.ZERO;
  }

  private Outcome poll(int line, CallText call, boolean again) {
    int ready = 0;
    Value.Array array = (Value.Array) call.arguments().get(0);
    for (Value item : array.items()) {
      Value.Struct entry = (Value.Struct) item;
      Descriptor d = descriptors.get((int) Value.number(entry.field("fd", 0), -1));
      int events = d == null ? 0x20 : transfers.events(d);
      int wanted = (int) Value.number(entry.field("events", 1), 0);
      int seen = events & (wanted | Constants.POLLERR | Constants.POLLHUP | 0x20);
      if (seen != 0) {
        ready++;
      }
    }
    long timeoutMs = argument(call, 2);
    if (ready == 0 && timeoutMs != 0 && !again) {
      return null;
    }
    if (ready == 0 && timeoutMs != 0 && Value.number(call.result(), 0) != 0) {
      return null;
    }
    for (Value item : array.items()) {
      Value.Struct entry = (Value.Struct) item;
      Descriptor d = descriptors.get((int) Value.number(entry.field("fd", 0), -1));
      int wanted = (int) Value.number(entry.field("events", 1), 0);
      int seen =
          d == null ? 0x20 : transfers.events(d) & (wanted | Constants.POLLERR | Constants.POLLHUP);
      compare(line, "revents", entry.field("revents", 2), seen);
    }
    return Outcome.of(ready);
  }
}
