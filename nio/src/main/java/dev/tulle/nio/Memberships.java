// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.group.Sources;
import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Status;
import dev.tulle.udp.UdpSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The groups that a datagram channel has joined, with the sources that it wants of each; under the
 * engine's lock.
 *
 * <p>A stack has one link, and it is none of this machine's interfaces: whichever interface a
 * program names, that link is meant.
 */
final class Memberships {
  private final UdpChannel channel;
  private final List<GroupKey> keys = new ArrayList<>();

  /** Null before the channel is bound. */
  private UdpSocket socket;

  Memberships(UdpChannel channel) {
    this.channel = channel;
  }

  /** Any interface of this machine, for those who leave the choice to the system. */
  static NetworkInterface any() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .findFirst()
        .orElseThrow(() -> new SocketException("this machine has no interface"));
  }

  /** Joins, from one source where there is one; null for all. */
  GroupKey join(InetAddress group, NetworkInterface through, InetAddress source)
      throws IOException {
    for (GroupKey key : keys) {
      if (key.group().equals(group) && key.networkInterface().equals(through)) {
        if ((key.sourceAddress() == null) != (source == null)) {
          throw new IllegalStateException(
              "the channel is a member already, " + (source == null ? "of sources" : "of all"));
        }
        if (source == null || key.sourceAddress().equals(source)) {
          return key;
        }
      }
    }
    GroupKey key = new GroupKey(channel, group, through, source);
    keys.add(key);
    change(group, () -> keys.remove(key));
    return key;
  }

  void drop(GroupKey key) {
    if (keys.remove(key)) {
      int status = tell(key.group());
      if (status < 0) {
        throw new IllegalStateException("a group is left with " + status);
      }
    }
  }

  boolean has(GroupKey key) {
    return keys.contains(key);
  }

  /** Whether a channel is in the group, however. */
  GroupKey find(InetAddress group, NetworkInterface through) {
    for (GroupKey key : keys) {
      boolean same = through == null || key.networkInterface().equals(through);
      if (key.group().equals(group) && same) {
        return key;
      }
    }
    return null;
  }

  /** Hears a source of a group no longer, or again. */
  void block(GroupKey key, InetAddress source, boolean blocked) throws IOException {
    if (blocked ? key.blocked.add(source) : key.blocked.remove(source)) {
      change(
          key.group(),
          () -> {
            if (blocked) {
              key.blocked.remove(source);
            } else {
              key.blocked.add(source);
            }
          });
    }
  }

  /** Tells the stack of a change, which is taken back where there is no room for it. */
  private void change(InetAddress group, Runnable back) throws IOException {
    int status = tell(group);
    if (status < 0) {
      back.run();
      throw Failures.transfer(status);
    }
    channel.end().changed();
  }

  /** Gives a socket the groups that were joined before there was one. */
  void apply(UdpSocket bound) throws IOException {
    socket = bound;
    for (GroupKey key : keys) {
      int status = tell(key.group());
      if (status < 0) {
        throw Failures.transfer(status);
      }
    }
  }

  /** Says what all keys of a group want together. */
  private int tell(InetAddress group) {
    if (socket == null) {
      return Status.OK;
    }
    boolean all = false;
    Set<InetAddress> blocked = new LinkedHashSet<>();
    Set<InetAddress> wanted = new LinkedHashSet<>();
    for (GroupKey key : keys) {
      if (key.group().equals(group)) {
        all |= key.sourceAddress() == null;
        blocked.addAll(key.blocked);
        wanted.add(key.sourceAddress());
      }
    }
    Set<InetAddress> sources = all ? blocked : wanted;
    if (sources.size() > Sources.MOST) {
      return Status.NO_RESOURCES;
    }
    Endpoint[] ends = sources.stream().map(Memberships::end).toArray(Endpoint[]::new);
    return socket.options.listen(end(group), all, ends, ends.length);
  }

  private static Endpoint end(InetAddress address) {
    return Addresses.endpoint(new InetSocketAddress(address, 0));
  }

  /** The channel is closed: its keys are no longer valid, and its socket leaves by itself. */
  void end() {
    keys.clear();
    socket = null;
  }
}
