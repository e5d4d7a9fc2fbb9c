// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

/**
 * A link whose frames are IP packets, without an Ethernet header: a TUN device, a tunnel, what a
 * system hands to a VPN. Both versions may be mixed.
 */
public interface IpLink extends Link {}
