// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import dev.tulle.host.Question;
import dev.tulle.ip.Endpoint;
import dev.tulle.stack.Status;
import dev.tulle.wire.Dns;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Names by the resolver of a stack, for threads that wait. */
final class Names {
  /** A literal has digits, points and colons alone; then no resolver is asked. */
  private static final String LITERAL = "[0-9.]+|\\[?[0-9a-fA-F:]*:[0-9a-fA-F:.]*]?";

  /** 127.0.0.1. */
  static final int LOCALHOST = 0x7F000001;

  private Names() {}

  /** The addresses of a host, IPv4 first; throws where there is none, and says why. */
  static InetAddress[] resolve(Engine engine, String host, boolean four, boolean six)
      throws UnknownHostException {
    if (host.matches(LITERAL)) {
      return InetAddress.getAllByName(host);
    }
    if (host.equalsIgnoreCase("localhost")) {
      return localhost(four, six); // RFC 6761 6.3: nobody is asked
    }
    List<InetAddress> found = new ArrayList<>();
    int status = Status.NO_ADDRESS;
    engine.lock.lock();
    try {
      if (four) {
        status = ask(engine, host, Dns.TYPE_A, found);
      }
      if (six && status != Status.NO_NAME && Addressing.hasSix(engine.host)) {
        int other = ask(engine, host, Dns.TYPE_AAAA, found);
        status = four && other < 0 ? status : other;
      }
    } finally {
      engine.lock.unlock();
    }
    if (found.isEmpty()) {
      throw new UnknownHostException(host + ": " + cause(status));
    }
    return found.toArray(new InetAddress[0]);
  }

  private static InetAddress[] localhost(boolean four, boolean six) {
    List<InetAddress> all = new ArrayList<>();
    if (four) {
      all.add(Addresses.address(new Endpoint(LOCALHOST, 0), "localhost"));
    }
    if (six) {
      Endpoint end = new Endpoint();
      end.set(0, 1, 0);
      all.add(Addresses.address(end, "localhost"));
    }
    return all.toArray(new InetAddress[0]);
  }

  private static int ask(Engine engine, String host, int type, List<InetAddress> found) {
    byte[] text = host.getBytes(StandardCharsets.UTF_8);
    Question question = engine.host.resolver.ask(text, 0, text.length, type);
    while (question == null && !engine.down()) {
      engine.news.await(engine, engine.deadline(10_000_000L)); // all are taken: one will be free
      question = engine.host.resolver.ask(text, 0, text.length, type);
    }
    if (question == null) {
      return Status.LINK_DOWN;
    }
    try {
      engine.used();
      while (question.status() == Status.WOULD_BLOCK && !engine.down()) {
        engine.news.await(engine, Engine.NEVER);
      }
      Endpoint end = new Endpoint();
      for (int i = 0; i < question.count(); i++) {
        question.address(i, end);
        found.add(Addresses.address(end, host));
      }
      return question.status();
    } finally {
      question.close();
    }
  }

  private static String cause(int status) {
    return switch (status) {
      case Status.NO_NAME -> "there is no such name";
      case Status.NO_ADDRESS -> "it has no address";
      case Status.TIMED_OUT -> "the name server does not answer";
      case Status.REFUSED -> "the name server cannot or will not say";
      case Status.INVALID -> "it is no name of a host";
      default -> "no name server can be reached";
    };
  }
}
