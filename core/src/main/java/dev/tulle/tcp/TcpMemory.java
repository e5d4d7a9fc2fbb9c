// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

import dev.tulle.buffer.BlockPool;
import dev.tulle.buffer.BlockRing;
import dev.tulle.ip.Path;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;

/**
 * What the connections of a stack share, so that an idle one costs little: memory for what they
 * send and receive, and for what is known of segments in flight and out of order.
 *
 * <p>A profile makes one and has it make the sockets. Where nothing may be allocated later, {@link
 * #makeAll} makes everything then; otherwise it is made when it is first needed, and kept.
 */
public final class TcpMemory {
  private final BlockPool blocks;
  private final int connections;
  private final int sendBytes;
  private final int receiveBytes;
  private int mostSend;
  private int mostReceive;
  private final RangePool ranges;
  private final RecoveryPool recoveries;

  /** What a ring does not get is counted. */
  private static final class Short implements BlockPool.Shortage {
    private final Counters counters;

    Short(Counters counters) {
      this.counters = counters;
    }

    @Override
    public void refused() {
      counters.add(Counter.TCP_MEMORY_SHORT);
    }
  }

  /**
   * @param blocks for the rings alone
   * @param connections how many sockets it will make
   * @param sendBytes how much may be written and not acknowledged, to begin with
   * @param receiveBytes the largest window to begin with
   * @param ranges how many gaps in what has arrived are remembered
   */
  public TcpMemory(BlockPool blocks, int connections, int sendBytes, int receiveBytes, int ranges) {
    this.blocks = blocks;
    this.connections = connections;
    this.sendBytes = sendBytes;
    this.receiveBytes = receiveBytes;
    this.ranges = new RangePool(ranges);
    recoveries = new RecoveryPool(connections);
  }

  /** Lets the buffers of sockets made from now on grow, up to these sizes. */
  public void tune(int mostSendBytes, int mostReceiveBytes) {
    mostSend = mostSendBytes;
    mostReceive = mostReceiveBytes;
  }

  /**
   * A socket that lives on this memory.
   *
   * @param path a path of the network layer, for this socket alone
   */
  public TcpSocket socket(Path path, CongestionControl congestion, Counters counters) {
    if (recoveries.rows.counters == null) {
      recoveries.rows.counters = counters;
      blocks.attach(new Short(counters));
    }
    TcpSocket socket =
        new TcpSocket(
            path,
            new BlockRing(blocks, sendBytes),
            new BlockRing(blocks, receiveBytes),
            new LentReassembly(ranges),
            new LentRecovery(recoveries),
            congestion,
            counters);
    if (mostReceive > 0) {
      socket.connection.tuning = new BufferTuning(mostSend, mostReceive);
    }
    return socket;
  }

  /** Allocates everything now, once all sockets are made. */
  public void makeAll() {
    blocks.makeAll();
    ranges.makeAll(connections);
    recoveries.makeAll();
  }
}
