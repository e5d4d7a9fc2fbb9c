// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A TAP device in a namespace: the kernel's end has the address 10.9.N.1, and Tulle's programs that
 * are started here are the machine 10.9.N.2 at its other end, one at a time.
 */
public final class Lane {
  private static final Duration UP = Duration.ofSeconds(20);

  private final Namespace namespace;
  private final String tap;
  private final String kernel;
  private final String tulle;

  /** Makes lane N of the namespace: 1 to 254. */
  public Lane(Namespace namespace, int number) throws IOException {
    this.namespace = namespace;
    tap = "tulle" + number;
    kernel = "10.9." + number + ".1";
    tulle = "10.9." + number + ".2";
    namespace.addTap(tap, kernel + "/24");
  }

  /** The device's name. */
  public String tap() {
    return tap;
  }

  /** The kernel's address. */
  public String kernel() {
    return kernel;
  }

  /** Tulle's address. */
  public String tulle() {
    return tulle;
  }

  /** A program's command line with this lane's device and address. */
  public List<String> command(Programs programs, String app, String... arguments)
      throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--tap", tap, "--address", tulle + "/24"));
    return programs.command(app, all.toArray(String[]::new));
  }

  /** Starts a program and waits until it has the device. */
  public Child start(Programs programs, String app, String... arguments) throws IOException {
    return namespace.start(command(programs, app, arguments));
  }

  /** Starts a server and waits until its TCP port answers. */
  public Child serve(Programs programs, String app, int port, String... arguments)
      throws IOException {
    Child child = start(programs, app, arguments);
    try {
      namespace.awaitCarrier(tap, child, UP);
      namespace.awaitPort(tulle, port, child, UP);
      return child;
    } catch (IOException e) {
      child.close();
      throw e;
    }
  }
}
