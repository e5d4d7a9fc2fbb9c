// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.tcp.TcpInfo;
import java.util.Map;

/** The calls that wait for sockets to be ready: {@code poll} and {@code epoll_wait}. */
final class Readiness {
  private final Map<Integer, Descriptor> descriptors;
  private final Transfers transfers;

  Readiness(Map<Integer, Descriptor> descriptors, Transfers transfers) {
    this.descriptors = descriptors;
    this.transfers = transfers;
  }

  Outcome control(Descriptor d, CallText call) {
    Value last = call.arguments().size() > 3 ? call.arguments().get(3) : null;
    int events =
        last instanceof Value.Struct event ? (int) Value.number(event.field("events", 0), 0) : 0;
    String operation = call.arguments().get(1).toString();
    String error = d.epoll.control(operation, (int) SocketCalls.argument(call, 2), events);
    return error == null ? Outcome.ZERO : Outcome.error(error);
  }

  Outcome await(int line, Descriptor d, CallText call, boolean again) {
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
        OptionCalls.compare(line, "events", event.field("events", 0), seen);
      }
    }
    boolean blocks = SocketCalls.argument(call, 3) != 0;
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

  Outcome poll(int line, CallText call, boolean again) {
    int ready = 0;
    Value.Array array = (Value.Array) call.arguments().get(0);
    for (Value item : array.items()) {
      Value.Struct entry = (Value.Struct) item;
      Descriptor d = descriptors.get((int) Value.number(entry.field("fd", 0), -1));
      int events = d == null ? Constants.POLLNVAL : transfers.events(d);
      int wanted = (int) Value.number(entry.field("events", 1), 0);
      int seen = events & (wanted | Constants.POLLERR | Constants.POLLHUP | Constants.POLLNVAL);
      if (seen != 0) {
        ready++;
      }
    }
    long timeoutMs = SocketCalls.argument(call, 2);
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
          d == null
              ? Constants.POLLNVAL
              : transfers.events(d) & (wanted | Constants.POLLERR | Constants.POLLHUP);
      OptionCalls.compare(line, "revents", entry.field("revents", 2), seen);
    }
    return Outcome.of(ready);
  }
}
