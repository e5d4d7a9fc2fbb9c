// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Multicast groups that an interface listens to, and what its routers and switches are told of
 * them: one machine for IGMP and MLD.
 */
package dev.tulle.group;
