// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/** The scripts, and the runner that plays them. */
package dev.tulle.conformance.packetdrill;
