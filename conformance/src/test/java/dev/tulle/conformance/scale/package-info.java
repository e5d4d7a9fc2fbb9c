// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0

/** Very many connections: what each costs, and what happens when the memory of all is short. */
package dev.tulle.conformance.scale;
