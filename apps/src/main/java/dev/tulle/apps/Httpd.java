// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.tcp.Listener;
import dev.tulle.tcp.TcpSocket;

/**
 * An HTTP server for the files of one directory: GET and HEAD, keep-alive, ranges, listings.
 *
 * <p>All connections are allocated at the start. When they are all in use, one that waits for its
 * next request gives way; when none does, callers wait in the listener's backlog.
 */
public final class Httpd implements Program {
  private static final int CONNECTIONS = 128;

  /** Most that is read from a file at a time. */
  private static final int PIECE_MAX = 65536;

  /** Connections that may have begun with a request on their SYN and not be established. */
  private static final int FAST_OPENS = 16;

  private static final int SPARE = 64;

  private static final int BUFFER_BYTES = 131_072;

  /** Longest head of a request; what comes behind it waits here, too. */
  private static final int HEAD_BYTES = 8192;

  private static final long SCAN_NS = 500_000_000L;

  private final Platform platform;
  private final Messages messages;
  private final Words words;
  private final int most;
  private final int spare;
  private final int bufferBytes;
  private final int headBytes;
  private byte[] directory;
  private int port = 80;
  private Host host;
  private Listener listener;
  private HttpConnection[] connections;
  private int used;

  /** Accepted, but all connections are in use. */
  private TcpSocket waiting;

  private long scanNs;
  private int exitCode = RUNNING;

  public Httpd(Platform platform) {
    this(platform, CONNECTIONS, SPARE, BUFFER_BYTES, HEAD_BYTES);
  }

  /**
   * A server of another size.
   *
   * @param most connections that are served at once; as many more wait in the backlog
   * @param spare connections of the stack besides: those in the backlog, those that are closing
   * @param bufferBytes of each connection in each direction: 4,096 at least
   * @param headBytes longest head of a request
   */
  public Httpd(Platform platform, int most, int spare, int bufferBytes, int headBytes) {
    this.platform = platform;
    this.most = most;
    this.spare = spare;
    this.bufferBytes = bufferBytes;
    this.headBytes = headBytes;
    messages = new Messages(platform, name());
    words = new Words(messages);
  }

  @Override
  public String name() {
    return "httpd";
  }

  @Override
  public String usage() {
    return """
        httpd DIR [--port N] OPTIONS: serve the files below DIR over HTTP
          --port N            listen on port N instead of 80
        Symbolic links below DIR are not followed.
        """;
  }

  @Override
  public int take(Arguments arguments, int index) {
    if (Words.is(arguments, index, "--port")) {
      port = (int) words.number(arguments, index, 1, 65535);
      return port < 0 ? Messages.SAID : 2;
    }
    byte[] word = arguments.get(index);
    if (directory != null || !Words.operand(word)) {
      return 0;
    }
    if (word.length == 0 || word.length > Files.PATH_BYTES / 2) {
      return messages.say("the directory's name is empty or too long");
    }
    directory = word;
    return 1;
  }

  @Override
  public boolean complete() {
    if (directory == null) {
      messages.say("which directory? Give DIR (see --help)");
    }
    return directory != null;
  }

  @Override
  public int connections() {
    return most + spare;
  }

  @Override
  public int bufferBytes() {
    return bufferBytes;
  }

  @Override
  public int start(Host host, long nowNs) {
    this.host = host;
    HttpResponder responder = new HttpResponder(platform, Math.min(bufferBytes, PIECE_MAX));
    int error = responder.root(directory);
    if (error < 0) {
      return messages.sayFile("cannot serve ", directory, directory.length, error);
    }
    listener = host.tcp.listen(port, most);
    if (listener == null) {
      return messages.say("the port is taken");
    }
    if (host.fastOpen != null) {
      host.fastOpen.accept(listener, FAST_OPENS); // whoever gets a file twice changes nothing
    }
    connections = new HttpConnection[most];
    for (int i = 0; i < connections.length; i++) {
      connections[i] = new HttpConnection(responder, headBytes);
    }
    scanNs = nowNs + SCAN_NS;
    Text line = messages.begin("serving ").line().shown(directory, 0, directory.length, 100);
    line.put(" at http://").address(host.port.address).octet(':').decimal(port).octet('/');
    messages.end();
    return Status.OK;
  }

  @Override
  public long poll(long nowNs) {
    for (TcpSocket s = host.tcp.nextReady(); s != null; s = host.tcp.nextReady()) {
      if (s.attachment instanceof HttpConnection) {
        HttpConnection connection = (HttpConnection) s.attachment;
        connection.serve(nowNs);
        used -= connection.free() ? 1 : 0;
      }
    }
    accept(nowNs);
    if (nowNs - scanNs >= 0) {
      scanNs = nowNs + SCAN_NS;
      endOverdue(nowNs);
    }
    return used > 0 ? scanNs : Part.NEVER;
  }

  private void accept(long nowNs) {
    while (true) {
      if (waiting == null) {
        waiting = listener.accept();
      }
      if (waiting == null || used == connections.length && !makeRoom()) {
        return;
      }
      HttpConnection connection = freeConnection();
      used++;
      connection.open(waiting, nowNs);
      waiting = null;
      connection.serve(nowNs);
      used -= connection.free() ? 1 : 0;
    }
  }

  private HttpConnection freeConnection() {
    int i = 0;
    while (!connections[i].free()) {
      i++;
    }
    return connections[i];
  }

  /** Closes the connection that has waited longest for a request; whether there is one. */
  private boolean makeRoom() {
    HttpConnection oldest = null;
    for (int i = 0; i < connections.length; i++) {
      HttpConnection c = connections[i];
      if (c.idle() && (oldest == null || c.deadlineNs() - oldest.deadlineNs() < 0)) {
        oldest = c;
      }
    }
    if (oldest == null) {
      return false;
    }
    oldest.end();
    used--;
    return true;
  }

  private void endOverdue(long nowNs) {
    for (int i = 0; i < connections.length; i++) {
      if (!connections[i].free() && connections[i].deadlineNs() - nowNs <= 0) {
        connections[i].end();
        used--;
      }
    }
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
