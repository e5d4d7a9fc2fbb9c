// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.ip.Endpoint;
import dev.tulle.ip.RateLimit;
import dev.tulle.nd.Ipv6Port;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Counters;
import dev.tulle.stack.Interface;
import dev.tulle.stack.KeyedHash;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.udp.Udp;
import dev.tulle.udp.UdpSocket;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dns;
import dev.tulle.wire.Ipv6;

/**
 * Names of the link, without any server: asks all hosts there, over both families, and where {@link
 * #attach} has added a {@link MdnsResponder} answers for a name of its own.
 *
 * <p>It sleeps until something is asked, claimed or listened to, and leaves its groups when nothing
 * is any more. What does not come from this link is not heard (RFC 6762 11). Source: RFC 6762.
 */
public final class Mdns implements Part {
  public static final int PORT = 5353;

  private static final int GROUP = 0xE000_00FB;
  private static final long GROUP_HIGH = 0xFF02L << 48;
  private static final long GROUP_LOW = 0xFB;

  /** RFC 6762 17: the longest message, in fragments where need be. */
  private static final int MOST = 9000;

  private static final int TIME_TO_LIVE = 255;

  /** RFC 6762 5.2 (SHOULD): 20 to 120 ms before what nobody waits for is asked. */
  private static final long LEAST_DELAY_NS = 20_000_000L;

  /** In which the link is asked three times: at once, after one second and after three. */
  private static final long WAIT_NS = 5_000_000_000L;

  /** Messages that one turn takes in. */
  private static final int TURNS = 16;

  final Interface port;
  final Ipv6Port six;
  final KeyedHash random;
  final Counters counters;
  final RateLimit limit;
  final MdnsWriter writer = new MdnsWriter();
  private final Udp udp;
  private final MdnsQuestion[] questions;
  private final MdnsReader reader = new MdnsReader();
  private final byte[] message = new byte[MOST];
  private final Endpoint from = new Endpoint();
  private final Endpoint group = new Endpoint(GROUP, PORT);
  private final Endpoint groupSix = new Endpoint();

  /** Null while nothing is asked or answered. */
  private UdpSocket socket;

  /** Null where nothing is answered. */
  private MdnsResponder responder;

  private boolean listening;
  private int messages;
  private int messageOctets;

  /**
   * @param questions that can be open at a time
   * @param limit of answers that go to one host alone
   */
  public Mdns(
      Interface port,
      Ipv6Port six,
      Udp udp,
      int questions,
      RateLimit limit,
      KeyedHash random,
      Counters counters) {
    this.port = port;
    this.six = six;
    this.udp = udp;
    this.random = random;
    this.counters = counters;
    this.limit = limit;
    groupSix.set(GROUP_HIGH, GROUP_LOW, PORT);
    groupSix.scope = six.index;
    this.questions = new MdnsQuestion[questions];
    for (int i = 0; i < questions; i++) {
      this.questions[i] = new MdnsQuestion();
    }
  }

  /** Adds who answers for a name; once, at assembly. */
  void attach(MdnsResponder responder) {
    this.responder = responder;
  }

  /** Whether a name, as labels, is one that the link knows: RFC 6762 3. */
  public static boolean local(byte[] name, int octets) {
    int at = 0;
    while (at < octets && at + 1 + name[at] < octets - 1) {
      at += 1 + name[at]; // to the last label
    }
    return at > 0
        && octets - at == 7
        && Bytes.i32(name, at) == (5 << 24 | 'l' << 16 | 'o' << 8 | 'c')
        && name[at + 4] == 'a'
        && name[at + 5] == 'l';
  }

