// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.tcp.TcpSocket;

/**
 * Fetches one file over HTTP/1.1 to standard output or, whole or not at all, into a file.
 *
 * <p>Bodies with a length, chunked bodies, and those that end with the connection; up to five
 * redirects. Progress goes to standard error.
 */
public final class Get implements Program {
  private static final int HEAD_MAX = 16384;
  private static final int PIECE_BYTES = 65536;

  /** Octets read in one turn, so that acknowledgements leave in between. */
  private static final int TURN_BYTES = 4 * PIECE_BYTES;

  private static final int REDIRECTS_MAX = 5;
  private static final int INTERIM_MAX = 10;

  /** How long the server may be silent. */
  private static final long SILENCE_NS = 30_000_000_000L;

  private static final int LOOKING_UP = 0;
  private static final int CONNECTING = 1;
  private static final int HEAD = 2;
  private static final int BODY = 3;
  private static final int OVER = 4;

  private final Platform platform;
  private final int bufferBytes;
  private final Messages messages;
  private final Words words;
  private final HttpUrl url = new HttpUrl();
  private final HttpResponse response = new HttpResponse();
  private final HttpChunks chunks = new HttpChunks();
  private final GetProgress progress;
  private final Race race = new Race();
  private final Text request = new Text(HttpUrl.PATH_MAX + 200);
  private final byte[] buffer = new byte[PIECE_BYTES];
  private byte[] word;
  private byte[] target;
  private Host host;
  private TcpSocket socket;
  private int state = LOOKING_UP;
  private int filled;
  private int searched;
  private int redirects;

  /** Whether the request is written. */
  private boolean asked;

  private int interim;
  private long left;
  private long total;
  private int file = Files.FAILED;
  private long deadlineNs;
  private int exitCode = RUNNING;

  public Get(Platform platform) {
    this(platform, 1 << 20);
  }

  /**
   * A program of another size.
   *
   * @param bufferBytes of its connection, in each direction
   */
  public Get(Platform platform, int bufferBytes) {
    this.platform = platform;
    this.bufferBytes = bufferBytes;
    messages = new Messages(platform, name());
    words = new Words(messages);
    progress = new GetProgress(platform);
  }

  @Override
  public String name() {
    return "get";
  }

  @Override
  public String usage() {
    return """
        get URL [-o FILE] OPTIONS: fetch a file over HTTP
          -o FILE             write to FILE, once all has come, instead of standard output
        """;
  }

  @Override
  public int take(Arguments arguments, int index) {
    if (Words.is(arguments, index, "-o")) {
      target = words.value(arguments, index);
      if (target == null) {
        return Messages.SAID;
      }
      boolean fits = target.length > 0 && target.length <= Files.PATH_BYTES;
      return fits ? 2 : messages.say("-o needs a file name");
    }
    if (word != null || !Words.operand(arguments.get(index))) {
      return 0;
    }
    word = arguments.get(index);
    return url.parse(word, 0, word.length) ? 1 : messages.say("", word, url.error());
  }

  @Override
  public boolean complete() {
    if (word == null) {
      messages.say("which file? Give URL (see --help)");
    }
    return word != null;
  }

  @Override
  public int connections() {
    return REDIRECTS_MAX + 4;
  }

  @Override
  public int bufferBytes() {
    return bufferBytes;
  }

  @Override
  public int start(Host host, long nowNs) {
    this.host = host;
    return Status.OK;
  }

  private void lookUp(long nowNs) {
    int status = url.target.poll(host, nowNs);
    if (status == Status.OK) {
      connect(nowNs);
    } else if (status != Status.WOULD_BLOCK) {
      url.target.say(messages, status);
      finish(1);
    }
  }

  private void connect(long nowNs) {
    race.begin(host, url.endpoint, nowNs);
    request.clear().put("GET ").put(url.path.bytes, 0, url.path.length);
    url.target.put(request.put(" HTTP/1.1\r\nHost: "));
    if (url.endpoint.port != 80) {
      request.octet(':').decimal(url.endpoint.port);
    }
    request.put("\r\nUser-Agent: Tulle/0.1\r\nAccept: */*\r\nConnection: close\r\n\r\n");
    state = CONNECTING;
    asked = false;
    TcpSocket only = url.target.open() ? null : race.only();
    if (host.fastOpen != null && only != null && host.fastOpen.use(only) == Status.OK) {
      ask(only); // with the SYN, for to ask twice is no harm
    }
    deadlineNs = nowNs + SILENCE_NS;
  }

