// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.udp.UdpSocket;
import dev.tulle.wire.Bytes;

/**
 * The server of {@link Iperf3}: one test at a time, as the client wants it.
 *
 * <p>The first connection is the control connection; those that bring its cookie are streams;
 * others are refused while a test runs. A client that is silent for too long is given up.
 */
final class Iperf3Server {
  /** What a UDP client sends first and gets back, octet for octet as the x86 writes them. */
  static final int UDP_HELLO = 0x39383736;

  static final int UDP_REPLY = 0x36373839;

  /** What older clients send, and get. */
  private static final int OLD_UDP_HELLO = 0x15CD5B07;

  private static final int OLD_UDP_REPLY = 0xB168DE3A;

  private static final long SECOND_NS = 1_000_000_000L;

  /** How long each step of the conversation may take. */
  private static final long STEP_NS = 10 * SECOND_NS;

  /** Connections that have not yet shown a cookie. */
  private static final int NEWCOMERS = 8;

  private static final int IDLE = 0;
  private static final int COOKIE = 1;
  private static final int PARAMETERS = 2;
  private static final int STREAMS = 3;
  private static final int RUNNING = 4;
  private static final int RESULTS = 5;
  private static final int DONE = 6;

  /** iperf3's IEUNIMP: what was asked for is not supported. */
  private static final int UNSUPPORTED = 13;

  private final Messages messages;
  private final Iperf3Report report;
  private final Iperf3Settings settings = new Iperf3Settings();
  private final Iperf3Test test;
  private final Iperf3Control control = new Iperf3Control();
  private final byte[] cookie = new byte[Iperf3Control.COOKIE];
  private final byte[] small = new byte[64];
  private final Endpoint peer = new Endpoint();
  private final TcpSocket[] newcomers = new TcpSocket[NEWCOMERS];
  private final byte[][] newCookies = new byte[NEWCOMERS][Iperf3Control.COOKIE];
  private final int[] newFilled = new int[NEWCOMERS];
  private final long[] newDeadlines = new long[NEWCOMERS];
  private final int port;
  private final boolean once;
  private Host host;
  private Listener listener;
  private UdpSocket udp;
  private int state = IDLE;
  private int filled;
  private long deadlineNs = Part.NEVER;
  private int exitCode = Program.RUNNING;

  Iperf3Server(Platform platform, Messages messages, int port, boolean once, long intervalNs) {
    this.messages = messages;
    this.port = port;
    this.once = once;
    report = new Iperf3Report(platform);
    test = new Iperf3Test(platform, report, settings);
    test.intervalNs = intervalNs;
  }

  int start(Host host) {
    this.host = host;
    listener = host.tcp.listen(port, Iperf3Settings.STREAMS_MAX + NEWCOMERS);
    udp = host.udp.bind(port);
    if (listener == null || udp == null) {
      return messages.say("the port is taken");
    }
    announce();
    return Status.OK;
  }

  private void announce() {
    report.say("-----------------------------------------------------------\n");
    report.line().put("Server listening on ").decimal(port);
    report.print();
    report.say("-----------------------------------------------------------\n");
  }

  int exitCode() {
    return exitCode;
  }

  void stop() {
    control.abort();
    test.clear();
    exitCode = 0;
  }

  long poll(long nowNs) {
    while (host.tcp.nextReady() != null) {
      // few connections: all are looked at
    }
    accept(nowNs);
    int before;
    do {
      before = state;
      step(nowNs);
    } while (state != before && exitCode == Program.RUNNING);
    if (deadlineNs - nowNs <= 0) {
      abandon("the client is silent", nowNs);
    }
    long newcomersNs = pollNewcomers(nowNs);
    return Math.min(Math.min(deadlineNs, newcomersNs), test.poll(nowNs));
  }

