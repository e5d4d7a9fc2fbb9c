// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.tcp.Tcp;
import dev.tulle.udp.Udp;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dns;

/**
 * Looks names up: asks the servers of {@link NameServers}, which do the searching, and remembers
 * what they say.
 *
 * <p>{@link #ask} begins, the {@link Question} tells what came of it. Each attempt has an
 * identifier and a port that nobody can guess (RFC 5452 9.2), and the servers take turns. Queries
 * have no OPT record, so an answer has 512 octets at most and comes in one piece; what is larger is
 * fetched over TCP (RFC 7766). Source: RFC 1034, RFC 1035, RFC 2308, RFC 5452.
 */
public final class Resolver implements Part {
  private static final long SECOND_NS = 1_000_000_000L;

  /** RFC 1035 4.2.1: an answer takes two to five seconds; longer in each round of all servers. */
  private static final long WAIT_NS = 2 * SECOND_NS;

  private static final int LEAST_ATTEMPTS = 3;
  private static final int ROUNDS = 2;

  /** How long a whole answer over TCP may take. */
  private static final long STREAM_NS = 5 * SECOND_NS;

  /** RFC 9520 3.2 (MUST): at least a second, so that what does not work is not asked at once. */
  private static final int FAILURE_S = 5;

  /** RFC 1035 2.3.4: the longest message in a datagram. */
  private static final int DATAGRAM = 512;

  private final Udp udp;
  private final NameServers servers;
  private final KeyedHash random;
  private final Counters counters;
  private final NameCache cache;
  private final DnsStream stream;
  private final Question[] questions;

  /** Null where names of the link are asked of servers as all others. */
  private Mdns mdns;

  private final Reply reply = new Reply();
  private final Endpoint peer = new Endpoint();
  private final byte[] datagram = new byte[DATAGRAM];

  /** The last message with an answer, for who wants to know more. */
  private byte[] message = datagram;

  private int messageOctets;
  private boolean news;

  /**
   * @param questions that can be open at a time; each uses a UDP socket
   * @param answers that are remembered
   * @param most octets of an answer over TCP
   */
  public Resolver(
      Udp udp,
      Tcp tcp,
      NameServers servers,
      KeyedHash random,
      Counters counters,
      int questions,
      int answers,
      int most) {
    this.udp = udp;
    this.servers = servers;
    this.random = random;
    this.counters = counters;
    cache = new NameCache(answers, counters);
    stream = new DnsStream(tcp, most);
    this.questions = new Question[questions];
    for (int i = 0; i < questions; i++) {
      this.questions[i] = new Question();
    }
  }

  /** Adds the feature of asking the link for its own names; once, at assembly. */
  public void attach(Mdns mdns) {
    this.mdns = mdns;
  }

  /**
   * Begins to look up a name; a text that is none, or only looks like an address, is over at once.
   *
   * @param text as people write it: without a point at its end, domains are searched as well
   * @param type {@link Dns#TYPE_A} or {@link Dns#TYPE_AAAA}; of others only {@link #message} tells
   * @return null where all questions are taken
   */
  public Question ask(byte[] text, int at, int length, int type) {
    for (int i = 0; i < questions.length; i++) {
      Question question = questions[i];
      if (question.state == Question.FREE) {
        question.begin(text, at, length, type);
        return question;
      }
    }
    return null;
  }

  /** The message that the last answer came in, until the next: {@link #messageOctets} of it. */
  public byte[] message() {
    return message;
  }

  public int messageOctets() {
    return messageOctets;
  }

  @Override
  public long poll(long nowNs) {
    news = false;
    for (int i = 0; i < questions.length; i++) {
      run(questions[i], nowNs);
    }
    return deadlineNs();
  }

  @Override
  public long deadlineNs() {
    if (news) {
      return 0; // whoever asked may look now
    }
    long deadlineNs = NEVER;
    for (int i = 0; i < questions.length; i++) {
      Question question = questions[i];
      if (ready(question)) {
        return 0;
      }
      if (question.out()) {
        deadlineNs = Math.min(deadlineNs, question.deadlineNs);
      }
    }
    return deadlineNs;
  }

  /** Whether a question can go on without anything coming. */
  private boolean ready(Question question) {
    int state = question.state;
    return state == Question.BEGUN
        || state == Question.READY && !twin(question)
        || state == Question.CUT && stream.free();
  }

  /** RFC 5452 5, 6: two of the same question would double a forger's chance, so one waits. */
  private boolean twin(Question question) {
    for (int i = 0; i < questions.length; i++) {
      Question other = questions[i];
      if (other.state > Question.READY
          && other.state < Question.OVER
          && other.type == question.type
          && other.askedOctets == question.askedOctets
          && Bytes.equal(other.asked, 0, question.asked, 0, other.askedOctets)) {
        return true;
      }
    }
    return false;
  }

  private void run(Question question, long nowNs) {
    if (question.state == Question.BEGUN) {
      servers.expire(nowNs);
      if (!question.next(servers)) {
        end(question, question.answer.status);
      }
    }
    if (question.state == Question.READY && !twin(question)) {
      Answer known = cache.find(question.name, question.nameOctets, question.type, nowNs);
      if (known == null || question.aliases > 0) {
        attempt(question, nowNs);
      } else {
        settle(question, known);
      }
    } else if (question.state == Question.ASKED) {
      if (mdns != null && mdns.hear(question)) {
        news = true;
      }
      hear(question, nowNs);
    } else if (question.state == Question.STREAMING) {
      read(question, nowNs);
    }
    if (question.state == Question.CUT && stream.free()) {
      stream(question, nowNs);
    }
    while (question.out() && question.deadlineNs - nowNs <= 0) {
      if (question.failure == Status.TIMED_OUT) {
        counters.add(Counter.DNS_TIMEOUT);
      }
      attempt(question, nowNs);
    }
  }

