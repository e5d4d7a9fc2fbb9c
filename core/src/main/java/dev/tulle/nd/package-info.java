// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/** IPv6 on one link: addresses, neighbours, routers and groups, and how each is found. */
package dev.tulle.nd;
