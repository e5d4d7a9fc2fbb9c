// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.host.DhcpClient;
import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * One stack with the lock that makes it safe for any thread.
 *
 * <p>Whoever holds {@link #lock} owns the stack, which itself knows no threads: a channel's call
 * takes it for as long as it copies octets, and sends what it has made due before it gives it back
 * ({@link #used}), as a kernel does in the caller's name. The thread of {@link Pace} takes it for
 * arriving frames and for timers. Nobody sleeps with it: who has to wait gives it away to a
 * condition, and is told by {@link #dispatch} after each turn. No channel is closed and no key
 * cancelled under it, because those have locks of their own that come before this one.
 */
final class Engine implements Pace.Paced {
  static final long NEVER = Part.NEVER;

  /** Octets that buffers outside the heap are copied through at a time. */
  private static final int SCRATCH = 64 * 1024;

  /** A time at which a condition is signalled. */
  private record Timer(long ns, long number, Condition condition) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      return ns != other.ns ? Long.compare(ns, other.ns) : Long.compare(number, other.number);
    }
  }

  final ReentrantLock lock = new ReentrantLock();

  /** What has changed besides channels: an address, an answer about a name, the link. */
  final Watch news = new Watch();

  /** Room to copy through; under the lock. */
  final byte[] scratch = new byte[SCRATCH];

  final Host host;
  private final Pace pace;
  private final AutoCloseable link;

  /** What has no list of its own in the stack: servers and datagram channels. */
  private final List<Pollable> polled = new ArrayList<>();

  /** All that is open, to be closed with the stack. */
  private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();

  private final TreeSet<Timer> timers = new TreeSet<>();
  private long timerNumber;

  /** When the pace will come again. */
  private long untilNs;

  private boolean down;
  private boolean closed;
  private boolean ended;

  /**
   * @param link is closed with the stack; null where nothing has to be
   */
  Engine(Host host, Pace pace, AutoCloseable link) {
    this.host = host;
    this.pace = pace;
    this.link = link;
  }

  void begin() {
    pace.begin(this);
  }

  long nowNs() {
    return pace.nowNs();
  }

  /** The time in so many nanoseconds. */
  long deadline(long ns) {
    long nowNs = pace.nowNs();
    return ns > NEVER - nowNs ? NEVER : nowNs + ns;
  }

  /** The time in so many milliseconds, 0 for never, as sockets have their timeouts. */
  long deadlineMs(int ms) {
    return ms == 0 ? NEVER : deadline(ms * 1_000_000L);
  }

  /** Answers a question under the lock. */
  <T> T locked(Supplier<T> question) {
    lock.lock();
    try {
      return question.get();
    } finally {
      lock.unlock();
    }
  }

  /** Whether a deadline is still to come. */
  boolean before(long deadlineNs) {
    return deadlineNs == NEVER || deadlineNs - pace.nowNs() > 0;
  }

  /** Whether the link is gone, or the stack closed: nothing will arrive any more. */
  boolean down() {
    return down;
  }

  @Override
  public long turn() {
    lock.lock();
    try {
      if (closed) {
        end();
        return Long.MIN_VALUE;
      }
      long nowNs = pace.nowNs();
      host.stack.input(nowNs);
      long deadlineNs = host.stack.output(nowNs);
      if (host.port.status == Status.LINK_DOWN && !down) {
        down = true;
        host.tcp.strand();
        firePolled();
      }
      dispatch();
      while (!timers.isEmpty() && timers.first().ns - nowNs <= 0) {
        wake(timers.pollFirst().condition);
      }
      untilNs = timers.isEmpty() ? deadlineNs : Math.min(deadlineNs, timers.first().ns);
      if (down) {
        untilNs = timers.isEmpty() ? NEVER : timers.first().ns;
      }
      return untilNs;
    } finally {
      lock.unlock();
    }
  }

  /** The stack was used: sends what is due, and sees to it that the pace comes in time. */
  void used() {
    long deadlineNs = host.stack.deadlineNs();
    if (pace.direct()) {
      long nowNs = pace.nowNs();
      if (deadlineNs - nowNs <= 0) {
        deadlineNs = host.stack.output(nowNs);
        dispatch();
      }
    }
    comeAt(deadlineNs);
  }

  private void comeAt(long deadlineNs) {
    if (deadlineNs < untilNs) {
      untilNs = deadlineNs;
      pace.wake();
    }
  }

  /** Tells channels what has changed in the stack. */
  private void dispatch() {
    for (TcpSocket s = host.tcp.nextReady(); s != null; s = host.tcp.nextReady()) {
      if (s.attachment instanceof TcpChannel channel) {
        channel.watch().fire();
      }
    }
    for (int i = 0; i < polled.size(); i++) {
      Pollable channel = polled.get(i);
      if (channel.watch().watched() && channel.ready() != 0) {
        channel.watch().fire();
      }
    }
    if (news.watched()) {
      news.fire();
    }
  }

  private void firePolled() {
    for (Pollable channel : polled) {
      channel.watch().fire();
    }
  }

  /**
   * Gives the lock away until the condition is signalled or the deadline has come. An interrupt
   * does not end the wait: it closes the channel or wakes the selector, which then do.
   */
  void await(Condition condition, long deadlineNs) {
    if (deadlineNs == NEVER) {
      condition.awaitUninterruptibly();
      return;
    }
    Timer timer = new Timer(deadlineNs, timerNumber++, condition);
    timers.add(timer);
    comeAt(deadlineNs);
    try {
      condition.awaitUninterruptibly();
    } finally {
      timers.remove(timer);
    }
  }

  /** Ends the waits of all who wait for this. */
  void wake(Condition condition) {
    condition.signalAll();
    pace.woke();
  }

  /** Remembers what is to be closed with the stack. */
  void remember(AutoCloseable one) throws IOException {
    open.add(one);
    lock.lock();
    try {
      if (closed) {
        open.remove(one);
        throw new IOException("the stack is closed");
      }
    } finally {
      lock.unlock();
    }
  }

  void forget(AutoCloseable one) {
    open.remove(one);
  }

  /** Looks after each turn whether this one is ready; under the lock. */
  void poll(Pollable channel) {
    polled.add(channel);
  }

  void pollNoMore(Pollable channel) {
    polled.remove(channel);
  }

  /** Closes all channels, waits for what they wrote, gives the address back, ends. */
  void close(long drainNs) {
    for (AutoCloseable one : open) {
      try {
        one.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    lock.lock();
    try {
      if (closed) {
        return;
      }
      used();
      long limitNs = deadline(drainNs);
      while (host.tcp.delivering() && !down && before(limitNs)) {
        news.await(this, limitNs);
      }
      if (host.dhcp != null && host.dhcp.state() != DhcpClient.OFF && !down) {
        host.dhcp.release(nowNs());
        used();
        while (host.dhcp.state() != DhcpClient.OFF && !down && before(limitNs)) {
          news.await(this, limitNs);
        }
      }
      closed = true;
      down = true;
      pace.wake();
      while (!ended) {
        news.await(this, NEVER);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The last turn: the link is closed by whom it was used. */
  private void end() {
    ended = true;
    news.fire();
    if (link != null) {
      try {
        link.close();
      } catch (Exception e) {
        throw new IllegalStateException("the link did not close", e);
      }
    }
  }
}
