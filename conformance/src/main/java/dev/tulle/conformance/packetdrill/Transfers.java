// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpInfo;

/** Reading, writing and readiness of connected sockets, with the errors of Linux. */
final class Transfers {
  /** Octets that a blocked write has handed over already. */
  private int written;

  int written() {
    return written;
  }

  /** Octets, 0 at the end of the stream, an error; null where it has to wait. */
  Outcome receive(Descriptor d, int count, int flags, byte[] buffer) {
    if (d.socket == null) {
      return Outcome.error("ENOTCONN");
    }
    if ((flags & Constants.MSG_OOB) != 0) {
      return Outcome.error("EINVAL"); // urgent data is in line, as with SO_OOBINLINE in Linux
    }
    boolean all = (flags & Constants.MSG_WAITALL) != 0;
    boolean ending = d.dead() || d.socket.finishing() || d.readShut;
    int enough = all ? count : Math.min(count, lowWater(d));
    if (d.socket.readable() < enough && !ending && !(impatient(d, flags) && !all)) {
      return null;
    }
    if ((flags & Constants.MSG_PEEK) != 0 && d.socket.readable() > 0) {
      return Outcome.of(Math.min(count, d.socket.readable()));
    }
    int n = count == 0 ? 0 : d.socket.read(buffer, 0, Math.min(count, buffer.length));
    if (n >= 0) {
      return Outcome.of(n);
    }
    if (n == Status.WOULD_BLOCK) {
      return null;
    }
    String error = d.takeError();
    return error == null ? Outcome.ZERO : Outcome.error(error);
  }

  /** SO_RCVLOWAT: what makes a socket readable. */
  private static int lowWater(Descriptor d) {
    return (int) Math.max(1, d.options.value("SO_RCVLOWAT"));
  }

  /** Whether a call takes what there is, little as it may be. */
  private static boolean impatient(Descriptor d, int flags) {
    return d.nonBlocking || (flags & Constants.MSG_DONTWAIT) != 0;
  }

  /** Octets or an error; null where it has to wait. */
  Outcome send(Descriptor d, int count, int flags, byte[] buffer, boolean again) {
    if (!again) {
      written = 0;
    }
    if (d.socket == null) {
      return Outcome.error("EPIPE");
    }
    if ((flags & Constants.MSG_OOB) != 0) {
      return Outcome.error("EOPNOTSUPP"); // RFC 6093 5 (SHOULD NOT)
    }
    if (!again) {
      boolean more = (flags & Constants.MSG_MORE) != 0; // corks the socket until the next call
      d.socket.cork(more || d.options.value("TCP_CORK") != 0);
    }
    boolean end = (flags & Constants.MSG_EOR) != 0;
    if (d.records.hold(d.socket) && !again && count > 0) {
      d.records.add(count, end);
      return Outcome.of(count);
    }
    if (again && !d.buffer.writable(d.socket) && !d.dead()) {
      return null;
    }
    while (written < count) {
      int room = Math.min(d.buffer.room(d.socket), buffer.length);
      boolean full = room == 0 && !d.dead();
      int n =
          full ? Status.WOULD_BLOCK : d.socket.write(buffer, 0, Math.min(count - written, room));
      if (n == Status.WOULD_BLOCK) {
        d.refused = true;
        boolean waits = !d.nonBlocking && (flags & Constants.MSG_DONTWAIT) == 0;
        return waits || written == 0 ? null : Outcome.of(written);
      }
      if (n < 0) {
        String error = d.takeError();
        return written > 0 ? Outcome.of(written) : Outcome.error(error == null ? "EPIPE" : error);
      }
      written += n;
      d.buffer.wrote(n);
    }
    if (end && count > 0) {
      d.records.end();
    }
    return Outcome.of(count);
  }

  /** TCP_NOTSENT_LOWAT: as in Linux half of it has to be sent before one may write again. */
  private static boolean waitsForSending(Descriptor d) {
    long most = d.options.value("TCP_NOTSENT_LOWAT");
    TcpInfo info = new TcpInfo();
    d.socket.info(info);
    return most > 0 && 2L * info.unsent >= most;
  }

  private static boolean writable(Descriptor d) {
    return d.socket.writable() > 0 && d.buffer.writable(d.socket) && !waitsForSending(d);
  }

  /** What {@code poll} sees, of all events. */
  int events(Descriptor d) {
    if (d.listener != null) {
      return d.listener.waiting() ? Constants.POLLIN | Constants.POLLRDNORM : 0;
    }
    if (d.socket == null) {
      int hangUp = d.deferred ? 0 : Constants.POLLHUP;
      return Constants.POLLOUT | Constants.POLLWRNORM | hangUp;
    }
    if (d.opening()) {
      return 0;
    }
    int events = 0;
    boolean finished = d.dead() || d.readShut || d.socket.finishing();
    if (finished || d.socket.readable() >= lowWater(d)) {
      events |= Constants.POLLIN | Constants.POLLRDNORM;
    }
    if (finished) {
      events |= Constants.POLLRDHUP;
    }
    if (d.dead() || d.writeShut || writable(d)) {
      events |= Constants.POLLOUT | Constants.POLLWRNORM;
    }
    if (d.dead() || finished && d.writeShut) {
      events |= Constants.POLLHUP;
    }
    return d.pendingError() == null ? events : events | Constants.POLLERR;
  }
}
