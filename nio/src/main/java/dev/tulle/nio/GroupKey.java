// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.channels.MembershipKey;
import java.nio.channels.MulticastChannel;
import java.util.HashSet;
import java.util.Set;

/** That a datagram channel is in a group, of which it hears all sources or one. */
final class GroupKey extends MembershipKey {
  private final UdpChannel channel;
  private final InetAddress group;
  private final NetworkInterface through;
  private final InetAddress source;

  /** Under the engine's lock. */
  final Set<InetAddress> blocked = new HashSet<>();

  GroupKey(UdpChannel channel, InetAddress group, NetworkInterface through, InetAddress source) {
    this.channel = channel;
    this.group = group;
    this.through = through;
    this.source = source;
  }

  /** Checks a source as channels promise; null is all. */
  static void check(InetAddress group, InetAddress source) {
    if (source.isAnyLocalAddress() || source.isMulticastAddress()) {
      throw new IllegalArgumentException("no host's address: " + source);
    }
    if (source.getClass() != group.getClass()) {
      throw new IllegalArgumentException("not of the group's family: " + source);
    }
  }

  @Override
  public boolean isValid() {
    return channel.engine().locked(() -> channel.end().memberships.has(this));
  }

  @Override
  public void drop() {
    channel
        .engine()
        .locked(
            () -> {
              channel.end().memberships.drop(this);
              channel.end().changed();
              return null;
            });
  }

  @Override
  public MembershipKey block(InetAddress from) throws IOException {
    if (source != null) {
      throw new IllegalStateException("it hears one source alone");
    }
    check(group, from);
    change(from, true);
    return this;
  }

  @Override
  public MembershipKey unblock(InetAddress from) {
    try {
      change(from, false);
    } catch (IOException e) {
      throw new IllegalStateException(e); // it needs no room
    }
    return this;
  }

  private void change(InetAddress from, boolean block) throws IOException {
    channel.engine().lock.lock();
    try {
      if (!channel.end().memberships.has(this)) {
        throw new IllegalStateException("the key is no longer valid");
      }
      if (!block && !blocked.contains(from)) {
        throw new IllegalStateException("it is not blocked: " + from);
      }
      channel.end().memberships.block(this, from, block);
    } finally {
      channel.engine().lock.unlock();
    }
  }

  @Override
  public MulticastChannel channel() {
    return channel;
  }

  @Override
  public InetAddress group() {
    return group;
  }

  @Override
  public NetworkInterface networkInterface() {
    return through;
  }

  @Override
  public InetAddress sourceAddress() {
    return source;
  }

  @Override
  public String toString() {
    return "member of " + group + (source == null ? "" : ", of " + source + " alone");
  }
}
