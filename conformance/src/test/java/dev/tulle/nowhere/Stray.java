// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nowhere;

/** A class in a package that nobody gave a place, to prove that it is found. */
final class Stray {}
