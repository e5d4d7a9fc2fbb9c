// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Scripts in packetdrill's language against an assembled host on a virtual clock.
 *
 * <p>{@link dev.tulle.conformance.packetdrill.Packetdrill} is {@code ./tulle packetdrill}. {@code
 * ScriptParser} makes a list of events of a file; {@code Playback} lets them happen to a {@code
 * Machine}, which is a whole host behind a tunnel, and stops at the first difference.
 */
package dev.tulle.conformance.packetdrill;
