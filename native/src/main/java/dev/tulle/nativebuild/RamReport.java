// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** {@code ./tulle size --ram}: what is in memory, by owner, and whether a budget suffices. */
final class RamReport {
  private RamReport() {}

  static int run(List<App> apps, Map<String, String> options) throws IOException, BuildFailure {
    int connections = Integer.parseInt(options.getOrDefault("--connections", "0"));
    int bufferBytes = Integer.parseInt(options.getOrDefault("--buffer", "0"));
    long budget = Long.parseLong(options.getOrDefault("--budget", "0"));
    Builder builder = new Builder(Builder.root(), List.of());
    int code = 0;
    for (App app : apps) {
      if (connections > 0 && List.of("router", "gateway").contains(app.assembly())) {
        continue; // what they have is not the program's choice
      }
      Ram ram = Ram.of(app.assembly(), connections, bufferBytes);
      long[] sizes = Size.sizes(builder.build(app, Variant.forSize("i586", true)));
      long all = print(app, ram, sizes);
      if (budget > 0 && all > budget) {
        System.err.printf(
            "size: %s takes %,d octets, %,d more than the budget of %,d%n",
            app.name(), all, all - budget, budget);
        code = 1;
      }
    }
    return code;
  }

  private static long print(App app, Ram ram, long[] sizes) {
    System.out.printf("%11s  %s %s, i586%n", "octets", app.profile(), app.program());
    ram.byOwner().forEach((owner, octets) -> row(octets, owner));
    row(ram.all(), "the stack's part of the Java heap");
    row(sizes[0], "code and constants");
    long rest = sizes[1] + sizes[2] - app.heapOctets();
    row(rest, "data, and variables of the runtime");
    long all = ram.all() + sizes[0] + rest;
    row(all, "all in memory, but for the program's own objects and the C stack");
    System.out.println();
    return all;
  }

  private static void row(long octets, String owner) {
    System.out.printf("%,11d  %s%n", octets, owner);
  }
}
