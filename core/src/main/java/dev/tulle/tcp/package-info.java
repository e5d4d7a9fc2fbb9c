// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * TCP, in parts that each fit on a few screens.
 *
 * <p>{@link dev.tulle.tcp.Tcp} finds the connection for a segment and drives timers and output. A
 * {@code Connection} is the control block; its {@code arrives} is RFC 9293 3.10.7.4 as a list of
 * steps. {@code Sender}, {@code Receiver}, {@code LossRecovery}, {@code CongestionControl}, {@code
 * RttEstimator} and {@code RetransmitTimer} are its leaves: values go in, a verdict comes out, none
 * points back. {@link dev.tulle.tcp.TcpSocket} is the application's face.
 */
package dev.tulle.tcp;
