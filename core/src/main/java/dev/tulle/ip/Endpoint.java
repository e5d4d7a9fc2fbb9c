// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.ip;

/** An address and a port, reusable: what socket calls take and fill in. */
public final class Endpoint {
  /** IPv4 address, the first octet highest; 0 is any. */
  public int address;

  /** 0 to 65,535; 0 is any. */
  public int port;

  public Endpoint() {}

  public Endpoint(int address, int port) {
    this.address = address;
    this.port = port;
  }

  public void set(int address, int port) {
    this.address = address;
    this.port = port;
  }
}
