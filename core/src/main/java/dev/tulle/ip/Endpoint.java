// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

/**
 * An address of either family and a port, reusable: what socket calls take and fill in.
 *
 * <p>Where {@link #high} and {@link #low} are both 0, the address is an IPv4 one; the two
 * unspecified addresses are the same.
 */
public final class Endpoint {
  /** IPv4 address, the first octet highest; 0 is any. */
  public int address;

  /** IPv6 address, its first eight octets and its last; both 0 where the address is IPv4. */
  public long high;

  public long low;

  /** For a link-local IPv6 address the number of its interface, from 1 up; 0 for the first. */
  public int scope;

  /** 0 to 65,535; 0 is any. */
  public int port;

  public Endpoint() {}

  public Endpoint(int address, int port) {
    set(address, port);
  }

  /** Sets an IPv4 address and the port. */
  public void set(int address, int port) {
    set(0, 0, port);
    this.address = address;
  }

  /** Sets an IPv6 address and the port. */
  public void set(long high, long low, int port) {
    this.high = high;
    this.low = low;
    this.port = port;
    address = 0;
    scope = 0;
  }

  /** Takes over address and port of another. */
  public void set(Endpoint other) {
    set(other.high, other.low, other.port);
    address = other.address;
    scope = other.scope;
  }

  /** Whether both have the same address and port. */
  public boolean same(Endpoint other) {
    return port == other.port && address == other.address && low == other.low && high == other.high;
  }

  /** Whether the address is an IPv6 one. */
  public boolean six() {
    return (high | low) != 0;
  }
}
