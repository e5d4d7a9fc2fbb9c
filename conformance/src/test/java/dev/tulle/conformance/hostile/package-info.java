// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/** Hostile input: tests named after the rows of the catalogue of published vulnerabilities. */
package dev.tulle.conformance.hostile;
