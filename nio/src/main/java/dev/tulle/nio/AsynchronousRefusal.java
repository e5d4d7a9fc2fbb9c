// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.io.IOException;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.spi.AsynchronousChannelProvider;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;

/**
 * Refuses asynchronous channels, which a stack has not: without it those of a program that {@link
 * WholeProgram} puts on a stack would go through the kernel, and nobody would know.
 */
public final class AsynchronousRefusal extends AsynchronousChannelProvider {
  /** As the JDK makes it for the property that names it. */
  public AsynchronousRefusal() {}

  private static IOException refusal() {
    return new IOException(
        "Tulle has no asynchronous channels: use those of selectors, or sockets");
  }

  @Override
  public AsynchronousChannelGroup openAsynchronousChannelGroup(int threads, ThreadFactory factory)
      throws IOException {
    throw refusal();
  }

  @Override
  public AsynchronousChannelGroup openAsynchronousChannelGroup(ExecutorService pool, int size)
      throws IOException {
    throw refusal();
  }

  @Override
  public AsynchronousServerSocketChannel openAsynchronousServerSocketChannel(
      AsynchronousChannelGroup group) throws IOException {
    throw refusal();
  }

  @Override
  public AsynchronousSocketChannel openAsynchronousSocketChannel(AsynchronousChannelGroup group)
      throws IOException {
    throw refusal();
  }
}
