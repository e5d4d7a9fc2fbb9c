// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0

/** The stack itself: links, IP, UDP, TCP and what keeps a host going, polled by its owner. */
module dev.tulle.core {
  exports dev.tulle.buffer;
  exports dev.tulle.forward;
  exports dev.tulle.group;
  exports dev.tulle.host;
  exports dev.tulle.ip;
  exports dev.tulle.link;
  exports dev.tulle.nd;
  exports dev.tulle.raw;
  exports dev.tulle.stack;
  exports dev.tulle.tcp;
  exports dev.tulle.udp;
  exports dev.tulle.wire;
}
