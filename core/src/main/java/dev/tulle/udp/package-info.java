// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/** UDP: datagrams to and from sockets. */
package dev.tulle.udp;
