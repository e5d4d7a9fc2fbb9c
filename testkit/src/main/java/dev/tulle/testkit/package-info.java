// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
/**
 * What tests of a network stack need: a clock that a test moves, frames right and wrong, a peer
 * that the test plays, and two hosts with a bad network between them. Users test with it, too.
 *
 * <p>Start reading at {@link dev.tulle.testkit.HostHarness}, a whole assembled host on a scripted
 * link and a virtual clock. {@link dev.tulle.testkit.TcpHarness} adds a TCP peer with relative
 * sequence numbers, {@link dev.tulle.testkit.HostileHarness} the assertions that every hostile
 * input must satisfy, {@link dev.tulle.testkit.TwoHosts} whole transfers.
 *
 * <p>Frames are built and decoded here by code of their own, not by the stack's codecs: a mistake
 * there is not made twice. What fails throws an {@link java.lang.AssertionError}, so any test
 * framework will do. This is test code: it allocates and formats freely.
 */
package dev.tulle.testkit;
