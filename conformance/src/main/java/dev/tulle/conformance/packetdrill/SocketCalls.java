// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.ip.Endpoint;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The socket interface of Linux as scripts call it, on top of Tulle's sockets. */
final class SocketCalls {
  private static final int FIRST_PORT = 8080;
  private static final int BUFFER = 1 << 20;
  private static final Set<String> TRANSFERS =
      Set.of("read", "recv", "recvfrom", "write", "send", "sendto");

  private final Machine machine;
  private final Flows flows;
  private final Map<Integer, Descriptor> descriptors = new TreeMap<>();
  private final Transfers transfers = new Transfers();
  private final Readiness readiness = new Readiness(descriptors, transfers);
  private final Opening opening;
  private final OptionCalls optionCalls;
  private final byte[] buffer = new byte[BUFFER];
  private int nextPort = FIRST_PORT;

  /** The connection that was made last: assertions are about it. */
  private Descriptor latest;

  SocketCalls(Machine machine, Flows flows) {
    this.machine = machine;
    this.flows = flows;
    opening = new Opening(machine, flows, transfers, d -> latest = d);
    optionCalls = new OptionCalls(machine, opening);
  }

  /** The socket that assertions are about, or null. */
  TcpSocket subject() {
    return latest == null ? null : latest.socket;
  }

  /** Whether it had no room for what was written last. */
  boolean subjectRefused() {
    return latest.refused && !latest.buffer.writable(latest.socket);
  }

  long nowNs() {
    return machine.nowNs();
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
      String type = call.arguments().get(1).toString();
      if (type.startsWith("SOCK_DGRAM") || type.startsWith("SOCK_RAW")) {
        throw new Difference(line, type + " is not known here: only TCP is");
      }
      Descriptor fresh = fresh();
      fresh.nonBlocking = type.contains("SOCK_NONBLOCK");
      descriptors.put((int) Value.number(call.result(), 3), fresh);
      return Outcome.of(Value.number(call.result(), 3));
    }
    if (name.equals("poll")) {
      return readiness.poll(line, call, again);
    }
    if (name.startsWith("epoll_create")) {
      Descriptor d = fresh();
      d.epoll = new Epoll();
      descriptors.put((int) Value.number(call.result(), 5), d);
      return Outcome.of(Value.number(call.result(), 5));
    }
    if (name.equals("pipe")) {
      return pipe(call);
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
    if (name.startsWith("send") || name.startsWith("recv")) {
      requireKnownFlags(line, call);
    }
    if (badPointer(call)) {
      return Outcome.error("EFAULT");
    }
    return switch (name) {
      case "getsockname", "getpeername" ->
          name.equals("getpeername") && (d.socket == null || d.opening())
              ? Outcome.error("ENOTCONN")
              : Outcome.ZERO;
      case "splice" -> splice(line, d, call, again);
      case "epoll_ctl" -> readiness.control(d, call);
      case "epoll_wait", "epoll_pwait" -> readiness.await(line, d, call, again);
      case "sendfile" -> transfers.send(d, (int) argument(call, 3), 0, buffer, again);
      case "bind" -> d.port != 0 ? Outcome.error("EINVAL") : bind(d, call.arguments());
      case "listen" -> listen(d, call);
      case "accept", "accept4" -> accept(d, call);
      case "connect" ->
          call.arguments().get(1).toString().contains("AF_UNSPEC")
              ? opening.disconnect(d)
              : opening.connect(d, again);
      case "read", "recv", "recvfrom", "readv" ->
          transfers.receive(d, count(call), flags(call), buffer);
      case "recvmsg" -> receiveMessage(line, d, call);
      case "write", "send", "sendto", "writev", "sendmsg" ->
          opening.send(d, count(call), flags(call), buffer, again);
      case "shutdown" -> shutdown(d, (int) argument(call, 1));
      case "close" -> close(d, (int) argument(call, 0), again);
      case "fcntl" -> control(d, call);
      case "ioctl" -> optionCalls.inputOutput(line, d, call);
      case "setsockopt" -> optionCalls.set(line, d, call);
      case "getsockopt" -> optionCalls.get(line, d, call);
      default -> throw new Difference(line, "the call " + name + " is not known here");
    };
  }

  /** Writes what waited for the end of a record; answers whether there was something. */
  boolean releaseRecords() {
    boolean some = false;
    for (Descriptor d : descriptors.values()) {
      some |= d.socket != null && d.records.release(d.socket, buffer, false);
    }
    return some;
  }

  /** How long a call waits at most. */
  long patienceNs(CallText call) {
    Descriptor d = descriptors.get((int) argument(call, 0));
    boolean reads = call.name().matches("accept4?|read|readv|recv|recvfrom|recvmsg");
    boolean writes = call.name().matches("connect|write|writev|send|sendto|sendmsg");
    String option = reads ? "SO_RCVTIMEO" : writes ? "SO_SNDTIMEO" : null;
    long ns = d == null || option == null ? 0 : d.options.value(option);
    return ns == 0 ? Long.MAX_VALUE / 4 : ns;
  }

  /** What a call comes to that has waited as long as it may. */
  Outcome gaveUp(CallText call) {
    int written = call.name().matches("write.*|send.*") ? transfers.written() : 0;
    String error = call.name().equals("connect") ? "EINPROGRESS" : "EAGAIN";
    return written > 0 ? Outcome.of(written) : Outcome.error(error);
  }

  private Descriptor fresh() {
    return new Descriptor(new SocketOptions(machine.settings));
  }

  private Outcome pipe(CallText call) {
    Value.Array ends = (Value.Array) call.arguments().get(0);
    int[] octets = new int[1];
    for (Value end : ends.items()) {
      Descriptor d = fresh();
      d.pipe = octets;
      descriptors.put((int) Value.number(end, 0), d);
    }
    return Outcome.ZERO;
  }

