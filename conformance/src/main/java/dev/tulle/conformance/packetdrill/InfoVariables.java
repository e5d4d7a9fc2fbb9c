// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.tcp.TcpInfo;
import dev.tulle.tcp.TcpSocket;
import java.util.Map;

/** What Linux's {@code tcp_info} calls the fields of {@link TcpInfo}. */
final class InfoVariables {
  private static final TcpInfo INFO = new TcpInfo();

  private InfoVariables() {}

  static void put(TcpSocket socket, Map<String, Object> variables) {
    TcpInfo info = INFO;
    socket.info(info);
    put(variables, "state", info.state);
    put(variables, "ca_state", info.recovery);
    put(variables, "backoff", info.backoff);
    put(variables, "retransmits", info.backoff);
    put(variables, "rto", info.rtoUs);
    put(variables, "rtt", info.rttUs);
    put(variables, "rttvar", info.rttVariationUs);
    put(variables, "snd_cwnd", info.cwnd);
    put(variables, "snd_ssthresh", info.ssthresh);
    put(variables, "unacked", info.unacked);
    put(variables, "sacked", info.sacked);
    put(variables, "lost", info.lost);
    put(variables, "retrans", info.retransmitted);
    put(variables, "reordering", info.reordering);
    put(variables, "snd_mss", info.sndMss);
    put(variables, "advmss", info.advMss);
    put(variables, "pmtu", info.pathMtu);
    put(variables, "snd_wnd", info.sndWindow);
    put(variables, "rcv_wnd", info.rcvWindow);
    put(variables, "notsent_bytes", info.unsent);
  }

  private static void put(Map<String, Object> variables, String name, int value) {
    variables.put("tcpi_" + name, (long) value);
  }
}
