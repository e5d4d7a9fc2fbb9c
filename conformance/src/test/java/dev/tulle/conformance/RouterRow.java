// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * Three namespaces in a row with cables between them: {@code inner} inside leads to {@code in} in
 * the middle, {@code out} there to {@code outer} outside. In the middle is the router.
 */
final class RouterRow implements AutoCloseable {
  final Namespace inside;
  final Namespace middle;
  final Namespace outside;
  private final List<Child> children = new ArrayList<>();
  Child router;

  /**
   * @param refusal why this machine can make none; null where it can
   */
  RouterRow(String refusal) throws IOException {
    if (refusal != null) {
      Assumptions.abort(refusal);
    }
    inside = new Namespace();
    middle = new Namespace();
    outside = new Namespace();
    Child holder = middle.holder();
    children.add(holder);
    inside.addVeth("inner", "in", holder);
    outside.addVeth("outer", "out", holder);
    for (String end : new String[] {"in", "out"}) {
      middle.ip("link set " + end + " up");
    }
  }

  /** Lets the kernels inside and outside speak IPv6; the router's own stays silent. */
  void speakIpv6() throws IOException {
    for (Namespace one : List.of(inside, outside)) {
      one.set("net/ipv6/conf/all/disable_ipv6", "0");
      if (!one.ip("-6 addr show dev lo").contains("inet6")) {
        close();
        Assumptions.abort("the kernel's IPv6 cannot be switched on in a namespace");
      }
    }
  }

  void start(Programs programs, String in, String out, String... options) throws IOException {
    start(programs, "router", in, out, options);
  }

  /** Starts a router, or a program that is one as well. */
  void start(Programs programs, String name, String in, String out, String[] options)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("--inside", in, "--outside", out));
    words.addAll(List.of(options));
    router = middle.start(programs.command(name, words.toArray(String[]::new)));
    children.add(router);
    assertTrue(router.says("routing", Rig.LIMIT), router.lastWords());
  }

  String run(Namespace where, String... command) throws IOException {
    try (Child child = where.start(command)) {
      return child.succeeds(Rig.LIMIT).out();
    }
  }

  /** Waits until what {@code ip} prints has a text in it. */
  void await(Namespace where, String arguments, String text) throws IOException {
    long endNs = System.nanoTime() + Rig.LIMIT.toNanos();
    String seen;
    while (!(seen = where.ip(arguments)).contains(text)) {
      if (endNs - System.nanoTime() < 0) {
        throw new IOException(text + " never came: " + seen + router.lastWords());
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  @Override
  public void close() {
    for (int i = children.size() - 1; i >= 0; i--) {
      children.get(i).close();
    }
    inside.close();
    outside.close();
    middle.close();
  }
}
