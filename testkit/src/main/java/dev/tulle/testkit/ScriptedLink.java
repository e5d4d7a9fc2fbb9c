// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.testkit;

import dev.tulle.buffer.Packet;
import dev.tulle.link.Link;
import dev.tulle.stack.Status;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * A link whose other end is the test: it queues frames for the stack and takes what the stack
 * sends.
 *
 * <p>The octets behind a frame in the stack's receive buffer are set to 0xA5 with each frame, so
 * that a read behind the frame's end shows.
 */
public final class ScriptedLink implements Link {
  private final int frameBytes;
  private final Consumer<byte[]> onSend;
  private final Deque<byte[]> incoming = new ArrayDeque<>();
  private int sendStatus = Status.OK;
  private int receiveStatus = Status.OK;

  /**
   * @param frameBytes largest frame, link header included
   * @param onSend gets a copy of each frame that the stack sends
   */
  public ScriptedLink(int frameBytes, Consumer<byte[]> onSend) {
    this.frameBytes = frameBytes;
    this.onSend = onSend;
  }

  /** Queues a frame that the stack receives with its next poll. */
  public void inject(byte[] frame) {
    incoming.add(frame.clone());
  }

  /** Frames that the stack has not received yet. */
  public int queued() {
    return incoming.size();
  }

  /** What {@link #send} answers from now on; frames are taken only while it is 0. */
  public void sendAnswers(int status) {
    sendStatus = status;
  }

  /** What {@link #receive} answers from now on while no frame is queued. */
  public void receiveAnswers(int status) {
    receiveStatus = status;
  }

  @Override
  public int frameBytes() {
    return frameBytes;
  }

  @Override
  public int receive(Packet packet, long nowNs) {
    byte[] frame = incoming.poll();
    if (frame == null) {
      return receiveStatus;
    }
    int length = Math.min(frame.length, packet.bytes.length - packet.head);
    Arrays.fill(packet.bytes, (byte) 0xA5);
    System.arraycopy(frame, 0, packet.bytes, packet.head, length);
    packet.end = packet.head + length;
    return length;
  }

  @Override
  public int send(Packet packet, long nowNs) {
    if (sendStatus == Status.OK) {
      onSend.accept(Arrays.copyOfRange(packet.bytes, packet.head, packet.end));
    }
    return sendStatus;
  }
}
