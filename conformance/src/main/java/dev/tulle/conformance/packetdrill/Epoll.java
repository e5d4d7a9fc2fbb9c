// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Linux's epoll on the descriptors of a script, level and edge triggered.
 *
 * <p>At an edge readiness is told once, and again when more has arrived or, after a write that did
 * not fit, when there is room.
 */
final class Epoll {
  private static final int ALWAYS = Constants.POLLERR | Constants.POLLHUP;

  /** What is watched of one descriptor. */
  private static final class Interest {
    int events;

    /** What was told already: for an edge, nothing of it again. */
    int told;

    long arrived;
  }

  private final Map<Integer, Interest> interests = new LinkedHashMap<>();

  /** {@code epoll_ctl}; answers an error's name, or null. */
  String control(String operation, int number, int events) {
    boolean known = interests.containsKey(number);
    if (operation.equals("EPOLL_CTL_ADD") == known) {
      return known ? "EEXIST" : "ENOENT";
    }
    if (operation.equals("EPOLL_CTL_DEL")) {
      interests.remove(number);
      return null;
    }
    Interest interest = new Interest();
    interest.events = events;
    interests.put(number, interest);
    return null;
  }

  void closed(int number) {
    interests.remove(number);
  }

  Iterable<Integer> numbers() {
    return interests.keySet();
  }

  /**
   * What is to be told of a descriptor now; 0 for nothing.
   *
   * @param ready all events that hold
   * @param arrived octets and connections that have come so far
   * @param refused whether a write did not fit since there was room last
   */
  int ready(int number, int ready, long arrived, boolean refused) {
    Interest interest = interests.get(number);
    int events = ready & (interest.events | ALWAYS);
    if ((interest.events & Constants.EPOLLET) != 0) {
      interest.told &= ready;
      if (arrived != interest.arrived) {
        interest.told &= ~(Constants.POLLIN | Constants.POLLRDNORM);
      }
      if (refused) {
        interest.told &= ~(Constants.POLLOUT | Constants.POLLWRNORM);
      }
      interest.arrived = arrived;
      if ((events & ~interest.told) == 0) {
        return 0;
      }
      interest.told |= events;
    }
    if (events != 0 && (interest.events & Constants.EPOLLONESHOT) != 0) {
      interest.events = 0;
    }
    return events;
  }
}
