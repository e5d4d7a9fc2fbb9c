// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.link;

/** Which frames to multicast addresses an interface takes: those of groups that are listened to. */
public interface GroupFilter {
  /** Whether a frame to a group address, two octets and four, may be for a group of ours. */
  boolean wanted(int high, int low);
}
