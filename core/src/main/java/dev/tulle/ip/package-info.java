// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/** IPv4, ICMP and routes: how a packet finds its transport, and a transport its way out. */
package dev.tulle.ip;
