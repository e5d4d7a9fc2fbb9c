// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Host;
import dev.tulle.stack.Entropy;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpSocket;
import dev.tulle.wire.Bytes;

/**
 * The client of {@link Iperf3}: opens the connections, says what the test is, and prints both ends.
 */
final class Iperf3Client {
  private static final long SECOND_NS = 1_000_000_000L;

  /** How long each step of the conversation may take. */
  private static final long STEP_NS = 10 * SECOND_NS;

  /** How often a UDP stream's greeting is repeated: the real server takes a second one for data. */
  private static final long HELLO_NS = 3 * SECOND_NS;

  private static final String COOKIE_LETTERS = "abcdefghijklmnopqrstuvwxyz234567";

  private final Platform platform;
  private final Messages messages;
  private final Iperf3Report report;
  private final Iperf3Settings settings;
  private final Iperf3Test test;
  private final Iperf3Control control = new Iperf3Control();
  private final byte[] cookie = new byte[Iperf3Control.COOKIE];
  private final byte[] small = new byte[16];
  private final Endpoint server;
  private Host host;
  private TcpSocket connecting;
  private boolean streamsOpened;
  private boolean ended;
  private boolean resultsDue;
  private int errorFilled = -1;
  private long helloNs = Part.NEVER;
  private long deadlineNs;
  private int exitCode = Program.RUNNING;

  Iperf3Client(
      Platform platform,
      Messages messages,
      Iperf3Settings settings,
      Endpoint server,
      long intervalNs) {
    this.platform = platform;
    this.messages = messages;
    this.settings = settings;
    this.server = server;
    report = new Iperf3Report(platform);
    test = new Iperf3Test(platform, report, settings);
    test.intervalNs = intervalNs;
  }

  int start(Host host, long nowNs) {
    this.host = host;
    connecting = host.tcp.connect(server);
    if (connecting == null) {
      return messages.sayPeer("cannot connect to ", server, Status.UNREACHABLE);
    }
    Entropy entropy = platform.entropy();
    for (int i = 0; i < cookie.length - 1; i++) {
      cookie[i] = (byte) COOKIE_LETTERS.charAt((int) entropy.next() & 31);
    }
    report.line().put("Connecting to host ").address(server).put(", port ");
    report.more().decimal(server.port);
    report.print();
    deadlineNs = nowNs + 3 * STEP_NS;
    return Status.OK;
  }

  int exitCode() {
    return exitCode;
  }

  void stop() {
    if (control.opened()) {
      control.put(Iperf3Control.CLIENT_TERMINATE);
      control.close();
    }
    fail("interrupted");
  }

  long poll(long nowNs) {
    while (host.tcp.nextReady() != null) {
      // few connections: all are looked at
    }
    if (connecting != null && !connected(nowNs)) {
      return deadlineNs;
    }
    int n = exitCode == Program.RUNNING ? control.flush() : 0;
    while (n >= 0 && exitCode == Program.RUNNING) {
      n = resultsDue ? results(nowNs) : errorFilled >= 0 ? serverError() : state(nowNs);
    }
    if (n < 0 && n != Status.WOULD_BLOCK && exitCode == Program.RUNNING) {
      failPeer("lost the connection to ", n);
    }
    if (exitCode != Program.RUNNING) {
      return Part.NEVER;
    }
    if (streamsOpened && !test.running() && !ended) {
      greet(nowNs);
    }
    long testNs = test.poll(nowNs);
    if (test.running() && (test.carried() || test.endNs() - nowNs <= 0)) {
      test.end(nowNs);
      ended = true;
      control.put(Iperf3Control.TEST_END);
      deadlineNs = nowNs + STEP_NS;
    } else if (test.running()) {
      return Math.min(testNs, Math.min(test.endNs(), deadlineNs));
    }
    if (ended) {
      test.discard();
    }
    if (deadlineNs - nowNs <= 0) {
      failPeer("no answer from the server at ", Status.TIMED_OUT);
    }
    return Math.min(deadlineNs, helloNs);
  }

  private boolean connected(long nowNs) {
    int status = connecting.status();
    if (status == Status.OK) {
      control.open(connecting);
      connecting = null;
      control.put(cookie, Iperf3Control.COOKIE);
      deadlineNs = nowNs + STEP_NS;
      return true;
    }
    if (status != Status.WOULD_BLOCK || deadlineNs - nowNs <= 0) {
      failPeer("cannot connect to ", status == Status.WOULD_BLOCK ? Status.TIMED_OUT : status);
    }
    return false;
  }