  /** Asks the server whose turn it is; after the last attempt, the question is over. */
  private void attempt(Question question, long nowNs) {
    boolean again = question.around != null;
    question.hang();
    if (mdns != null && mdns.take(question, again, nowNs)) {
      news = true; // whoever asked may look now
      return;
    }
    servers.expire(nowNs);
    int count = servers.count();
    if (count == 0 || question.attempt >= Math.max(LEAST_ATTEMPTS, ROUNDS * count)) {
      int status = count == 0 ? Status.UNREACHABLE : question.failure;
      reply.answer.clear(status);
      int seconds = count == 0 ? 0 : FAILURE_S;
      cache.put(question.name, question.nameOctets, question.type, reply.answer, seconds, nowNs);
      end(question, status);
      return;
    }
    question.state = Question.ASKED;
    question.failure = Status.TIMED_OUT;
    question.deadlineNs = nowNs + (WAIT_NS << Math.min(question.attempt / count, 2));
    question.attempt++;
    question.socket = udp.bind(0); // RFC 5452 9.2 (MUST): another port each time
    if (question.socket == null) {
      return;
    }
    int octets = query(question, datagram, 0);
    int status = question.socket.connect(peer);
    status = status < 0 ? status : question.socket.send(datagram, 0, octets, null, nowNs);
    if (status == Status.UNREACHABLE) {
      failed(question, status, nowNs);
    } // what else cannot leave now is sent again when its time comes
  }

  /** Writes a query, sets {@link #peer} to whom it is for, answers its length. */
  private int query(Question question, byte[] b, int at) {
    if (servers.count() > 0) {
      servers.server((question.attempt - 1) % servers.count(), peer);
    }
    question.identifier = random.draw() & 0xFFFF; // RFC 5452 9.2 (MUST)
    return Dns.putQuery(
        b, at, question.identifier, question.asked, question.askedOctets, question.type);
  }

  private static void failed(Question question, int status, long nowNs) {
    question.failure = status;
    question.deadlineNs = nowNs;
  }

  private void hear(Question question, long nowNs) {
    while (question.state == Question.ASKED && question.socket != null) {
      int octets = question.socket.receive(datagram, 0, DATAGRAM, null);
      if (octets == Status.WOULD_BLOCK) {
        return;
      }
      if (octets < 0) {
        // An ICMP error about this query; as Linux's resolvers, believed: another is asked at once.
        failed(question, octets, nowNs);
        return;
      }
      int what = take(question, datagram, octets, nowNs);
      if (what == Reply.TRUNCATED) {
        // RFC 2181 9, RFC 7766 5: what has come is not used.
        counters.add(Counter.DNS_TRUNCATED);
        question.hang();
        question.state = Question.CUT;
      }
    }
  }

  private void stream(Question question, long nowNs) {
    int octets = query(question, stream.buffer, DnsStream.LENGTH);
    question.state = Question.STREAMING;
    question.deadlineNs = nowNs + STREAM_NS;
    if (stream.open(peer, octets)) {
      question.stream = stream;
    } else {
      failed(question, Status.UNREACHABLE, nowNs);
    }
  }

  private void read(Question question, long nowNs) {
    int octets = stream.poll();
    if (octets == Status.WOULD_BLOCK) {
      return;
    }
    int what = octets < 0 ? Reply.FAILED : take(question, stream.buffer, octets, nowNs);
    if (what > Status.OK && question.state == Question.STREAMING) {
      failed(question, Status.REFUSED, nowNs);
    }
  }

  /** Takes in a message; answers as {@link Reply#read}. */
  private int take(Question question, byte[] b, int octets, long nowNs) {
    int what =
        reply.read(
            b, octets, question.identifier, question.asked, question.askedOctets, question.type);
    if (what == Reply.STRANGE || what == Reply.MALFORMED) {
      // RFC 5452 9.1: the question stays open, the right answer may still come.
      counters.add(what == Reply.STRANGE ? Counter.DNS_UNSOLICITED : Counter.DNS_MALFORMED);
      return what;
    }
    message = b;
    messageOctets = octets;
    if (what == Reply.ALIAS || what <= Status.OK) {
      question.ttlS = Math.min(question.ttlS, reply.ttlS);
    }
    if (what == Reply.ALIAS) {
      question.hang();
      question.aliases += reply.aliases;
      if (question.aliases > Reply.MOST_ALIASES) {
        what = Reply.FAILED;
      } else {
        question.ask(reply.name, reply.nameOctets);
      }
    }
    if (what == Reply.FAILED) {
      failed(question, Status.REFUSED, nowNs);
    } else if (what <= Status.OK) {
      Answer answer = reply.answer;
      answer.status = what;
      cache.put(question.name, question.nameOctets, question.type, answer, question.ttlS, nowNs);
      settle(question, answer);
    }
    return what;
  }

  /** Ends a question, or goes on to the next name where there is none like this. */
  private void settle(Question question, Answer answer) {
    question.hang();
    int status = answer.status;
    if (status == Status.NO_NAME || status == Status.NO_ADDRESS) {
      question.state = Question.BEGUN;
      question.answer.status = Math.min(status, question.answer.status);
      return;
    }
    question.answer.copy(answer);
    end(question, status);
  }

  private void end(Question question, int status) {
    question.end(status);
    news = true;
  }
}