  private void accept(long nowNs) {
    for (TcpSocket s = listener.accept(); s != null; s = listener.accept()) {
      if (state == IDLE) {
        control.open(s);
        s.remote(peer);
        filled = 0;
        enter(COOKIE, nowNs);
      } else if (state != STREAMS || !addNewcomer(s, nowNs)) {
        refuse(s);
      }
    }
  }

  private void refuse(TcpSocket s) {
    small[0] = (byte) Iperf3Control.ACCESS_DENIED;
    int unused = s.write(small, 0, 1);
    s.shutdownRead();
    s.close();
  }

  private boolean addNewcomer(TcpSocket s, long nowNs) {
    for (int i = 0; i < NEWCOMERS; i++) {
      if (newcomers[i] == null) {
        newcomers[i] = s;
        newFilled[i] = 0;
        newDeadlines[i] = nowNs + STEP_NS;
        return true;
      }
    }
    return false;
  }

  /** Reads cookies: connections that bring the right one become streams. */
  private long pollNewcomers(long nowNs) {
    long earliestNs = Part.NEVER;
    for (int i = 0; i < NEWCOMERS; i++) {
      TcpSocket s = newcomers[i];
      if (s == null) {
        continue;
      }
      int n = s.read(newCookies[i], newFilled[i], Iperf3Control.COOKIE - newFilled[i]);
      newFilled[i] += Math.max(n, 0);
      if (newFilled[i] == Iperf3Control.COOKIE) {
        newcomers[i] = null;
        boolean right = Bytes.equal(newCookies[i], 0, cookie, 0, Iperf3Control.COOKIE);
        if (right && state == STREAMS && !settings.udp && test.streamCount < settings.streams) {
          addTcpStream(s);
          earliestNs = nowNs;
        } else {
          refuse(s);
        }
      } else if (n < 0 && n != Status.WOULD_BLOCK || newDeadlines[i] - nowNs <= 0) {
        newcomers[i] = null;
        s.abort();
      } else {
        earliestNs = Math.min(earliestNs, newDeadlines[i]);
      }
    }
    return earliestNs;
  }

  private void addTcpStream(TcpSocket s) {
    Iperf3Stream stream = test.addStream();
    stream.tcp = s;
    s.noDelay(settings.noDelay);
    s.remote(peer);
    connected(stream);
  }

  private void connected(Iperf3Stream stream) {
    stream.ready = true;
    report.line().put("[  ").decimal(Iperf3Test.label(test.streamCount - 1)).put("] local port ");
    report.more().decimal(port).put(" connected to ").address(peer).put(" port ");
    report.more().decimal(peer.port);
    report.print();
  }

  private void enter(int next, long nowNs) {
    state = next;
    deadlineNs = nowNs + STEP_NS;
  }

  private void step(long nowNs) {
    int dead = state == IDLE ? Status.OK : control.flush();
    if (dead < 0) {
      abandon(Messages.cause(dead), nowNs);
      return;
    }
    switch (state) {
      case COOKIE:
        filled = control.read(cookie, filled, Iperf3Control.COOKIE);
        if (filled == Iperf3Control.COOKIE) {
          report.line().put("Accepted connection from ").address(peer).put(", port ");
          report.more().decimal(peer.port);
          report.print();
          control.put(Iperf3Control.PARAM_EXCHANGE);
          enter(PARAMETERS, nowNs);
        } else if (filled < 0) {
          reset();
        }
        break;
      case PARAMETERS:
        parameters(nowNs);
        break;
      case STREAMS:
        streams(nowNs);
        break;
      case RUNNING:
        running(nowNs);
        break;
      case RESULTS:
        results(nowNs);
        break;
      case DONE:
        int n = control.state();
        if (n != Status.WOULD_BLOCK) {
          control.close();
          finish();
        }
        break;
      default:
        break;
    }
  }