  /**
   * Begins to ask the link for a name, whole as {@link Dns#fromText} hands it out.
   *
   * @param type of what is asked for; {@link Dns#TYPE_ANY} for all there is
   * @param keeps whether it is asked for as long as the question is open; else until it is answered
   * @return null where all questions are taken, or the port is
   */
  public MdnsQuestion ask(byte[] name, int octets, int type, boolean keeps, long nowNs) {
    if (!open()) {
      return null;
    }
    for (int i = 0; i < questions.length; i++) {
      MdnsQuestion question = questions[i];
      if (!question.open) {
        long delayNs = LEAST_DELAY_NS + (random.draw() & 0xFFFF) * 1525L;
        question.begin(name, octets, type, keeps, keeps ? nowNs + delayNs : nowNs);
        return question;
      }
    }
    return null;
  }

  /**
   * Takes over a question of the resolver's that names of the link must answer: RFC 6762 3 (MUST).
   *
   * @param again whether its time is over: then there is no such name
   */
  boolean take(Question question, boolean again, long nowNs) {
    if (!local(question.asked, question.askedOctets)) {
      return false;
    }
    question.state = Question.ASKED;
    question.failure = Status.NO_NAME;
    question.deadlineNs = nowNs + WAIT_NS;
    MdnsQuestion around =
        again ? null : ask(question.asked, question.askedOctets, question.type, false, nowNs);
    if (around == null) {
      question.end(again ? Status.NO_NAME : Status.NO_RESOURCES);
    } else {
      around.user = question;
      question.around = around;
    }
    return true;
  }

  /** Looks whether such a question was answered; whether it is over. */
  boolean hear(Question question) {
    MdnsQuestion around = question.around;
    if (around == null || around.count() == 0 && !around.none()) {
      return false;
    }
    Answer answer = question.answer;
    answer.clear(Status.OK);
    for (int i = 0; i < around.count(); i++) {
      answer.add(around.data(i), 0, Math.min(around.octets(i), Answer.OCTETS));
    }
    question.end(around.none() ? Status.NO_ADDRESS : Status.OK);
    return true;
  }

  /**
   * Hears all that is said, asked or not: {@link #messages} counts it. False: the port is taken.
   */
  public boolean listen() {
    listening = open();
    return listening;
  }

  /** How many messages were heard. */
  public int messages() {
    return messages;
  }

  /**
   * The last message that was heard, {@link #messageOctets} of it; none is missed that way, since
   * with {@link #listen} a poll takes in one.
   */
  public byte[] message() {
    return message;
  }

  public int messageOctets() {
    return messageOctets;
  }

  /** Who sent the last message. */
  public Endpoint sender() {
    return from;
  }

  boolean open() {
    if (socket != null) {
      return true;
    }
    UdpSocket bound = udp.bind(PORT);
    if (bound == null) {
      return false;
    }
    bound.options.timeToLive = TIME_TO_LIVE; // RFC 6762 11 (SHOULD)
    boolean four = bound.options.join(group) == Status.OK;
    if (bound.options.join(groupSix) != Status.OK && !four) {
      bound.close();
      return false;
    }
    socket = bound;
    return true;
  }

  @Override
  public long poll(long nowNs) {
    if (socket == null) {
      return NEVER;
    }
    for (int turn = listening ? 1 : TURNS; turn > 0 && socket.readable(); turn--) {
      int octets = socket.receive(message, 0, MOST, from);
      int reason = octets < 0 ? -1 : arrive(octets, nowNs);
      if (reason >= 0) {
        counters.add(reason);
      }
    }
    if (responder != null) {
      responder.poll(nowNs);
    }
    question(nowNs);
    if (!used()) {
      socket.close();
      socket = null;
    }
    return deadlineNs();
  }

  @Override
  public long deadlineNs() {
    long deadlineNs = responder == null ? NEVER : responder.deadlineNs();
    for (int i = 0; i < questions.length; i++) {
      if (questions[i].open) {
        deadlineNs = Math.min(deadlineNs, questions[i].deadlineNs());
      }
    }
    return socket != null && socket.readable() ? 0 : deadlineNs;
  }

