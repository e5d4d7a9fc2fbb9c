// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/** TCP's behaviour, with a peer that the test plays and in whole transfers, on a virtual clock. */
package dev.tulle.conformance.tcp;
