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

/**
 * A server that sends back what it gets: TCP streams, and UDP datagrams if asked to.
 *
 * <p>It has no state for a connection: it reads no more than it can write at once. RFC 862.
 */
public final class Echo implements Program {
  private static final int BACKLOG = 64;
  private static final int BUFFER_BYTES = 65536;

  /** Datagrams in one turn, so that a flood leaves time for the streams. */
  private static final int BUDGET = 64;

  private final Messages messages;
  private final Words words;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final Endpoint peer = new Endpoint();
  private int port = 7;
  private boolean datagrams;
  private Host host;
  private Listener listener;
  private UdpSocket udp;
  private int exitCode = RUNNING;

  public Echo(Platform platform) {
    messages = new Messages(platform, name());
    words = new Words(messages);
  }

  @Override
  public String name() {
    return "echo";
  }

  @Override
  public String usage() {
    return """
        echo [--port N] [--udp] OPTIONS: send back what comes in
          --port N            listen on port N instead of 7
          --udp               answer UDP datagrams, too
        """;
  }

  @Override
  public int take(Arguments arguments, int index) {
    if (Words.is(arguments, index, "--udp")) {
      datagrams = true;
      return 1;
    }
    if (Words.is(arguments, index, "--port")) {
      port = (int) words.number(arguments, index, 1, 65535);
      return port < 0 ? Messages.SAID : 2;
    }
    return 0;
  }

  @Override
  public boolean complete() {
    return true;
  }

  @Override
  public int connections() {
    return 64;
  }

  @Override
  public int bufferBytes() {
    return 65_536;
  }

  @Override
  public int start(Host host, long nowNs) {
    this.host = host;
    listener = host.tcp.listen(port, BACKLOG);
    if (listener == null) {
      return messages.say("the TCP port is taken");
    }
    if (datagrams) {
      udp = host.udp.bind(port);
      if (udp == null) {
        return messages.say("the UDP port is taken");
      }
    }
    Text line = messages.begin("listening on ").line();
    line.address(host.port.address).put(" port ").decimal(port);
    messages.end();
    return Status.OK;
  }

  @Override
  public long poll(long nowNs) {
    for (TcpSocket s = listener.accept(); s != null; s = listener.accept()) {
      s.attachment = this;
      serve(s);
    }
    for (TcpSocket s = host.tcp.nextReady(); s != null; s = host.tcp.nextReady()) {
      if (s.attachment == this) {
        serve(s);
      }
    }
    return udp != null && answer(nowNs) ? nowNs : Part.NEVER;
  }

  /** Sends back what one connection has for us, as far as it takes it. */
  private void serve(TcpSocket s) {
    while (true) {
      int room = Math.min(s.writable(), buffer.length);
      if (room <= 0 && s.status() >= 0) {
        return; // it becomes writable when the peer acknowledges
      }
      int n = s.read(buffer, 0, room);
      if (n > 0) {
        n = s.write(buffer, 0, n);
      }
      if (n == Status.WOULD_BLOCK) {
        return;
      }
      if (n <= 0) {
        s.attachment = null;
        s.close(); // what was written still goes out first
        return;
      }
    }
  }

  /** Answers datagrams; whether there may be more. */
  private boolean answer(long nowNs) {
    for (int i = 0; i < BUDGET; i++) {
      int n = udp.receive(buffer, 0, buffer.length, peer);
      if (n == Status.WOULD_BLOCK) {
        return false;
      }
      // A datagram from our own port at the peer could be another echo: that would never end.
      if (n >= 0 && peer.port != port) {
        int unused = udp.send(buffer, 0, n, peer, nowNs); // lost like any datagram if it fails
      }
    }
    return true;
  }

  @Override
  public void stop(long nowNs) {
    exitCode = 0;
  }

  @Override
  public int exitCode() {
    return exitCode;
  }
}
