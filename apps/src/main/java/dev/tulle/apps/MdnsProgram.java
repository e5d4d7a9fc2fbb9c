// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.apps;

import dev.tulle.host.Mdns;
import dev.tulle.host.MdnsQuestion;
import dev.tulle.host.MdnsResponder;
import dev.tulle.profile.Host;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.wire.Dns;

/**
 * Names of the link: asks for one, answers for one, or prints all that is said. It needs a stack
 * with groups of multicast, as {@code Full} is.
 */
public final class MdnsProgram implements Program {
  private static final long SECOND_NS = 1_000_000_000L;

  private final Platform platform;
  private final Messages messages;
  private final Words words;
  private final DnsText records = new DnsText(Dig.TYPES, Dig.NUMBERS);
  private final byte[] asked = new byte[Dns.NAME];
  private int askedOctets;
  private final byte[] own = new byte[Dns.NAME];
  private int ownOctets;
  private int type;
  private long waitNs = 5 * SECOND_NS;
  private boolean keeps;

  private Mdns mdns;
  private MdnsQuestion question;
  private MdnsResponder responder;
  private boolean settled;
  private int changes;
  private int heard;
  private long endNs = Part.NEVER;
  private int exitCode = RUNNING;

  public MdnsProgram(Platform platform) {
    this.platform = platform;
    messages = new Messages(platform, name());
    words = new Words(messages);
  }

  @Override
  public String name() {
    return "mdns";
  }

  @Override
  public String usage() {
    return """
        mdns [NAME [TYPE]] [--name NAME] [-k] [-W S] OPTIONS: names of the link, without a server
          NAME                ask the link for this name, as printer.local or _http._tcp.local;
                              without it and --name, print all that is said
          TYPE                A (if not given), AAAA, PTR, SRV, TXT or a number, 255 for any
          --name NAME         answer for this name, as tulle.local, until interrupted
          -k                  keep asking, and print the answers whenever they change
          -W S                seconds to wait for an answer, 5 if not given
        """;
  }

  @Override
  public int take(Arguments arguments, int index) {
    if (Words.is(arguments, index, "-k")) {
      keeps = true;
      return 1;
    } else if (Words.is(arguments, index, "-W")) {
      waitNs = words.seconds(arguments, index, 1_000_000);
      return waitNs < 0 ? Messages.SAID : 2;
    } else if (Words.is(arguments, index, "--name")) {
      byte[] value = words.value(arguments, index);
      ownOctets = value == null ? Dns.BAD : Dns.fromText(value, 0, value.length, own);
      if (value != null && (ownOctets < 0 || !Mdns.local(own, ownOctets))) {
        return messages.say("", value, " is not a name of the link, as tulle.local");
      }
      return value == null ? Messages.SAID : 2;
    }
    byte[] word = arguments.get(index);
    if (!Words.operand(word) || askedOctets > 0 && type != 0) {
      return 0;
    }
    if (askedOctets == 0) {
      askedOctets = Dns.fromText(word, 0, word.length, asked);
      return askedOctets < 0 || !Mdns.local(asked, askedOctets)
          ? messages.say("", word, " is not a name of the link, as tulle.local")
          : 1;
    }
    type = Dig.type(word);
    return type == 0 ? messages.say("", word, " is not a type of record (see --help)") : 1;
  }

  @Override
  public boolean complete() {
    type = type == 0 ? Dns.TYPE_A : type;
    return true;
  }

  @Override
  public int connections() {
    return 1;
  }

  @Override
  public int bufferBytes() {
    return 2048;
  }

  @Override
  public int start(Host host, long nowNs) {
    mdns = host.mdns;
    if (mdns == null) {
      return messages.say("this stack knows no multicast DNS; --profile full does");
    }
    boolean open = ownOctets > 0 || askedOctets > 0 || mdns.listen();
    if (ownOctets > 0) {
      responder = new MdnsResponder(mdns);
      open = responder.claim(own, ownOctets, nowNs) == Status.OK;
    }
    if (askedOctets > 0) {
      question = mdns.ask(asked, askedOctets, type, keeps, nowNs);
      open &= question != null;
      endNs = keeps ? Part.NEVER : nowNs + waitNs;
    }
    return open ? Status.OK : messages.say("the port of multicast DNS is taken");
  }

  @Override
  public long poll(long nowNs) {
    if (responder != null && responder.settled() != settled) {
      settled = !settled;
      Text line = records.line.clear().put(settled ? "has the name " : "looks for a name, was ");
      records.owner(responder.name(), responder.nameOctets());
      print(line.octet('\n'));
    }
    if (question != null) {
      answers(nowNs);
    } else if (responder == null && mdns.messages() != heard) {
      heard = mdns.messages();
      print(records.line.clear().put(";; from ").address(mdns.sender()).octet('\n'));
      records.questions(platform.console(), mdns.message(), mdns.messageOctets());
      records.print(platform.console(), mdns.message(), mdns.messageOctets());
    }
    return endNs;
  }

  private void answers(long nowNs) {
    if (question.changes() != changes) {
      changes = question.changes();
      for (int i = 0; i < question.count(); i++) {
        records.line.clear();
        records.answer(asked, question.type(i), question.data(i), question.octets(i));
        print(records.line.octet('\n'));
      }
      if (keeps) {
        print(records.line.clear().put(";; answers now: ").decimal(question.count()).octet('\n'));
      }
    }
    if (!keeps && exitCode == RUNNING) {
      if (question.count() > 0) {
        exitCode = 0;
      } else if (question.none() || endNs - nowNs <= 0) {
        messages.say(question.none() ? "the name has no such record" : "nobody answers");
        exitCode = 1;
      }
      if (exitCode != RUNNING) {
        close(nowNs);
      }
    }
  }

  private void print(Text text) {
    if (text.toOutput(platform.console()) < 0) {
      exitCode = 1; // nobody reads it any more
    }
  }

  private void close(long nowNs) {
    if (responder != null) {
      responder.release(nowNs);
    }
    if (question != null) {
      question.close();
      question = null;
    }
    endNs = Part.NEVER;
  }

  @Override
  public void stop(long nowNs) {
    exitCode = askedOctets > 0 && !keeps ? 1 : 0;
    close(nowNs);
  }

  @Override
  public int exitCode() {
    return exitCode;
  }
}
