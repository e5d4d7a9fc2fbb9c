// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.host.Question;
import dev.tulle.ip.Endpoint;
import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.wire.Dns;

/** Asks a name server one question and prints all that it answers, as the well-known dig does. */
public final class Dig implements Program {
  static final String[] TYPES = {"a", "ns", "cname", "soa", "ptr", "mx", "txt", "aaaa", "srv"};
  static final int[] NUMBERS = {1, 2, 5, 6, 12, 15, 16, 28, 33};

  private final Platform platform;
  private final Messages messages;
  private final DnsText records;

  /** The name with a point at its end, so that no domain is put behind it. */
  private final Text name = new Text(Dns.NAME + 1);

  private int type;
  private Endpoint server;
  private final Endpoint address = new Endpoint();
  private Host host;
  private Question question;
  private long beganNs;
  private int exitCode = RUNNING;

  public Dig(Platform platform) {
    this.platform = platform;
    messages = new Messages(platform, name());
    records = new DnsText(TYPES, NUMBERS);
  }

  @Override
  public String name() {
    return "dig";
  }

  @Override
  public String usage() {
    return """
        dig NAME [TYPE] [@SERVER] OPTIONS: ask a name server and print what it answers
          TYPE                A (if not given), AAAA, CNAME, MX, NS, PTR, SOA, SRV, TXT or a
                              number
          @SERVER             the server's address; as --dns
        """;
  }

  @Override
  public int take(Arguments arguments, int index) {
    byte[] word = arguments.get(index);
    int n = word.length;
    if (n > 0 && word[0] == '@') {
      server = Options.server(word, 1, n);
      return server == null
          ? messages.say("", word, " is not a server's address like @10.9.0.1")
          : 1;
    }
    if (!Words.operand(word) || name.length > 0 && type != 0) {
      return 0;
    }
    if (name.length == 0) {
      if (Dns.fromText(word, 0, n, name.bytes) < 0) {
        return messages.say("", word, " is not a name");
      }
      name.put(word, 0, n);
      if (word[n - 1] != '.') {
        name.octet('.');
      }
      return 1;
    }
    type = type(word);
    return type == 0 ? messages.say("", word, " is not a type of record (see --help)") : 1;
  }

  /** The type of records that a word names or is the number of; 0 where there is none. */
  static int type(byte[] word) {
    for (int i = 0; i < TYPES.length; i++) {
      if (Text.isIgnoringCase(word, 0, word.length, TYPES[i])) {
        return NUMBERS[i];
      }
    }
    return (int) Math.max(Parse.number(word, 0xFFFF), 0);
  }

  @Override
  public boolean complete() {
    if (name.length == 0) {
      messages.say("which name? Give NAME (see --help)");
    }
    type = type == 0 ? Dns.TYPE_A : type;
    return name.length > 0;
  }

  @Override
  public int connections() {
    return 4;
  }

  @Override
  public int bufferBytes() {
    return 4096;
  }

  @Override
  public int start(Host host, long nowNs) {
    this.host = host;
    if (server != null) {
      host.nameServers.only(server);
    }
    question = host.resolver.ask(name.bytes, 0, name.length, type);
    beganNs = nowNs;
    return Status.OK;
  }

  @Override
  public long poll(long nowNs) {
    int status = question.status();
    if (status == Status.WOULD_BLOCK) {
      return Part.NEVER;
    }
    exitCode = status == Status.OK ? 0 : 1;
    if (host.resolver.messageOctets() > 0) {
      records.print(platform.console(), host.resolver.message(), host.resolver.messageOctets());
      Text line = records.line.clear().put(";; in ");
      line.fixed((nowNs - beganNs) / 1000, 3).put(" ms, octets: ");
      line.decimal(host.resolver.messageOctets()).octet('\n').toOutput(platform.console());
    }
    for (int i = 0; host.resolver.messageOctets() == 0 && i < question.count(); i++) {
      // What the link has answered is in no server's message.
      question.address(i, address);
      records
          .line
          .clear()
          .put(name.bytes, 0, name.length)
          .put(address.six() ? " IN AAAA " : " IN A ");
      records.line.address(address).octet('\n').toOutput(platform.console());
    }
    if (exitCode != 0) {
      Text line = messages.begin("cannot look up ").line().put(name.bytes, 0, name.length);
      line.put(": ").put(Target.cause(status));
      messages.end();
    }
    return Part.NEVER;
  }

  @Override
  public void stop(long nowNs) {
    exitCode = 1;
  }

  @Override
  public int exitCode() {
    return exitCode;
  }
}