  private void ask(TcpSocket socket) {
    if (!asked && socket.writable() >= request.length) {
      int unused = socket.write(request.bytes, 0, request.length);
      asked = true;
    }
  }

  @Override
  public long poll(long nowNs) {
    while (host.tcp.nextReady() != null) {
      // one connection: what is ready shows when it is used
    }
    if (state == LOOKING_UP) {
      deadlineNs = Part.NEVER; // the resolver has its own
      lookUp(nowNs);
    }
    long soonNs = url.target.deadlineNs();
    if (state == CONNECTING) {
      connecting(nowNs);
      soonNs = socket == null ? race.deadlineNs() : Part.NEVER;
    }
    boolean more = state == HEAD || state == BODY ? receive(nowNs) : false;
    if (exitCode == RUNNING && deadlineNs - nowNs <= 0) {
      failPeer("nothing came for 30 seconds from ", Status.TIMED_OUT);
    }
    if (exitCode != RUNNING) {
      return Part.NEVER;
    }
    soonNs = state == BODY ? progress.poll(nowNs) : soonNs;
    return more ? nowNs : Math.min(deadlineNs, soonNs);
  }

  private void connecting(long nowNs) {
    if (socket == null) {
      race.second(url.target.second());
      int status = race.poll(nowNs);
      if (status == Status.WOULD_BLOCK) {
        return;
      } else if (status != Status.OK) {
        failPeer("cannot connect to ", status);
        return;
      }
      socket = race.winner();
      socket.remote(url.endpoint);
    }
    ask(socket);
    state = asked ? HEAD : CONNECTING;
    filled = 0;
    searched = 0;
  }

  /** Reads what there is; whether there may be more. */
  private boolean receive(long nowNs) {
    for (int turn = 0; turn < TURN_BYTES && exitCode == RUNNING && state >= HEAD; ) {
      int most = state == HEAD ? HEAD_MAX - filled : PIECE_BYTES;
      int at = state == HEAD ? filled : 0;
      int n = socket.read(buffer, at, most);
      if (n == Status.WOULD_BLOCK) {
        return false;
      }
      if (n <= 0) {
        ended(n, nowNs);
        return false;
      }
      turn += n;
      deadlineNs = nowNs + SILENCE_NS;
      if (state == HEAD) {
        filled += n;
        head(nowNs);
      } else {
        body(0, n, nowNs);
      }
    }
    return exitCode == RUNNING;
  }

  private void head(long nowNs) {
    int end = HttpFields.headEnd(buffer, searched, 0, filled);
    searched = Math.max(filled - 3, 0);
    while (end > 0 && exitCode == RUNNING) {
      if (!response.parse(buffer, 0, end)) {
        fail("the server's answer is not HTTP/1.1");
        return;
      }
      if (response.status >= 200) {
        finalHead(end, nowNs);
        return;
      }
      if (++interim > INTERIM_MAX) {
        fail("the server sends interim answers without end");
        return;
      }
      System.arraycopy(buffer, end, buffer, 0, filled - end);
      filled -= end;
      searched = Math.max(filled - 3, 0);
      end = HttpFields.headEnd(buffer, 0, 0, filled);
    }
    if (filled == HEAD_MAX) {
      fail("the head of the server's answer is too long");
    }
  }

  private void finalHead(int end, long nowNs) {
    if (response.redirects()) {
      redirect(nowNs);
      return;
    }
    if (response.status > 299) {
      int stop = HttpFields.lineEnd(buffer, 0, end);
      messages.begin("the server answers: ").line().shown(buffer, 9, stop - 9, 200);
      messages.end();
      finish(1);
      return;
    }
    if (target != null) {
      file = platform.files().create(target, target.length);
      if (file < 0) {
        messages.sayFile("cannot write ", target, target.length, file);
        finish(1);
        return;
      }
    }
    state = BODY;
    left = response.contentBytes;
    chunks.begin();
    progress.begin(response.contentBytes, nowNs);
    body(end, filled - end, nowNs);
  }

