// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.sim;

import dev.tulle.link.CaptureSink;
import dev.tulle.stack.Status;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files into which the hosts of one run write what they send and receive. */
final class Captures implements AutoCloseable {
  private final Path first;
  private final List<OutputStream> streams = new ArrayList<>();
  private IOException failure;

  Captures(Path first) {
    this.first = first;
  }

  /** Where a host's frames go; hosts count from 0. */
  CaptureSink sink(int host) {
    try {
      OutputStream stream = new BufferedOutputStream(Files.newOutputStream(file(host)));
      streams.add(stream);
      return (bytes, at, count) -> write(stream, bytes, at, count);
    } catch (IOException e) {
      failure = e;
      return (bytes, at, count) -> Status.LINK_DOWN;
    }
  }

  private Path file(int host) {
    if (host == 0) {
      return first;
    }
    String name = first.getFileName().toString();
    int dot = name.lastIndexOf('.') < 1 ? name.length() : name.lastIndexOf('.');
    return first.resolveSibling(name.substring(0, dot) + "-" + (host + 1) + name.substring(dot));
  }

  private int write(OutputStream stream, byte[] bytes, int at, int count) {
    try {
      stream.write(bytes, at, count);
      return Status.OK;
    } catch (IOException e) {
      failure = e;
      return Status.LINK_DOWN;
    }
  }

  @Override
  public void close() throws IOException {
    for (OutputStream stream : streams) {
      stream.close();
    }
    if (failure != null) {
      throw failure;
    }
  }
}
