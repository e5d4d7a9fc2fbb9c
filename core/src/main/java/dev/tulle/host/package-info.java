// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What a host on somebody's network needs besides its transports: an address by DHCP, and names.
 *
 * <p>Ordinary users of UDP, TCP and IP: nothing below knows them. A profile hands them over.
 */
package dev.tulle.host;