  /** Obeys the server's next word; answers what {@link Iperf3Control#state} does. */
  private int state(long nowNs) {
    int state = control.state();
    if (state < 0) {
      return state;
    }
    if (!test.running()) {
      deadlineNs = nowNs + STEP_NS;
    }
    switch (state) {
      case Iperf3Control.PARAM_EXCHANGE:
        int from = control.outLength();
        settings.put(control.beginJsonOut());
        control.endJson(from);
        break;
      case Iperf3Control.CREATE_STREAMS:
        openStreams(nowNs);
        break;
      case Iperf3Control.TEST_START:
      case Iperf3Control.IPERF_START:
        break;
      case Iperf3Control.TEST_RUNNING:
        running(nowNs);
        break;
      case Iperf3Control.EXCHANGE_RESULTS:
        from = control.outLength();
        test.putResults(control.beginJsonOut());
        control.endJson(from);
        resultsDue = true;
        break;
      case Iperf3Control.DISPLAY_RESULTS:
        test.summary(true);
        report.say("\niperf Done.\n");
        control.put(Iperf3Control.IPERF_DONE);
        control.close();
        test.clear();
        exitCode = 0;
        break;
      case Iperf3Control.ACCESS_DENIED:
        fail("the server is busy running a test; try again later");
        break;
      case Iperf3Control.SERVER_ERROR:
        errorFilled = 0;
        break;
      case Iperf3Control.SERVER_TERMINATE:
        fail("the server has terminated");
        break;
      default:
        fail("the server does not speak iperf3's protocol");
        break;
    }
    return Status.OK;
  }

  private void running(long nowNs) {
    if (!streamsOpened || ended || test.running()) {
      fail("the server does not speak iperf3's protocol");
      return;
    }
    // It knows of all streams, even where its answer to a UDP greeting was lost.
    helloNs = Part.NEVER;
    // Of the server's clock we know little; a test of octets takes as long as it takes.
    deadlineNs = Part.NEVER;
    test.begin(!settings.reverse, nowNs);
  }

  private int serverError() {
    int n = control.read(small, errorFilled, 8);
    if (n == errorFilled) {
      return Status.WOULD_BLOCK;
    }
    errorFilled = n;
    if (n == 8) {
      messages.begin("the server cannot run this test: iperf3's error ").line();
      messages.line().decimal(Bytes.i32(small, 0) & 0xFFFFFFFFL);
      messages.end();
      quit();
    }
    return n;
  }

  private int results(long nowNs) {
    int n = control.takeJson();
    if (n == 0) {
      return Status.WOULD_BLOCK;
    }
    if (n > 0) {
      resultsDue = false;
      deadlineNs = nowNs + STEP_NS;
      if (!test.takeResults(control.json, control.jsonBytes)) {
        fail("the server's results cannot be read");
      }
    }
    return n;
  }

  private void openStreams(long nowNs) {
    if (streamsOpened) {
      fail("the server does not speak iperf3's protocol");
      return;
    }
    streamsOpened = true;
    for (int i = 0; i < settings.streams; i++) {
      Iperf3Stream stream = test.addStream();
      boolean opened = settings.udp ? openUdp(stream) : openTcp(stream);
      if (!opened) {
        fail("the streams cannot be opened: no connection or route is left");
        return;
      }
      report.line().put("[  ").decimal(Iperf3Test.label(i)).put("] connected to ");
      report.more().address(server).put(" port ").decimal(server.port);
      report.print();
    }
    helloNs = settings.udp ? nowNs : Part.NEVER;
  }

  private boolean openTcp(Iperf3Stream stream) {
    stream.tcp = host.tcp.connect(server);
    if (stream.tcp == null) {
      return false;
    }
    stream.tcp.noDelay(settings.noDelay);
    return stream.tcp.write(cookie, 0, cookie.length) == cookie.length;
  }

  private boolean openUdp(Iperf3Stream stream) {
    stream.udp = host.udp.bind(0);
    return stream.udp != null && stream.udp.connect(server) == Status.OK;
  }

  /** Opens UDP streams: the server knows of one when it has our greeting, we when we have its. */
  private void greet(long nowNs) {
    boolean hello = helloNs - nowNs <= 0;
    for (int i = 0; i < test.streamCount && settings.udp; i++) {
      Iperf3Stream stream = test.streams[i];
      if (stream.ready) {
        continue;
      }
      int n = stream.udp.receive(small, 0, small.length, null);
      if (n == 4) {
        stream.ready = true; // whatever its version's number is
      } else if (hello) {
        Bytes.put32(small, 0, Iperf3Server.UDP_HELLO);
        int unused = stream.udp.send(small, 0, 4, null, nowNs);
      }
    }
    if (hello) {
      helloNs = nowNs + HELLO_NS;
    }
  }

  private void fail(String sentence) {
    messages.say(sentence);
    quit();
  }

  private void failPeer(String what, int status) {
    messages.sayPeer(what, server, status);
    quit();
  }

  private void quit() {
    if (connecting != null) {
      connecting.abort();
      connecting = null;
    }
    control.close();
    test.clear();
    exitCode = 1;
  }
}
