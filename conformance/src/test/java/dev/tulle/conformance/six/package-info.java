// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/** IPv6 on a virtual clock, the test as everyone else on the link. */
package dev.tulle.conformance.six;
