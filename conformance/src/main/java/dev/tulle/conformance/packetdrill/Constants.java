// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import static java.util.Map.entry;

import java.util.Map;

/** The constants of Linux's socket interface that scripts use by name. */
final class Constants {
  static final int POLLIN = 0x1;
  static final int POLLPRI = 0x2;
  static final int POLLOUT = 0x4;
  static final int POLLERR = 0x8;
  static final int POLLHUP = 0x10;
  static final int POLLNVAL = 0x20;
  static final int POLLRDNORM = 0x40;
  static final int POLLWRNORM = 0x100;
  static final int POLLRDHUP = 0x2000;
  static final int EPOLLET = 1 << 31;
  static final int EPOLLONESHOT = 1 << 30;
  static final int O_NONBLOCK = 0x800;
  static final int MSG_OOB = 0x1;
  static final int MSG_PEEK = 0x2;
  static final int MSG_WAITALL = 0x100;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_EOR = 0x80;
  static final int MSG_MORE = 0x8000;
  static final int MSG_FASTOPEN = 0x2000_0000;

  private static final Map<String, Long> VALUES =
      Map.ofEntries(
          entry("POLLIN", (long) POLLIN),
          entry("POLLPRI", (long) POLLPRI),
          entry("POLLOUT", (long) POLLOUT),
          entry("POLLERR", (long) POLLERR),
          entry("POLLHUP", (long) POLLHUP),
          entry("POLLNVAL", (long) POLLNVAL),
          entry("POLLRDBAND", 0x80L),
          entry("POLLWRBAND", 0x200L),
          entry("EPOLLEXCLUSIVE", 1L << 28),
          entry("SOCK_STREAM", 1L),
          entry("SOCK_DGRAM", 2L),
          entry("SOCK_NONBLOCK", (long) O_NONBLOCK),
          entry("SOCK_CLOEXEC", 0x80000L),
          entry("AF_INET", 2L),
          entry("PF_INET", 2L),
          entry("IPPROTO_TCP", 6L),
          entry("POLLRDNORM", (long) POLLRDNORM),
          entry("POLLWRNORM", (long) POLLWRNORM),
          entry("POLLRDHUP", (long) POLLRDHUP),
          entry("EPOLLIN", (long) POLLIN),
          entry("EPOLLPRI", (long) POLLPRI),
          entry("EPOLLOUT", (long) POLLOUT),
          entry("EPOLLERR", (long) POLLERR),
          entry("EPOLLHUP", (long) POLLHUP),
          entry("EPOLLRDNORM", (long) POLLRDNORM),
          entry("EPOLLWRNORM", (long) POLLWRNORM),
          entry("EPOLLRDHUP", (long) POLLRDHUP),
          entry("EPOLLET", (long) EPOLLET),
          entry("EPOLLONESHOT", (long) EPOLLONESHOT),
          entry("O_NONBLOCK", (long) O_NONBLOCK),
          entry("O_RDONLY", 0L),
          entry("O_WRONLY", 1L),
          entry("O_RDWR", 2L),
          entry("SHUT_RD", 0L),
          entry("SHUT_WR", 1L),
          entry("SHUT_RDWR", 2L),
          entry("MSG_OOB", (long) MSG_OOB),
          entry("IP_PMTUDISC_DONT", 0L),
          entry("IP_PMTUDISC_WANT", 1L),
          entry("IP_PMTUDISC_PROBE", 3L),
          entry("IP_PMTUDISC_DO", 2L),
          entry("MSG_PEEK", (long) MSG_PEEK),
          entry("MSG_WAITALL", (long) MSG_WAITALL),
          entry("MSG_DONTWAIT", (long) MSG_DONTWAIT),
          entry("MSG_NOSIGNAL", 0x4000L),
          entry("MSG_EOR", (long) MSG_EOR),
          entry("MSG_TRUNC", 0x20L),
          entry("MSG_ERRQUEUE", 0x2000L),
          entry("INT_MAX", (long) Integer.MAX_VALUE),
          entry("MSG_MORE", (long) MSG_MORE),
          entry("MSG_FASTOPEN", (long) MSG_FASTOPEN),
          entry("TCP_ESTABLISHED", 1L),
          entry("TCP_SYN_SENT", 2L),
          entry("TCP_SYN_RECV", 3L),
          entry("TCP_FIN_WAIT1", 4L),
          entry("TCP_FIN_WAIT2", 5L),
          entry("TCP_TIME_WAIT", 6L),
          entry("TCP_CLOSE", 7L),
          entry("TCP_CLOSE_WAIT", 8L),
          entry("TCP_LAST_ACK", 9L),
          entry("TCP_LISTEN", 10L),
          entry("TCP_CLOSING", 11L),
          entry("TCPI_OPT_TIMESTAMPS", (long) InfoVariables.TIMESTAMPS),
          entry("TCPI_OPT_SACK", (long) InfoVariables.SACK),
          entry("TCPI_OPT_WSCALE", (long) InfoVariables.WINDOW_SCALE),
          entry("TCPI_OPT_SYN_DATA", (long) Traffic.SYN_DATA),
          entry("TCPI_OPT_ECN_SEEN", 16L),
          entry("TCPI_OPT_ECN", (long) InfoVariables.ECN),
          entry("TCP_CA_Open", 0L),
          entry("TCP_CA_Disorder", 1L),
          entry("TCP_CA_CWR", 2L),
          entry("TCP_CA_Recovery", 3L),
          entry("TCP_CA_Loss", 4L));

  private Constants() {}

  /** The value of a name, or of several with | between them; null where one is not known. */
  static Long value(String names) {
    long all = 0;
    for (String name : names.split("\\|", -1)) {
      Long value = VALUES.get(name.strip());
      if (value == null) {
        return null;
      }
      all |= value;
    }
    return all;
  }
}
