// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.conformance.packetdrill;

import java.util.List;

/** A TCP option as scripts write it; sequence numbers are counted from the initial ones. */
sealed interface OptionText {
  /** The signature of RFC 2385. */
  int MD5 = 19;

  int FAST_OPEN = 34;

  /** What Fast Open was before it had a number: RFC 7413 7, RFC 6994. */
  int EXPERIMENT = 254;

  String FAST_OPEN_EXPERIMENT = "f989";

  /** Octets in the header. */
  int size();

  /** One octet of padding. */
  record Nop() implements OptionText {
    @Override
    public int size() {
      return 1;
    }

    @Override
    public String toString() {
      return "nop";
    }
  }

  /** The end of the list. */
  record End() implements OptionText {
    @Override
    public int size() {
      return 1;
    }

    @Override
    public String toString() {
      return "eol";
    }
  }

  /** Maximum segment size. */
  record Mss(int octets) implements OptionText {
    @Override
    public int size() {
      return 4;
    }

    @Override
    public String toString() {
      return "mss " + octets;
    }
  }

  /** Window scale. */
  record Scale(int shift) implements OptionText {
    @Override
    public int size() {
      return 3;
    }

    @Override
    public String toString() {
      return "wscale " + shift;
    }
  }

  /** Selective acknowledgement is permitted. */
  record SackPermitted() implements OptionText {
    @Override
    public int size() {
      return 2;
    }

    @Override
    public String toString() {
      return "sackOK";
    }
  }

  /** Selective acknowledgements: pairs of left and right edges. */
  record Sack(List<Long> edges) implements OptionText {
    @Override
    public int size() {
      return 2 + 4 * edges.size();
    }

    @Override
    public String toString() {
      StringBuilder s = new StringBuilder("sack");
      for (int i = 0; i < edges.size(); i += 2) {
        s.append(' ').append(edges.get(i)).append(':').append(edges.get(i + 1));
      }
      return s.toString();
    }
  }

  /** Timestamps. */
  record Stamps(long value, long echo) implements OptionText {
    @Override
    public int size() {
      return 10;
    }

    @Override
    public String toString() {
      return "TS val " + value + " ecr " + echo;
    }
  }

  /** Any other option, its value in hexadecimal. */
  record Other(int kind, String hex) implements OptionText {
    @Override
    public int size() {
      return 2 + hex.length() / 2;
    }

    @Override
    public String toString() {
      if (kind == EXPERIMENT && hex.startsWith(FAST_OPEN_EXPERIMENT)) {
        return ("FOEXP " + hex.substring(FAST_OPEN_EXPERIMENT.length())).strip();
      }
      return (kind == FAST_OPEN ? "FO " + hex : "kind " + kind + " " + hex).strip();
    }
  }
}
