// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * Assembled stacks, each in one small file: the only place that knows defaults.
 *
 * <p>An application that wants something between two profiles copies one and edits it.
 */
package dev.tulle.profile;