  /** Between a socket and a pipe, either way. */
  private Outcome splice(int line, Descriptor from, CallText call, boolean again) {
    Descriptor to = descriptors.get((int) argument(call, 2));
    int count = (int) argument(call, 4);
    if (to == null || (from.pipe == null) == (to.pipe == null)) {
      throw new Difference(line, "splice is known here between a socket and a pipe only");
    }
    Outcome outcome =
        from.pipe == null
            ? transfers.receive(from, count, 0, buffer)
            : transfers.send(to, Math.min(count, from.pipe[0]), 0, buffer, again);
    if (outcome != null && outcome.error() == null) {
      int[] pipe = from.pipe == null ? to.pipe : from.pipe;
      pipe[0] += (int) (from.pipe == null ? outcome.value() : -outcome.value());
    }
    return outcome;
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
          OptionCalls.compare(line, "TCP_CM_INQ", data, inQueue(d));
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

  static long argument(CallText call, int at) {
    return at < call.arguments().size() ? Value.number(call.arguments().get(at), 0) : 0;
  }

  /** Whether nothing of a transfer can be done: its buffer, or the first of several, is NULL. */
  private static boolean badPointer(CallText call) {
    if (TRANSFERS.contains(call.name())) {
      return call.arguments().get(1).toString().equals("NULL");
    }
    Value vector = vectorOf(call);
    return vector instanceof Value.Array array && total(array) == 0 && lostPiece(array);
  }

  /** The vector of a call that has one, else null. */
  private static Value vectorOf(CallText call) {
    if (call.name().endsWith("msg")) {
      Value message = call.arguments().get(1);
      return message instanceof Value.Struct struct ? struct.fields().get("msg_iov") : null;
    }
    boolean vectored = call.name().equals("readv") || call.name().equals("writev");
    return vectored ? call.arguments().get(1) : null;
  }

  /** How many octets a call is about; in vectors and messages the sum. */
  private static int count(CallText call) {
    if (call.name().matches("readv|writev|sendmsg|recvmsg")) {
      return vectorOf(call) instanceof Value.Array array ? total(array) : 0;
    }
    return (int) argument(call, 2);
  }

  /** The sum of the pieces, up to one whose pointer is bad. */
  private static int total(Value.Array vector) {
    int sum = 0;
    for (Value item : vector.items()) {
      if (item instanceof Value.Struct piece) {
        int length = (int) Value.number(piece.field("iov_len", 1), 0);
        if (length > 0 && lost(piece)) {
          return sum;
        }
        sum += length;
      }
    }
    return sum;
  }

  private static boolean lostPiece(Value.Array vector) {
    return vector.items().stream().anyMatch(item -> item instanceof Value.Struct p && lost(p));
  }

  private static boolean lost(Value.Struct piece) {
    return String.valueOf(piece.field("iov_base", 0)).equals("NULL");
  }

  private static int flags(CallText call) {
    return switch (call.name()) {
      case "send", "sendto", "recv", "recvfrom" -> (int) argument(call, 3);
      case "sendmsg", "recvmsg" -> (int) argument(call, 2);
      default -> 0;
    };
  }

  private static void requireKnownFlags(int line, CallText call) {
    int at = call.name().endsWith("msg") ? 2 : 3;
    if (at < call.arguments().size() && call.arguments().get(at) instanceof Value.Name names) {
      boolean errors = names.name().contains("MSG_ERRQUEUE");
      if (errors || Constants.value(names.name()) == null) {
        String why = errors ? ": there is no queue of errors" : "";
        throw new Difference(line, names.name() + " is not known here" + why);
      }
    }
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
    if (d.socket != null) {
      return Outcome.error("EINVAL");
    }
    if (d.listener != null) {
      return Outcome.ZERO; // Linux takes over the new backlog
    }
    if (d.port == 0) {
      d.port = nextPort++;
    }
    Listener listener = machine.tcp.listen(d.port, (int) Math.max(1, argument(call, 1) + 1));
    if (listener == null) {
      return Outcome.error("EADDRINUSE");
    }
    d.listener = new AcceptQueue(listener, d.options, machine::nowNs);
    d.options.attach(listener);
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
    if (d.listener != null) {
      if (how != 1) {
        d.listener.close();
        d.listener = null;
      }
      return Outcome.ZERO;
    }
    if (d.socket == null || d.dead()) {
      return Outcome.error("ENOTCONN");
    }
    if (how != 1) {
      d.readShut = true;
      d.socket.shutdownRead();
    }
    if (how != 0) {
      d.records.release(d.socket, buffer, true);
      d.writeShut = true;
      d.socket.shutdownWrite();
    }
    return Outcome.ZERO;
  }

  /** Answers null where it has to wait: a socket that lingers closes when all is delivered. */
  private Outcome close(Descriptor d, int number, boolean again) {
    if (again) {
      boolean late = machine.nowNs() - d.closingSinceNs >= d.options.lingerNs();
      return late || !d.delivering() ? forget(d, number) : null;
    }
    for (Descriptor other : descriptors.values()) {
      if (other.epoll != null) {
        other.epoll.closed(number);
      }
    }
    if (d.listener != null) {
      d.listener.close();
    }
    if (d.socket != null) {
      d.records.release(d.socket, buffer, true);
      d.socket.close();
    }
    if (latest == d) {
      latest = null;
    }
    if (d.nonBlocking || d.socket == null || d.options.lingerNs() <= 0) {
      return forget(d, number);
    }
    d.closingSinceNs = machine.nowNs();
    machine.poll();
    return d.delivering() ? null : forget(d, number);
  }

  private Outcome forget(Descriptor d, int number) {
    descriptors.remove(number, d);
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
}
