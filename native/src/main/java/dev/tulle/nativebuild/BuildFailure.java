// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nativebuild;

/** A build that did not come to a binary; the message says why and is all that its user needs. */
public final class BuildFailure extends Exception {
  private static final long serialVersionUID = 1;

  public BuildFailure(String message) {
    super(message);
  }
}