  private void redirect(long nowNs) {
    if (++redirects > REDIRECTS_MAX) {
      fail("the server redirects without end");
      return;
    }
    int at = response.locationAt;
    int end = response.locationEnd;
    if (!url.follow(buffer, at, end)) {
      Text line = messages.begin("cannot follow the redirect to ").line();
      line.shown(buffer, at, end - at, 100).put(url.error());
      messages.end();
      finish(1);
      return;
    }
    socket.abort();
    socket = null;
    state = LOOKING_UP;
  }

  /** Takes octets of the body out of the buffer. */
  private void body(int at, int count, long nowNs) {
    int end = at + count;
    int i = at;
    if (response.contentBytes != HttpResponse.CHUNKED) {
      boolean counted = response.contentBytes >= 0;
      int n = counted ? (int) Math.min(left, count) : count;
      left -= counted ? n : 0;
      deliver(at, n);
      if (counted && left == 0) {
        complete(nowNs);
      }
      return;
    }
    while (i < end && !chunks.done() && !chunks.malformed() && exitCode == RUNNING) {
      i += chunks.take(buffer, i, end - i);
      deliver(chunks.dataAt(), chunks.dataBytes());
    }
    if (chunks.malformed()) {
      fail("the server's chunked answer is malformed");
    } else if (chunks.done()) {
      complete(nowNs);
    }
  }

  private void deliver(int at, int count) {
    if (count == 0 || exitCode != RUNNING) {
      return;
    }
    int error =
        file >= 0
            ? platform.files().write(file, buffer, at, count)
            : platform.console().out(buffer, at, count);
    if (error < 0) {
      progress.clear();
      if (target != null) {
        messages.sayFile("cannot write ", target, target.length, error);
      } else {
        messages.begin("cannot write: ").line().put(Messages.fileError(error));
        messages.end();
      }
      finish(1);
      return;
    }
    total += count;
    progress.add(count);
  }

  /** The connection ended. */
  private void ended(int status, long nowNs) {
    boolean atEnd = status == Status.CLOSED || status == 0;
    if (state == BODY && atEnd && response.contentBytes == HttpResponse.UNTIL_CLOSE) {
      complete(nowNs);
    } else if (atEnd) {
      progress.clear();
      Text line = messages.begin("the server closed the connection ").line();
      if (state == HEAD) {
        line.put("before it answered");
      } else {
        line.put("too early, after ").decimal(total).put(" octets");
        if (response.contentBytes > 0) {
          line.put(" of ").decimal(response.contentBytes);
        }
      }
      messages.end();
      finish(1);
    } else {
      failPeer("lost the connection to ", status);
    }
  }

  private void complete(long nowNs) {
    if (file >= 0) {
      int committed = file;
      file = Files.FAILED;
      int error = platform.files().commit(committed);
      if (error < 0) {
        progress.clear();
        messages.sayFile("cannot write ", target, target.length, error);
        finish(1);
        return;
      }
    }
    progress.end(nowNs);
    finish(0);
  }

  private void fail(String sentence) {
    progress.clear();
    messages.say(sentence);
    finish(1);
  }

  private void failPeer(String what, int status) {
    progress.clear();
    messages.sayPeer(what, url.endpoint, status);
    finish(1);
  }

  private void finish(int code) {
    if (file >= 0) {
      platform.files().discard(file);
      file = Files.FAILED;
    }
    url.target.close();
    race.abort();
    if (socket != null) {
      if (code == 0) {
        socket.close();
      } else {
        socket.abort();
      }
      socket = null;
    }
    state = OVER;
    exitCode = code;
  }

  @Override
  public void stop(long nowNs) {
    if (exitCode == RUNNING) {
      fail("interrupted");
    }
  }

  @Override
  public void abandon() {
    if (exitCode == RUNNING) {
      progress.clear();
      finish(1);
    }
  }

  @Override
  public int exitCode() {
    return exitCode;
  }
}
