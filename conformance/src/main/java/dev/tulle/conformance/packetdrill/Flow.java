// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.ArrayList;
import java.util.List;

/**
 * One connection as the script counts it: ports, and where the numbers of both sides start.
 *
 * <p>Scripts count from the initial sequence numbers, both 0 as a rule, and give timestamps of
 * their own; this maps them to those on the wire.
 */
final class Flow {
  /** One ahead of zero and close to the wrap-around, so that mistakes show. */
  private static final int PEER_START = -5000;

  final int peerPort;
  int hostPort;

  /** What is added to the script's numbers to get those on the wire. */
  private int hostBase;

  private final int peerBase = PEER_START;
  private boolean hostKnown;

  private boolean stampKnown;
  private long scriptStamp;
  private int wireStamp;

  Flow(int peerPort, int hostPort) {
    this.peerPort = peerPort;
    this.hostPort = hostPort;
  }

  /** Learns from a segment of the host where its numbers start. */
  void learn(TcpText expected, int sequence) {
    if (!hostKnown) {
      hostBase = sequence - (int) expected.sequence();
      hostKnown = true;
    }
  }

  boolean hostKnown() {
    return hostKnown;
  }

  /** A SYN of the host on a new connection with the same ports. */
  void forget() {
    hostKnown = false;
    stampKnown = false;
  }

  int hostToWire(long number) {
    return (int) number + hostBase;
  }

  int peerToWire(long number) {
    return (int) number + peerBase;
  }

  /** Within 2^31 of the wire's number. */
  long hostToScript(int wire) {
    return wire - hostBase;
  }

  long peerToScript(int wire) {
    return wire - peerBase;
  }

  /** Learns which timestamp of the host the script calls by which name. */
  void learnStamp(long script, int wire) {
    if (!stampKnown) {
      stampKnown = true;
      scriptStamp = script;
      wireStamp = wire;
    }
  }

  /** The host's timestamp that the script means; a tick is a millisecond on both sides. */
  int stampToWire(long script) {
    return stampKnown ? wireStamp + (int) (script - scriptStamp) : (int) script;
  }

  long stampToScript(int wire) {
    return stampKnown ? scriptStamp + (wire - wireStamp) : Integer.toUnsignedLong(wire);
  }

  private static OptionText cookie(String hex) {
    return new OptionText.Other(OptionText.FAST_OPEN, hex);
  }

  /** Options of the peer with the numbers of the wire. */
  List<OptionText> optionsToWire(List<OptionText> options) {
    List<OptionText> wire = new ArrayList<>();
    for (OptionText option : options) {
      if (option instanceof OptionText.Sack sack) {
        wire.add(
            new OptionText.Sack(sack.edges().stream().map(e -> (long) hostToWire(e)).toList()));
      } else if (option instanceof OptionText.Stamps stamps) {
        wire.add(new OptionText.Stamps(stamps.value(), stampToWire(stamps.echo())));
      } else if (option.equals(cookie(Opening.LINUX_COOKIE))) {
        wire.add(cookie(Opening.HOST_COOKIE));
      } else {
        wire.add(option);
      }
    }
    return wire;
  }

  /** Options of the host with the numbers of the script. */
  List<OptionText> optionsToScript(List<OptionText> options) {
    List<OptionText> script = new ArrayList<>();
    for (OptionText option : options) {
      if (option instanceof OptionText.Sack sack) {
        script.add(
            new OptionText.Sack(
                sack.edges().stream().map(e -> peerToScript(e.intValue())).toList()));
      } else if (option instanceof OptionText.Stamps stamps) {
        script.add(new OptionText.Stamps(stampToScript((int) stamps.value()), stamps.echo()));
      } else if (option.equals(cookie(Opening.HOST_COOKIE))) {
        script.add(cookie(Opening.LINUX_COOKIE));
      } else {
        script.add(option);
      }
    }
    return script;
  }
}
