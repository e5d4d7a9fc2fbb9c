// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.hostile;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Status;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.testkit.Assembly;
import dev.tulle.testkit.HostHarness;
import dev.tulle.testkit.LiveProbe;
import dev.tulle.testkit.Octets;
import dev.tulle.testkit.SeenFrame;
import dev.tulle.testkit.TcpSegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The frames of a test once more, one of them varied each time: the segment cut at every length,
 * and with each octet set to 00, 01, 7F, 80, FE and FF.
 *
 * <p>Lengths and checksums are made right again, so that the variations reach TCP; what happens to
 * those that do not is seen in the rows of Ethernet and IPv4.
 *
 * <p>The numbers that a host chooses depend on time and key alone, so what was recorded fits a
 * fresh host at the same times. The application reads, writes and closes whenever it can.
 */
final class VariedReplay {
  private static final int[] OCTETS = {0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF};
  private static final int[] PORTS = {80, 81};

  /** Of a flood, as many frames as tell one from another. */
  private static final int MOST_FRAMES = 12;

  private static final int MOST_VARIED = 3;

  /** The header with its options, and some data; beyond, octets are all alike. */
  private static final int MOST_OCTETS = 40;

  private static final int IP = 14;
  private static final int TCP = IP + 20;

  private static final int SHORTEST_FRAME = 60;
  private static final byte[] WRITTEN = new byte[100];

  /** What happened: a frame arrived, or where there is none the host connected to a port. */
  private record Step(long timeNs, byte[] frame, int connect) {}

  private final Assembly assembly;
  private final List<Step> steps = new ArrayList<>();
  private boolean recording = true;

  VariedReplay(Assembly assembly) {
    this.assembly = assembly;
  }

  void arrived(byte[] frame, long nowNs) {
    if (recording && steps.size() < MOST_FRAMES) {
      steps.add(new Step(nowNs, frame.clone(), 0));
    }
  }

  void connected(int port, long nowNs) {
    if (recording) {
      steps.add(new Step(nowNs, null, port));
    }
  }

  void stop() {
    recording = false;
  }

  /**
   * Plays all variations; fails with the first that the host does not survive.
   *
   * @param connected whether the frames as they were have to lead to a connection
   */
  void run(boolean connected) {
    if (steps.stream().noneMatch(step -> step.frame != null)) {
      return;
    }
    Run same = play(-1, "unvaried", f -> f);
    if (connected && steps.size() < MOST_FRAMES && !same.connected) {
      throw same.h.failure("what was recorded does not fit: there was no connection");
    }
    int varied = 0;
    for (int i = steps.size() - 1; i >= 0 && varied < MOST_VARIED; i--) {
      byte[] frame = steps.get(i).frame;
      if (frame != null && frame.length > TCP) {
        varied++;
        vary(i, Math.min(frame.length, TCP + MOST_OCTETS));
      }
    }
  }

  private void vary(int index, int end) {
    for (int length = TCP; length < end; length++) {
      int cut = length;
      play(index, "cut to " + cut, f -> shorter(f, cut));
    }
    for (int at = TCP; at < end; at++) {
      for (int octet : OCTETS) {
        int place = at;
        play(
            index,
            String.format("octet %d set to %02x", at, octet),
            f -> {
              byte[] changed = f.clone();
              changed[place] = (byte) octet;
              RepairedFramesTest.repair(changed);
              return changed;
            });
      }
    }
  }

  /** A frame whose datagram ends early, and says so. */
  private static byte[] shorter(byte[] frame, int length) {
    byte[] cut = Arrays.copyOf(frame, length);
    Octets.put16(cut, IP + 2, length - IP);
    RepairedFramesTest.repair(cut);
    return cut;
  }

  private Run play(int index, String name, UnaryOperator<byte[]> variation) {
    Run run = new Run();
    try {
      for (int i = 0; i < steps.size(); i++) {
        Step step = steps.get(i);
        run.h.advanceNs(Math.max(0, step.timeNs - run.h.nowNs()));
        run.h.takeSent();
        if (step.frame == null) {
          run.connect(step.connect);
        } else {
          run.inject(i == index ? variation.apply(step.frame) : step.frame);
        }
        run.work();
      }
      run.finish();
      return run;
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("frame " + index + " " + name + ": " + e.getMessage(), e);
    }
  }

  /** One fresh host and its application. */
  private final class Run {
    final HostHarness h = new HostHarness(assembly);
    private final LiveProbe probe = new LiveProbe(h);
    private final int packets = h.host.pool.available();
    private final Listener[] listeners = new Listener[PORTS.length];
    private final List<TcpSocket> sockets = new ArrayList<>();
    private final byte[] buffer = new byte[70_000];
    boolean connected;

    Run() {
      for (int i = 0; i < PORTS.length; i++) {
        listeners[i] = h.host.tcp.listen(PORTS[i], 4);
      }
    }

    void connect(int port) {
      TcpSocket socket = h.host.tcp.connect(new Endpoint(HostHarness.PEER, port));
      if (socket != null) {
        sockets.add(socket);
      }
      h.poll();
      h.takeSent();
    }

    void inject(byte[] frame) {
      h.inject(frame);
      h.expectNoInternalError();
      int replies = 0;
      for (SeenFrame f : h.takeSent()) {
        if (f.isTcp() && f.data().length > 0) {
          continue;
        }
        replies++;
        // An error's own headers; the MSS option, which every SYN of ours has.
        int more = f.isIcmpError() ? 28 : f.isTcp() && f.has(TcpSegment.SYN) ? 4 : 0;
        if (f.length() > Math.max(SHORTEST_FRAME, frame.length) + more) {
          throw h.failure("the reply is larger than the input of " + frame.length);
        }
      }
      if (replies > 1) {
        throw h.failure("answered by " + replies + " frames");
      }
    }

    /** What an application does: it reads what there is, answers, and closes at the end. */
    void work() {
      for (Listener listener : listeners) {
        TcpSocket accepted = listener.accept();
        if (accepted != null) {
          connected = true;
          sockets.add(accepted);
          accepted.write(WRITTEN, 0, WRITTEN.length);
        }
      }
      for (int i = sockets.size() - 1; i >= 0; i--) {
        TcpSocket socket = sockets.get(i);
        connected |= socket.status() == Status.OK;
        int n = socket.read(buffer, 0, buffer.length);
        if (n < 0 && n != Status.WOULD_BLOCK) {
          socket.close();
          sockets.remove(i);
        }
      }
      h.poll();
      h.takeSent();
    }

    void finish() {
      probe.ping();
      probe.echo();
      probe.timers();
      for (TcpSocket socket : sockets) {
        socket.abort();
      }
      for (Listener listener : listeners) {
        listener.close();
      }
      probe.close();
      probe.levels(packets, 0);
      h.expectNoInternalError();
    }
  }
}
