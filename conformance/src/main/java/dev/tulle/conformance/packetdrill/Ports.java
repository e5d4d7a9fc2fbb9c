// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

/** The ports of a segment, where a script names them. */
record Ports(int source, int destination) {}
