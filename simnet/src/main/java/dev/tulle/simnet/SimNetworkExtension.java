// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.simnet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test of JUnit 5 a {@link SimNetwork} as a parameter, and closes it.
 *
 * <p>The seed is the system property {@code tulle.seed}, or drawn anew for each test. Of a test
 * that fails the seed is printed, and its frames are written to {@code tulle-NAME.pcap} in the
 * folder that the property {@code tulle.pcap} names, {@code target} where it names none.
 */
public final class SimNetworkExtension implements ParameterResolver, AfterEachCallback {
  private static final ExtensionContext.Namespace SPACE =
      ExtensionContext.Namespace.create(SimNetworkExtension.class);

  /** As JUnit makes it for {@code @ExtendWith}. */
  public SimNetworkExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SimNetwork.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Long told = Long.getLong("tulle.seed");
    long seed = told != null ? told : new SplittableRandom().nextInt(1_000_000);
    SimNetwork net = SimNetwork.seed(seed);
    context.getStore(SPACE).put(SimNetwork.class, net);
    return net;
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    SimNetwork net = context.getStore(SPACE).remove(SimNetwork.class, SimNetwork.class);
    if (net == null) {
      return;
    }
    if (context.getExecutionException().isPresent()) {
      Path folder = Path.of(System.getProperty("tulle.pcap", "target"));
      String name = context.getRequiredTestMethod().getName();
      Path file = folder.resolve("tulle-" + name + ".pcap");
      Files.createDirectories(folder);
      net.writeCapture(file);
      System.err.println(
          name + " failed with -Dtulle.seed=" + net.seed() + "; its frames are in " + file);
    }
    net.close();
  }
}