  private void parameters(long nowNs) {
    int n = control.takeJson();
    if (n < 0) {
      abandon("the client's parameters do not come", nowNs);
    } else if (n > 0 && settings.take(control.json, control.jsonBytes)) {
      control.put(Iperf3Control.CREATE_STREAMS);
      test.shared = settings.udp ? udp : null;
      drainUdp();
      enter(STREAMS, nowNs);
    } else if (n > 0) {
      Bytes.put8(small, 0, Iperf3Control.SERVER_ERROR);
      Bytes.put32(small, 1, UNSUPPORTED);
      Bytes.put32(small, 5, 0);
      control.put(small, 9);
      control.close();
      messages.say("the client asks for what this server cannot do");
      finish();
    }
  }

  /** Forgets datagrams of earlier tests. */
  private void drainUdp() {
    for (int i = 0; i < 1000; i++) {
      if (udp.receive(small, 0, small.length, null) == Status.WOULD_BLOCK) {
        return;
      }
    }
  }

  private void streams(long nowNs) {
    if (settings.udp) {
      greetDatagrams(nowNs);
    }
    int n = control.state();
    if (n != Status.WOULD_BLOCK) {
      abandon("the client gave up", nowNs);
    } else if (test.streamCount == settings.streams) {
      control.put(Iperf3Control.TEST_START);
      control.put(Iperf3Control.TEST_RUNNING);
      state = RUNNING;
      // Of the client's clock we know little: what is much too long is a client that is gone.
      long seconds = settings.seconds + settings.omitSeconds;
      deadlineNs = seconds == 0 ? Part.NEVER : nowNs + 2 * seconds * SECOND_NS + 30 * SECOND_NS;
      test.begin(settings.reverse, nowNs);
    }
  }

  private void greetDatagrams(long nowNs) {
    int n = udp.receive(small, 0, small.length, peer);
    while (n != Status.WOULD_BLOCK) {
      int hello = n == 4 ? Bytes.i32(small, 0) : 0;
      if (hello == UDP_HELLO || hello == OLD_UDP_HELLO) {
        Iperf3Stream stream = test.find(peer);
        if (stream == null && test.streamCount < settings.streams) {
          stream = test.addStream();
          stream.udp = udp;
          stream.sharesSocket = true;
          stream.peer.set(peer);
          connected(stream);
        }
        Bytes.put32(small, 0, hello == UDP_HELLO ? UDP_REPLY : OLD_UDP_REPLY);
        int unused = udp.send(small, 0, 4, peer, nowNs);
      }
      n = udp.receive(small, 0, small.length, peer);
    }
  }

  private void running(long nowNs) {
    int n = control.state();
    if (n == Iperf3Control.TEST_END) {
      test.poll(nowNs);
      test.end(nowNs);
      control.put(Iperf3Control.EXCHANGE_RESULTS);
      enter(RESULTS, nowNs);
    } else if (n == Iperf3Control.CLIENT_TERMINATE) {
      abandon("the client has terminated", nowNs);
    } else if (n != Status.WOULD_BLOCK) {
      abandon(n < 0 ? Messages.cause(n) : "the client says something strange", nowNs);
    }
  }

  private void results(long nowNs) {
    test.discard();
    int n = control.takeJson();
    if (n < 0 || n > 0 && !test.takeResults(control.json, control.jsonBytes)) {
      abandon("the client's results cannot be read", nowNs);
    } else if (n > 0) {
      int from = control.outLength();
      test.putResults(control.beginJsonOut());
      control.endJson(from);
      control.put(Iperf3Control.DISPLAY_RESULTS);
      test.summary(false);
      enter(DONE, nowNs);
    }
  }

  private void abandon(String why, long nowNs) {
    test.end(nowNs);
    messages.say(why);
    control.abort();
    finish();
  }

  private void finish() {
    reset();
    if (once) {
      exitCode = 0;
    } else {
      announce();
    }
  }

  private void reset() {
    control.abort();
    test.clear();
    for (int i = 0; i < NEWCOMERS; i++) {
      if (newcomers[i] != null) {
        newcomers[i].abort();
        newcomers[i] = null;
      }
    }
    state = IDLE;
    deadlineNs = Part.NEVER;
  }
}
