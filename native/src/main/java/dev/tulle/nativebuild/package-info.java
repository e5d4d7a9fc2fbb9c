// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Makes native binaries: javac, TeaVM, gcc.
 *
 * <p>{@link dev.tulle.nativebuild.NativeBuild} makes one, {@link dev.tulle.nativebuild.Size} makes
 * them all and prints how large they are. {@code JavaToC} and {@code CToBinary} are the two steps,
 * each with its cache under {@code .tulle/native}.
 */
package dev.tulle.nativebuild;
