// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Builds programs with each of their features left out, and says what that saves. */
final class Features {
  private static final Variant VARIANT = Variant.forSize("i586", true);

  /** A program's feature and what goes with it: octets of text, data and memory. */
  record Cost(Feature feature, long text, long data, long ram) {}

  private final Builder builder;
  private int done;

  Features(Builder builder) {
    this.builder = builder;
  }

  /** The features of a program, the dearest first. */
  List<Cost> costs(App app) throws IOException, BuildFailure {
    Path c = builder.translate(app);
    List<Feature> features = new ArrayList<>();
    for (Feature feature : Feature.ALL) {
      if (feature.in(c)) {
        features.add(feature);
      }
    }
    long[] whole = Size.sizes(builder.build(app, VARIANT));
    done = 0;
    ExecutorService workers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<Cost>> all = new ArrayList<>();
      for (Feature feature : features) {
        all.add(workers.submit(() -> cost(app, feature, whole, features.size())));
      }
      List<Cost> costs = new ArrayList<>();
      for (Future<Cost> each : all) {
        costs.add(Builder.result(each));
      }
      // A class may have code that others call although no object of it is made.
      costs.removeIf(cost -> cost.text == 0 && cost.data == 0 && cost.ram <= 0);
      costs.sort(Comparator.comparingLong((Cost cost) -> cost.text + cost.data).reversed());
      return costs;
    } finally {
      workers.shutdownNow();
    }
  }

  private Cost cost(App app, Feature feature, long[] sizes, int of)
      throws IOException, BuildFailure {
    long[] without = builder.sizesWithout(app, feature, VARIANT);
    Ram whole = Ram.of(app.assembly(), 0, 0);
    long ram = whole == null ? -1 : whole.retained(feature.classNames());
    synchronized (this) {
      done++;
      System.err.printf("size: %s, %d of %d: without %s%n", app.name(), done, of, feature.name());
    }
    return new Cost(feature, sizes[0] - without[0], sizes[1] - without[1], ram);
  }

  static void print(App app, List<Cost> costs) {
    System.out.printf(
        "%-34s %9s %9s %11s%n", app.profile() + " " + app.program(), "text", "data", "RAM");
    for (Cost cost : costs) {
      System.out.printf(
          "  %-32s %,9d %,9d %11s%n",
          cost.feature.name(),
          cost.text,
          cost.data,
          cost.ram < 0 ? "-" : String.format("%,d", cost.ram));
    }
  }
}
