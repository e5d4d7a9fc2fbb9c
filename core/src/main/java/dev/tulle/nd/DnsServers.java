// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.nd;

/** Takes in what routers tell about names. RFC 8106. */
public interface DnsServers {
  /**
   * A router names a server.
   *
   * @param scope for a link-local address the number of its interface
   * @param untilNs until when it is good; now or before where it is good no more
   */
  void server(long high, long low, int scope, long untilNs, long nowNs);

  /**
   * A router names domains in which to look for names, encoded as in DNS messages (RFC 1035 3.1)
   * without compression, with zeros behind; nothing of it is checked.
   */
  void search(byte[] b, int at, int end, long untilNs, long nowNs);
}
