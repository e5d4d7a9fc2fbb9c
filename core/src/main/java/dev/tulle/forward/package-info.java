// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * What a router has and a host has not: many routes, forwarding between interfaces, connections
 * that it tracks, translated addresses, a filter, VLANs.
 *
 * <p>Start with {@link dev.tulle.forward.Forwarder}.
 */
package dev.tulle.forward;
