// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import dev.tulle.tcp.TcpInfo;
import dev.tulle.tcp.TcpSocket;
import java.util.Map;

/** What Linux's {@code tcp_info} calls the fields of {@link TcpInfo}. */
final class InfoVariables {
  private static final TcpInfo INFO = new TcpInfo();

  // TCPI_OPT_ and what follows, in Linux
  static final int TIMESTAMPS = 1;
  static final int SACK = 2;
  static final int WINDOW_SCALE = 4;
  static final int ECN = 8;

  private static final int STAMPS_BYTES = 12;

  /** What Linux takes a full segment of the peer for, before one has come: RFC 9293 3.7.1. */
  private static final int FIRST_GUESS = 536;

  private InfoVariables() {}

  static void put(TcpSocket socket, Map<String, Object> variables) {
    TcpInfo info = INFO;
    socket.info(info);
    put(variables, "state", info.state);
    put(variables, "ca_state", info.recovery);
    put(variables, "backoff", info.backoff);
    put(variables, "retransmits", info.probes > 0 ? 0 : info.backoff);
    put(variables, "probes", info.probes);
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
    // As in Linux: without the stamps that are in every segment.
    put(variables, "advmss", info.advMss - (info.timestamps ? STAMPS_BYTES : 0));
    put(variables, "pmtu", info.pathMtu);
    put(variables, "snd_wnd", info.sndWindow);
    put(variables, "rcv_wnd", info.rcvWindow);
    put(variables, "notsent_bytes", info.unsent);
    putTotals(info, variables);
  }

  private static void putTotals(TcpInfo info, Map<String, Object> variables) {
    put(variables, "options", options(info));
    put(variables, "snd_wscale", info.sndShift);
    put(variables, "rcv_wscale", info.rcvShift);
    put(variables, "ato", info.ackTimeoutUs);
    put(variables, "last_data_sent", info.lastDataSentMs);
    put(variables, "last_data_recv", info.lastDataReceivedMs);
    put(variables, "last_ack_recv", info.lastAckReceivedMs);
    put(variables, "bytes_received", info.bytesReceived);
    put(variables, "bytes_sent", info.bytesSent);
    put(variables, "bytes_retrans", info.bytesRetransmitted);
    put(variables, "bytes_acked", info.bytesAcknowledged);
    put(variables, "data_segs_out", info.dataSegmentsOut);
    put(variables, "data_segs_in", info.dataSegmentsIn);
    put(variables, "total_retrans", info.totalRetransmitted);
    put(variables, "delivered", info.delivered);
    put(variables, "dsack_dups", info.duplicates);
    put(variables, "reord_seen", info.reorderingSeen);
    put(variables, "rcv_mss", Math.max(FIRST_GUESS, Math.min(info.rcvMss, info.advMss)));
    put(variables, "rcv_ssthresh", info.rcvWindow);
    put(variables, "rcv_space", info.rcvWindow);
    put(variables, "fackets", 0); // as in Linux since 4.15
    put(variables, "last_ack_sent", 0); // as in Linux, for ever
    put(variables, "min_rtt", info.minRttUs);
  }

  private static int options(TcpInfo info) {
    return (info.timestamps ? TIMESTAMPS : 0)
        | (info.selective ? SACK : 0)
        | (info.scaled ? WINDOW_SCALE : 0)
        | (info.congestionMarks ? ECN : 0);
  }

  private static void put(Map<String, Object> variables, String name, long value) {
    variables.put("tcpi_" + name, value);
  }
}
