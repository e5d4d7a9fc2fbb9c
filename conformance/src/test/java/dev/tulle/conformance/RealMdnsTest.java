// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names of the link with Avahi at the other end. */
@Timeout(120)
class RealMdnsTest {
  /** Probes and announcements of both sides, one after another, on a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A daemon and the bus that its tools reach it by, both with nothing but a folder of ours. */
  private static final class Avahi implements AutoCloseable {
    private final Rig rig;
    private final String bus;
    private final Child buses;
    final Child daemon;

    Avahi(Rig rig, String name) throws IOException {
      this.rig = rig;
      Path socket = rig.folder.resolve("bus");
      Path settings = rig.folder.resolve("bus.conf");
      bus = "unix:path=" + socket;
      Files.writeString(
          settings,
          """
          <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
           "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
          <busconfig><type>system</type><listen>%s</listen><auth>EXTERNAL</auth>
          <policy context="default"><allow user="*"/><allow own="*"/>
          <allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>
          """
              .formatted(bus));
      Path file = rig.folder.resolve("avahi.conf");
      Files.writeString(
          file,
          """
          [server]
          host-name=%s
          use-ipv4=yes
          use-ipv6=yes
          allow-interfaces=%s
          [publish]
          publish-workstation=no
          [wide-area]
          enable-wide-area=no
          """
              .formatted(name, rig.lane.tap()));
      buses =
          rig.namespace.start(
              "dbus-daemon", "--nofork", "--print-address", "--config-file", settings.toString());
      if (!buses.says("unix:path", Rig.LIMIT)) {
        throw new IOException("no bus: " + buses.error());
      }
      // A folder of its own for its process id, in a mount namespace of its own.
      String command =
          "mount -t tmpfs none /run && mkdir /run/avahi-daemon && "
              + "DBUS_SYSTEM_BUS_ADDRESS=%s exec avahi-daemon --no-drop-root --no-rlimits "
              + "--no-chroot --debug -f %s";
      daemon = rig.namespace.start("unshare", "-m", "sh", "-c", command.formatted(bus, file));
    }

    /** Waits until the daemon has a name. */
    void ready(String name) throws IOException {
      if (!daemon.says("Host name is " + name + ".local", PATIENCE)) {
        throw new IOException("avahi has not got its name: " + daemon.error() + daemon.out());
      }
    }

    String resolve(String... words) throws IOException {
      String command =
          "DBUS_SYSTEM_BUS_ADDRESS=" + bus + " avahi-resolve " + String.join(" ", words);
      try (Child child = rig.namespace.start("sh", "-c", command)) {
        return child.await(Rig.LIMIT) + " " + child.out() + child.error();
      }
    }

    @Override
    public void close() {
      daemon.close();
      buses.close();
    }
  }

  private static Rig open(Programs programs) throws IOException {
    return Rig.open(programs, "avahi-daemon", "avahi-resolve", "dbus-daemon", "unshare");
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void avahiAndTulleFindEachOther(Programs programs) throws IOException {
    try (Rig rig = open(programs);
        Avahi avahi = new Avahi(rig, "kernel");
        Child here = rig.start("mdns", "--name", "tulle-host.local")) {
      assertTrue(here.says("has the name tulle-host.local.", PATIENCE), here.error());
      avahi.ready("kernel");
      String found = avahi.resolve("-4", "-n", "tulle-host.local");
      assertEquals("0 tulle-host.local\t" + rig.lane.tulle() + "\n", found);
      found = avahi.resolve("-6", "-n", "tulle-host.local");
      assertTrue(found.startsWith("0 tulle-host.local\tfe80:"), found);
      here.terminate();
      assertEquals(0, here.await(Rig.LIMIT), here.error());
      try (Child asks = rig.start("mdns", "kernel.local", "-W", "20")) {
        assertEquals(0, asks.await(PATIENCE), asks.error());
        assertEquals("kernel.local. IN A " + rig.lane.kernel() + "\n", asks.out());
      }
      try (Child asks = rig.start("mdns", "nobody.local", "-W", "1")) {
        Rig.assertFailed(asks, "nobody answers");
      }
      assertTrue(avahi.daemon.alive());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void withoutAnyServerAHostIsFoundByNameAtAnAddressOfItsOwnChoice(Programs programs)
      throws IOException {
    try (Rig rig = open(programs)) {
      String tap = rig.lane.tap();
      rig.run("ip", "addr", "add", "169.254.7.7/16", "dev", tap);
      List<String> mdns =
          rig.programs.command(
              "mdns", "--name", "alone.local", "--tap", tap, "--address", "link-local");
      try (Avahi avahi = new Avahi(rig, "kernel");
          Child here = rig.namespace.start(mdns)) {
        assertTrue(here.says("has the name alone.local.", PATIENCE), here.error());
        String found = avahi.resolve("-4", "-n", "alone.local");
        assertTrue(found.startsWith("0 alone.local\t169.254."), found);
        String address = found.substring(found.indexOf('\t') + 1).strip();
        rig.run("ping", "-c", "1", "-W", "20", address);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void whereAvahiHasTheNameTulleTakesAnother(Programs programs) throws IOException {
    try (Rig rig = open(programs);
        Avahi avahi = new Avahi(rig, "same")) {
      avahi.ready("same");
      try (Child here = rig.start("mdns", "--name", "same.local")) {
        assertTrue(here.says("has the name same-2.local.", PATIENCE), here.error() + here.out());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.tulle.conformance.Rig#platforms")
  void whereTulleHasTheNameAvahiTakesAnother(Programs programs) throws IOException {
    try (Rig rig = open(programs);
        Child here = rig.start("mdns", "--name", "same.local")) {
      assertTrue(here.says("has the name same.local.", PATIENCE), here.error());
      try (Avahi avahi = new Avahi(rig, "same")) {
        avahi.ready("same-2");
      }
      assertTrue(here.alive());
    }
  }
}
