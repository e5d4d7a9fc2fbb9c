// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nio;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/**
 * Has the names that a whole program looks up asked for through its stack, where it runs on one;
 * otherwise, and for this machine's own names, all is as without.
 */
public final class NamesProvider extends InetAddressResolverProvider {
  /** Found by the JDK in the class path or module path. */
  public NamesProvider() {}

  @Override
  public InetAddressResolver get(Configuration configuration) {
    return Programs.asked() ? new Asking(configuration) : configuration.builtinResolver();
  }

  @Override
  public String name() {
    return "tulle";
  }

  private record Asking(Configuration configuration) implements InetAddressResolver {
    @Override
    public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
        throws UnknownHostException {
      if (host.equals("localhost") || host.equals(configuration.lookupLocalHostName())) {
        return configuration.builtinResolver().lookupByName(host, policy);
      }
      int wanted = policy.characteristics();
      boolean four = (wanted & LookupPolicy.IPV4) != 0;
      boolean six = (wanted & LookupPolicy.IPV6) != 0;
      return Stream.of(Names.resolve(Programs.net().engine(), host, four, six));
    }

    @Override
    public String lookupByAddress(byte[] address) throws UnknownHostException {
      // Nothing in the stack asks for PTR records; the machine's resolver must not be asked either.
      throw new UnknownHostException("names of addresses are not looked up");
    }
  }
}
