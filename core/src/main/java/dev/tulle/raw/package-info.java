// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/** Sockets below UDP and TCP: whole packets of a protocol, and whole frames of a type. */
package dev.tulle.raw;
