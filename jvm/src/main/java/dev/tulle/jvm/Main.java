// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import dev.tulle.apps.Dhcp;
import dev.tulle.apps.Dig;
import dev.tulle.apps.Echo;
import dev.tulle.apps.Get;
import dev.tulle.apps.Httpd;
import dev.tulle.apps.Inspector;
import dev.tulle.apps.Instruments;
import dev.tulle.apps.Iperf3;
import dev.tulle.apps.MdnsProgram;
import dev.tulle.apps.MinimalEcho;
import dev.tulle.apps.Nc;
import dev.tulle.apps.Perf;
import dev.tulle.apps.Ping;
import dev.tulle.apps.Platform;
import dev.tulle.apps.Program;
import dev.tulle.apps.RouterProgram;
import dev.tulle.apps.Runner;
import dev.tulle.apps.SntpProgram;
import dev.tulle.apps.StatProgram;
import dev.tulle.apps.Traceroute;
import dev.tulle.profile.Client;
import dev.tulle.profile.Datagrams;
import dev.tulle.profile.Full;
import dev.tulle.profile.Profile;
import dev.tulle.profile.Tunnel;
import java.nio.charset.StandardCharsets;

/**
 * Runs one of the programs on the JVM: {@code Main ping --tap t0 --address 10.9.0.2/24 10.9.0.1}.
 *
 * <p>{@code --profile full} puts it on a larger stack, {@code --tun NAME} in the place of {@code
 * --tap NAME} on a TUN device. A native binary holds one profile only, which its main class names.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 used wrongly.
 */
public final class Main {
  private static final int FAILED = 1;
  private static final int USED_WRONGLY = 2;

  private static final String PROGRAMS =
      "ping, get, httpd, echo, nc, iperf3, dig, dhcp, mdns, sntp, traceroute, router, gateway, "
          + "stat, perf, minimal-echo";

  private Main() {}

  /** The first word names the program, the others are its own. */
  public static void main(String[] arguments) {
    if (arguments.length == 0) {
      System.err.println("tulle: which program? One of " + PROGRAMS);
      System.exit(USED_WRONGLY);
    }
    System.exit(run(arguments[0], arguments));
  }

  private static int run(String name, String[] arguments) {
    JvmArguments words = JvmArguments.typed(arguments, 1);
    Profile profile = profileOf(name);
    int option = words.find("--profile");
    if (option >= 0) {
      profile = profile(words, option + 1);
      if (profile == null) {
        System.err.println("tulle: --profile is one of client, full");
        return USED_WRONGLY;
      }
      words = words.without(option, 2);
    }
    int tun = words.find("--tun");
    if (tun >= 0) {
      if (words.find("dhcp") >= 0 || name.equals("dhcp")) {
        System.err.println("tulle: a TUN device has no Ethernet, and DHCP needs it");
        return USED_WRONGLY;
      }
      words = words.with(tun, "--tap");
      profile = Tunnel::host;
    }
    try (JvmPlatform platform = new JvmPlatform(words, tun >= 0)) {
      platform.handleSignals();
      if ("minimal-echo".equals(name)) {
        return MinimalEcho.run(platform);
      }
      if ("stat".equals(name)) {
        return StatProgram.run(platform);
      }
      if ("router".equals(name)) {
        return RouterProgram.run(platform);
      }
      if ("gateway".equals(name)) {
        return RouterProgram.run(platform, Full::router, new Httpd(platform));
      }
      Program program = program(name, platform);
      if (program == null) {
        System.err.println("tulle: no program is called '" + name + "'; there are " + PROGRAMS);
        return USED_WRONGLY;
      }
      return Runner.run(platform, program, profile, new Instruments(new Inspector(platform)));
    } catch (UnsupportedOperationException e) {
      // Not Linux, or a C library without one of the calls.
      System.err.println("tulle: this machine cannot run it: " + e.getMessage());
      return FAILED;
    }
  }

  /** The stack that a program's native binary has. */
  private static Profile profileOf(String program) {
    return switch (program) {
      case "perf", "mdns", "dhcp" -> Full::host;
      case "ping", "echo", "nc" -> Datagrams::host;
      default -> Client::host;
    };
  }

  private static Profile profile(JvmArguments words, int index) {
    String name =
        index < words.count() ? new String(words.get(index), StandardCharsets.UTF_8) : "nothing";
    return switch (name) {
      case "client" -> Client::host;
      case "full" -> Full::growing;
      default -> null;
    };
  }

  private static Program program(String name, Platform platform) {
    return switch (name) {
      case "ping" -> new Ping(platform);
      case "get" -> new Get(platform);
      case "httpd" -> new Httpd(platform);
      case "echo" -> new Echo(platform);
      case "nc" -> new Nc(platform);
      case "iperf3" -> new Iperf3(platform);
      case "dig" -> new Dig(platform);
      case "dhcp" -> new Dhcp(platform);
      case "mdns" -> new MdnsProgram(platform);
      case "sntp" -> new SntpProgram(platform);
      case "traceroute" -> new Traceroute(platform);
      case "perf" -> new Perf(platform);
      default -> null;
    };
  }
}
