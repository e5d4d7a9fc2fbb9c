// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.tcp;

/**
 * The loss recoveries of a stack, lent to connections that have something in flight.
 *
 * <p>There are as many as connections at most, so nobody waits for one; they are made when they are
 * first needed.
 */
final class RecoveryPool {
  private final int connections;
  final SegmentRows rows;
  private Rack racks;
  private NewReno plains;
  private Tally tallies;

  RecoveryPool(int connections) {
    this.connections = connections;
    rows = new SegmentRows(connections);
  }

  /** Allocates all of them now. */
  void makeAll() {
    rows.makeAll();
    for (int i = 0; i < connections; i++) {
      give(new Rack(rows));
      give(new NewReno());
      give(new Tally());
    }
  }

  Rack takeRack() {
    Rack rack = racks;
    if (rack == null) {
      return new Rack(rows);
    }
    racks = rack.next;
    rack.next = null;
    return rack;
  }

  void give(Rack rack) {
    rack.next = racks;
    racks = rack;
  }

  NewReno takePlain() {
    NewReno plain = plains;
    if (plain == null) {
      return new NewReno();
    }
    plains = plain.next;
    plain.next = null;
    return plain;
  }

  void give(NewReno plain) {
    plain.next = plains;
    plains = plain;
  }

  Tally takeTally() {
    Tally tally = tallies;
    if (tally == null) {
      tally = new Tally();
    } else {
      tallies = tally.next;
      tally.next = null;
    }
    tally.start();
    return tally;
  }

  void give(Tally tally) {
    tally.next = tallies;
    tallies = tally;
  }
}
