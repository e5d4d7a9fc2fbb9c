// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/** Links and what sits right above them: frames, neighbours, and the decorators of links. */
package dev.tulle.link;
