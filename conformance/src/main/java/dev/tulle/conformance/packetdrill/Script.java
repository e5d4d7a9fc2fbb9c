// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.List;
import java.util.Map;

/**
 * A parsed script.
 *
 * @param options those that start with two hyphens, without these
 * @param events in their order; commands before the first time are among them
 */
record Script(Map<String, String> options, List<Event> events) {}
