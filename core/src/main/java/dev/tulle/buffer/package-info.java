// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/** The only owner of memory: packets from a fixed pool, and rings of octets for sockets. */
package dev.tulle.buffer;
