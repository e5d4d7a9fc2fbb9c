// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * The programs: ping, get, httpd, echo, nc, iperf3 and perf, written once against the core.
 *
 * <p>They run on the JVM and compiled to C. What they need of the outside is {@link
 * dev.tulle.apps.Platform} and what hangs from it; {@code jvm} and {@code native} implement that.
 * Start reading at {@link dev.tulle.apps.Runner}, which gives every program its stack, its common
 * options and its event loop. Text is octets: file names, arguments and addresses are never made
 * into strings.
 */
package dev.tulle.apps;
