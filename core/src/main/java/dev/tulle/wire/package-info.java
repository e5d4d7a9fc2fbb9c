// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Stateless codecs: what each octet of a header means, and nothing else.
 *
 * <p>A codec is a class of static methods on {@code (byte[] bytes, int at)}. It opens with the
 * header's diagram. One length check by the caller makes every accessor safe.
 */
package dev.tulle.wire;
