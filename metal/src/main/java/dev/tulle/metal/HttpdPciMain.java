// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.metal;

import org.teavm.interop.Export;

/** A web server on a PC with Intel's card on the PCI bus. */
public final class HttpdPciMain {
  private HttpdPciMain() {}

  @Export(name = "tulle_main")
  public static void main(String[] args) {
    MinimalHttpd.run(new E1000(), 1);
  }
}
