// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * Tulle on the JVM: links over Linux system calls, the wait, and the programs' platform.
 *
 * <p>Start reading at {@link dev.tulle.jvm.TapLink}. {@link dev.tulle.jvm.Libc} holds every call
 * out of Java; nothing else here knows the foreign-function API. In the steady state none of it
 * allocates.
 */
package dev.tulle.jvm;