  private boolean used() {
    boolean used = listening || responder != null && responder.used();
    for (int i = 0; i < questions.length; i++) {
      used |= questions[i].open;
    }
    return used;
  }

  /** Takes in a message; answers the counter of why it was ignored, or -1. */
  private int arrive(int octets, long nowNs) {
    if (octets >= Dns.HEADER && !near()) {
      return Counter.MDNS_STRANGE;
    }
    if (!reader.begin(message, octets)) {
      return Counter.MDNS_MALFORMED;
    }
    boolean response = reader.response();
    // RFC 6762 6 (MUST): a response comes from the port that it is asked of.
    if (!reader.plain() || response && from.port != PORT) {
      return Counter.MDNS_STRANGE;
    }
    messages++;
    messageOctets = octets;
    if (response) {
      hear(nowNs);
    } else {
      noteOthers(nowNs);
      if (responder != null) {
        responder.asked(reader, from, nowNs);
      }
    }
    return -1;
  }

  /**
   * RFC 6762 11 (MUST): whether it was sent on this link. Its source says so, or that it went to
   * the group and has passed no router.
   */
  private boolean near() {
    int source = from.address;
    boolean near =
        from.six()
            ? Ipv6.linkLocal(from.high) || six.routers.onLink(from.high, from.low)
            : port.mask != 0 && ((source ^ port.address) & port.mask) == 0
                || source >>> 16 == 0xA9FE;
    Endpoint to = socket.options.arrivedAt;
    boolean all = to.six() ? to.high == GROUP_HIGH && to.low == GROUP_LOW : to.address == GROUP;
    return near || all && socket.options.arrivedTimeToLive == TIME_TO_LIVE;
  }

  private void hear(long nowNs) {
    while (reader.next()) {
      if (reader.section >= MdnsReader.ANSWER) {
        for (int i = 0; i < questions.length; i++) {
          if (questions[i].open) {
            questions[i].hear(reader, random, nowNs);
          }
        }
        if (responder != null) {
          responder.heard(reader, nowNs);
        }
      }
    }
  }

  private void noteOthers(long nowNs) {
    boolean all = reader.count(MdnsReader.ANSWER) == 0 && !reader.truncated();
    while (all && from.port == PORT && reader.next() && reader.section == MdnsReader.QUESTION) {
      for (int i = 0; i < questions.length; i++) {
        MdnsQuestion question = questions[i];
        if (question.open
            && !reader.bit
            && reader.type == question.type
            && reader.about(question.name, question.nameOctets)) {
          question.askedByOthers(nowNs);
        }
      }
    }
    reader.rewind();
  }

  /** Asks all questions that are due, in one message. RFC 6762 5.3. */
  private void question(long nowNs) {
    writer.begin(0, 0);
    int asked = 0;
    for (int i = 0; i < questions.length; i++) {
      MdnsQuestion question = questions[i];
      if (question.open && question.due(nowNs) && question.put(writer, random, nowNs)) {
        asked |= 1 << i;
      }
    }
    if (asked != 0) {
      for (int i = 0; i < questions.length; i++) {
        if ((asked & 1 << i) != 0) {
          questions[i].known(writer, nowNs);
        }
      }
      send(nowNs);
    }
  }

  /** Sends what was written to all, over each family that has an address. */
  void send(long nowNs) {
    if (port.address != 0) {
      send(group, nowNs);
    }
    if (six.addresses.select(GROUP_HIGH, GROUP_LOW) != null) {
      send(groupSix, nowNs);
    }
  }

  /** Sends what was written to one host. */
  void send(Endpoint to, long nowNs) {
    int status = socket.send(writer.bytes, 0, writer.octets, to, nowNs);
    if (status == Status.REFUSED || status == Status.UNREACHABLE) {
      // That may have been the error about an earlier one.
      int unused = socket.send(writer.bytes, 0, writer.octets, to, nowNs);
    }
  }
}
