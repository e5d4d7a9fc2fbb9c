// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.stack;

/**
 * The numbers of all counters; {@link Counters} holds their values, {@link CounterNames} their
 * names.
 *
 * <p>One list, so that a number is used once. A counter costs eight octets of RAM in every profile
 * and no code where nothing counts it. The name of a constant is the counter's name with the point
 * written as an underscore.
 */
public final class Counter {
  public static final int STACK_INTERNAL_ERROR = 0;
  public static final int POOL_EMPTY = 1;
  public static final int LINK_RECEIVED = 2;
  public static final int LINK_SENT = 3;
  public static final int LINK_SEND_FAILED = 4;
  public static final int ETH_SHORT = 5;
  public static final int ETH_BADSRC = 6;
  public static final int ETH_NOT_OURS = 7;
  public static final int ETH_VLAN = 8;
  public static final int ETH_LLC = 9;
  public static final int ETH_UNKNOWN_TYPE = 10;
  public static final int ARP_SHORT = 11;
  public static final int ARP_BAD = 12;
  public static final int ARP_BADADDR = 13;
  public static final int ARP_CONFLICT = 14;
  public static final int ARP_CHANGED = 15;
  public static final int ARP_FULL = 16;
  public static final int ARP_QUEUE_FULL = 17;
  public static final int ARP_UNREACHABLE = 18;
  public static final int IP_BADVER = 19;
  public static final int IP_BADLEN = 20;
  public static final int IP_BADIHL = 21;
  public static final int IP_TRUNCATED = 22;
  public static final int IP_BADSUM = 23;
  public static final int IP_BADOPT = 24;
  public static final int IP_SRCROUTE = 25;
  public static final int IP_MARTIAN = 26;
  public static final int IP_L2BCAST_UNICAST = 27;
  public static final int IP_NOTOURS = 28;
  public static final int IP_FRAGMENT = 29;
  public static final int IP_UNKNOWN_PROTOCOL = 30;
  public static final int IP_NO_ROUTE = 31;
  public static final int ICMP_SHORT = 32;
  public static final int ICMP_BADSUM = 33;
  public static final int ICMP_BADQUOTE = 34;
  public static final int ICMP_FAMILY = 35;
  public static final int ICMP_IGNORED = 36;
  public static final int ICMP_GROUP = 37;
  public static final int ICMP_UNMATCHED = 38;
  public static final int ICMP_RATELIMITED = 39;
  public static final int ICMP_ERROR_SENT = 40;
  public static final int UDP_SHORT = 41;
  public static final int UDP_BADLEN = 42;
  public static final int UDP_BADSUM = 43;
  public static final int UDP_BADPORT = 44;
  public static final int UDP_NO_PORT = 45;
  public static final int UDP_RCVBUF_FULL = 46;
  public static final int TCP_BACKLOG_FULL = 47;
  public static final int TCP_BADACK = 48;
  public static final int TCP_BADOFF = 49;
  public static final int TCP_BADOPT = 50;
  public static final int TCP_BADPORT = 51;
  public static final int TCP_BADSUM = 52;
  public static final int TCP_CHALLENGE_LIMIT = 53;
  public static final int TCP_DATA_AFTER_CLOSE = 54;
  public static final int TCP_FAST_RETRANSMIT = 55;
  public static final int TCP_HALF_OPEN_EVICTED = 56;
  public static final int TCP_ICMP_IGNORED = 57;
  public static final int TCP_ICMP_SOFT = 58;
  public static final int TCP_OUT_OF_WINDOW = 59;
  public static final int TCP_PROBE_SENT = 60;
  public static final int TCP_RECEIVED = 61;
  public static final int TCP_REFUSED = 62;
  public static final int TCP_RESET_CHALLENGED = 63;
  public static final int TCP_RESET_IGNORED = 64;
  public static final int TCP_RESET_LIMIT = 65;
  public static final int TCP_RESET_SENT = 66;
  public static final int TCP_RETRANSMITTED = 67;
  public static final int TCP_SENT = 68;
  public static final int TCP_SHORT = 69;
  public static final int TCP_SYN_IN_WINDOW = 70;
  public static final int TCP_TABLE_FULL = 71;
  public static final int TCP_TIMEOUT = 72;
  public static final int TCP_TIME_WAIT_EVICTED = 73;
  public static final int TCP_BADSCALE = 74;
  public static final int TCP_UNSTAMPED = 75;
  public static final int TCP_PAWS = 76;
  public static final int TCP_UNDONE = 77;
  public static final int TCP_LOSS_PROBE = 78;
  public static final int TCP_COOKIE_SENT = 79;
  public static final int TCP_COOKIE_ACCEPTED = 80;
  public static final int TCP_COOKIE_REFUSED = 81;
  public static final int TCP_CE_RECEIVED = 82;
  public static final int TCP_ECN_REDUCED = 83;
  public static final int PMTU_LOWERED = 84;
  public static final int PMTU_IGNORED = 85;
  public static final int PMTU_EVICTED = 86;
  public static final int TCP_BLACK_HOLE = 87;
  public static final int TCP_MTU_PROBE = 88;
  public static final int TCP_FAST_OPEN_ACCEPTED = 89;
  public static final int TCP_FAST_OPEN_REFUSED = 90;
  public static final int TCP_FAST_OPEN_LIMIT = 91;
  public static final int TCP_FAST_OPEN_SENT = 92;
  public static final int TCP_FAST_OPEN_FAILED = 93;
  public static final int DHCP_SHORT = 94;
  public static final int DHCP_UNEXPECTED = 95;
  public static final int DHCP_BAD = 96;
  public static final int DHCP_NAK = 97;
  public static final int DHCP_DECLINED = 98;
  public static final int DNS_MALFORMED = 99;
  public static final int DNS_UNSOLICITED = 100;
  public static final int DNS_EVICTED = 101;
  public static final int DNS_TRUNCATED = 102;
  public static final int DNS_TIMEOUT = 103;
  public static final int FRAG_BADLEN = 104;
  public static final int FRAG_TOOBIG = 105;
  public static final int FRAG_OVERLAP = 106;
  public static final int FRAG_CONTRADICTION = 107;
  public static final int FRAG_DUPLICATE = 108;
  public static final int FRAG_GAPS = 109;
  public static final int FRAG_LATE = 110;
  public static final int FRAG_EVICTED = 111;
  public static final int FRAG_SOURCE_LIMIT = 112;
  public static final int FRAG_TIMEOUT = 113;
  public static final int FRAG_REASSEMBLED = 114;
  public static final int FRAG_SENT = 115;
  public static final int FRAG_UNSENT = 116;
  public static final int FORWARD_SENT = 117;
  public static final int FORWARD_TTL = 118;
  public static final int FORWARD_NO_ROUTE = 119;
  public static final int FORWARD_TOO_BIG = 120;
  public static final int FORWARD_BROADCAST = 121;
  public static final int FORWARD_REDIRECT = 122;
  public static final int FORWARD_UNREACHABLE = 123;
  public static final int TRACK_INVALID = 124;
  public static final int TRACK_FULL = 125;
  public static final int TRACK_EVICTED = 126;
  public static final int TRACK_HOST_LIMIT = 127;
  public static final int NAT_NO_PORT = 128;
  public static final int NAT_PROTOCOL = 129;
  public static final int NAT_NO_ADDRESS = 130;
  public static final int FILTER_DROPPED = 131;
  public static final int FILTER_REJECTED = 132;
  public static final int VLAN_UNKNOWN = 133;
  public static final int VLAN_FULL = 134;
  public static final int FORWARD_FRAGMENT = 135;
  public static final int IP6_TRUNCATED = 136;
  public static final int IP6_BADVER = 137;
  public static final int IP6_MARTIAN = 138;
  public static final int IP6_NOTJOINED = 139;
  public static final int IP6_NOTOURS = 140;
  public static final int IP6_BADCHAIN = 141;
  public static final int IP6_CHAIN_LIMIT = 142;
  public static final int IP6_BADOPT = 143;
  public static final int IP6_UNKNOWN_OPTION = 144;
  public static final int IP6_ROUTING = 145;
  public static final int IP6_FRAGMENT = 146;
  public static final int IP6_UNKNOWN_NEXT = 147;
  public static final int ICMP6_PTB_SMALL = 148;
  public static final int ND_UNREACHABLE = 149;
  public static final int ND_ADDRESSES_FULL = 150;
  public static final int ND_DUPLICATE = 151;
  public static final int ND_IGNORED = 152;
  public static final int ND_FULL = 153;
  public static final int ND_QUEUE_FULL = 154;
  public static final int ND_FRAGMENTED = 155;
  public static final int ND_INVALID = 156;
  public static final int ND_BADOPT = 157;
  public static final int ND_CONFLICT = 158;
  public static final int ND_BADPREFIX = 159;
  public static final int ND_ROUTERS_FULL = 160;
  public static final int ND_PREFIXES_FULL = 161;
  public static final int MLD_FULL = 162;
  public static final int MLD_INVALID = 163;
  public static final int IGMP_SHORT = 164;
  public static final int IGMP_BADSUM = 165;
  public static final int IGMP_INVALID = 166;
  public static final int IGMP_IGNORED = 167;
  public static final int IGMP_FULL = 168;
  public static final int IGMP_SENT = 169;
  public static final int NTP_UNEXPECTED = 170;
  public static final int TCP_MEMORY_SHORT = 171;
  public static final int TCP_RECORDS_SHORT = 172;
  public static final int FORWARD_SCOPE = 173;
  public static final int DHCPD_OFFERED = 174;
  public static final int DHCPD_GRANTED = 175;
  public static final int DHCPD_REFUSED = 176;
  public static final int DHCPD_IGNORED = 177;
  public static final int DHCPD_FULL = 178;
  public static final int DHCPD_DECLINED = 179;
  public static final int DHCPD_RELEASED = 180;
  public static final int RAW_FULL = 181;
  public static final int RAW_BADSUM = 182;
  public static final int MDNS_MALFORMED = 183;
  public static final int MDNS_STRANGE = 184;
  public static final int MDNS_CONFLICT = 185;
  public static final int MDNS_LIMITED = 186;
  public static final int DHCP6_BAD = 187;
  public static final int DHCP6_UNEXPECTED = 188;
  public static final int DHCP6_REFUSED = 189;
  public static final int DHCP6_DECLINED = 190;

  /** A packet to this host itself for which no room was left. */
  public static final int LOOPBACK_FULL = 191;

  /** A datagram for an address of somebody else that was taken. */
  public static final int ANY_DATAGRAM = 192;

  /** How many there are. */
  public static final int COUNT = 193;

  private Counter() {}
}
