// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.simnet;

import dev.tulle.link.CaptureSink;
import dev.tulle.testkit.SeenFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What one host sent and received, in memory, in the format of pcap. */
final class Recording implements CaptureSink {
  /** A test's traffic is small; of a larger one the beginning is kept. */
  private static final int MOST = 64 << 20;

  private static final int FILE_HEADER = 24;
  private static final int RECORD_HEADER = 16;
  private static final long SECOND_NS = 1_000_000_000L;

  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

  @Override
  public synchronized int write(byte[] bytes, int at, int count) {
    if (octets.size() + count <= MOST) {
      octets.write(bytes, at, count);
    }
    return 0;
  }

  synchronized void writeTo(Path file) throws IOException {
    Files.write(file, octets.toByteArray());
  }

  /** A line for each frame: when it passed, between whom, what it was. */
  synchronized List<String> lines() {
    List<String> lines = new ArrayList<>();
    ByteBuffer b = ByteBuffer.wrap(octets.toByteArray());
    for (int at = FILE_HEADER; at < b.limit(); ) {
      byte[] frame = new byte[b.getInt(at + 8)];
      b.get(at + RECORD_HEADER, frame);
      long timeNs = b.getInt(at) * SECOND_NS + b.getInt(at + 4);
      lines.add(timeNs + " " + new SeenFrame(frame, timeNs));
      at += RECORD_HEADER + frame.length;
    }
    return lines;
  }
}
