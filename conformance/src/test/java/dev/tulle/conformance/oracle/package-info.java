// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0

/** What another implementation of the codecs says about the frames that a host sends. */
package dev.tulle.conformance.oracle;
