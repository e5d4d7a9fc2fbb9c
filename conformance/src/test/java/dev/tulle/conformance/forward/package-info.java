// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0

/** Forwarding, translation, tracking and filtering, with the test on either side of the router. */
package dev.tulle.conformance.forward;
