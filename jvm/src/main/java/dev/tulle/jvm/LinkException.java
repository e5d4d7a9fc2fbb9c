// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.jvm;

import java.io.IOException;

/**
 * A link could not be opened; the message says why and what to do, to follow "cannot use NAME: ".
 */
public final class LinkException extends IOException {
  private static final long serialVersionUID = 1;

  LinkException(String message) {
    super(message);
  }
}
