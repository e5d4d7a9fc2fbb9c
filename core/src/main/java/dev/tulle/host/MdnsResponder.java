// Copyright The Tulle Authors.
// SPDX-License-Identifier: Apache-2.0
package dev.tulle.host;

import dev.tulle.ip.Endpoint;
import dev.tulle.nd.Address6;
import dev.tulle.stack.Counter;
import dev.tulle.stack.Part;
import dev.tulle.stack.Status;
import dev.tulle.wire.Bytes;
import dev.tulle.wire.Dns;

/**
 * Has one name on the link and answers with the port's addresses of both families.
 *
 * <p>The name is probed for first, with another number behind it wherever somebody else has it,
 * then announced; whoever claims it later is told, and where that does not help it is probed for
 * again. {@link Mdns} hears and sends. Source: RFC 6762 6 to 10.
 */
public final class MdnsResponder {
  // States.
  private static final int OFF = 0;
  private static final int PROBING = 1;
  private static final int ANNOUNCING = 2;
  private static final int SETTLED = 3;

  private static final long MS_NS = 1_000_000L;
  private static final long SECOND_NS = 1000 * MS_NS;

  // RFC 6762 8.1, 8.3
  private static final int PROBES = 3;
  private static final long PROBE_NS = 250 * MS_NS;
  private static final int ANNOUNCEMENTS = 2;

  /** RFC 6762 8.1: fifteen conflicts in ten seconds, and each attempt waits for five. */
  private static final int MOST_CONFLICTS = 15;

  private static final long CONFLICTS_NS = 10 * SECOND_NS;
  private static final long CONFLICT_WAIT_NS = 5 * SECOND_NS;

  /** RFC 6762 10 (RECOMMENDED): of records with a host's name. */
  private static final int TTL_S = 120;

  /** RFC 6762 6.7: of those who do not speak multicast DNS. */
  private static final int LEGACY_TTL_S = 10;

  private static final int RESPONSE = 0x8400;
  private static final int LABEL = 63;

  /** How much of others' records is compared with ours. */
  private static final int COMPARED = 64;

  /** Stands for the record that says which types there are not. */
  private static final int NSEC = MdnsRecords.MOST;

  private static final int DENIAL = 6;

  private final Mdns mdns;
  private final byte[] name = new byte[Dns.NAME];
  private int nameOctets;

  /** Of the name as it was claimed, the first label's length. */
  private int stem;

  private int number;
  private int state = OFF;
  private int step;
  private long deadlineNs = Part.NEVER;

  private MdnsRecords ours = new MdnsRecords(COMPARED);
  private MdnsRecords now = new MdnsRecords(COMPARED);

  /** When each of ours was sent to all. */
  private final long[] sentNs = new long[MdnsRecords.MOST + 1];

  private final byte[] data = new byte[Dns.NAME + DENIAL + 2];
  private int conflicts;
  private long conflictsNs;

  /** What is to be answered once all known answers were heard, and when: RFC 6762 7.2. */
  private int pending;

  private long pendingNs = Part.NEVER;
  private final Endpoint pendingFrom = new Endpoint();

  /** Attaches itself. */
  public MdnsResponder(Mdns mdns) {
    this.mdns = mdns;
    mdns.attach(this);
  }

  /**
   * Claims a name of the link, whole as {@link Dns#fromText} hands it out.
   *
   * @return 0; {@code INVALID} where it does not end with local; {@code IN_USE} where the port is
   *     taken
   */
  public int claim(byte[] name, int octets, long nowNs) {
    if (!Mdns.local(name, octets)) {
      return Status.INVALID;
    }
    if (!mdns.open()) {
      return Status.IN_USE;
    }
    System.arraycopy(name, 0, this.name, 0, octets);
    nameOctets = octets;
    stem = name[0];
    number = 1;
    conflicts = 0;
    ours.count = 0;
    probe(nowNs, 0);
    return Status.OK;
  }

  /** Tells all that the name is free again. RFC 6762 10.1. */
  public void release(long nowNs) {
    if (state >= ANNOUNCING && ours.count > 0) {
      mdns.writer.begin(0, RESPONSE);
      put(MdnsReader.ANSWER, mask(), false, 0);
      mdns.send(nowNs);
    }
    state = OFF;
    deadlineNs = Part.NEVER;
    pendingNs = Part.NEVER;
  }

  /** Whether nobody else turned out to have the name. */
  public boolean settled() {
    return state >= ANNOUNCING;
  }

  /** The name, perhaps with a number by now, as labels; {@link #nameOctets} of them. */
  public byte[] name() {
    return name;
  }

  public int nameOctets() {
    return nameOctets;
  }

  boolean used() {
    return state != OFF;
  }

  long deadlineNs() {
    return Math.min(deadlineNs, pendingNs);
  }

  /** RFC 6762 8.1: after a random time of up to 250 ms, and more where conflicts do not end. */
  private void probe(long nowNs, long waitNs) {
    state = PROBING;
    step = 0;
    pendingNs = Part.NEVER;
    deadlineNs = nowNs + waitNs + (mdns.random.draw() & 0xFFFF) * 3814L;
  }

  void poll(long nowNs) {
    if (state == OFF) {
      return;
    }
    look(nowNs);
    if (pendingNs - nowNs <= 0) {
      pendingNs = Part.NEVER;
      answer(pending, false, nowNs);
    }
    if (deadlineNs - nowNs > 0 || ours.count == 0) {
      return;
    }
    if (state == PROBING && step == PROBES) {
      state = ANNOUNCING;
      step = 0;
    }
    step++;
    if (state == PROBING) {
      mdns.writer.begin(0, 0);
      boolean unused = mdns.writer.question(name, nameOctets, Dns.TYPE_ANY, true);
      put(MdnsReader.AUTHORITY, mask(), false, TTL_S);
      mdns.send(nowNs);
      deadlineNs = nowNs + PROBE_NS;
      return;
    }
    announce(nowNs);
    state = step == ANNOUNCEMENTS ? SETTLED : ANNOUNCING;
    deadlineNs = state == SETTLED ? Part.NEVER : nowNs + SECOND_NS;
  }

  private void announce(long nowNs) {
    mdns.writer.begin(0, RESPONSE);
    put(MdnsReader.ANSWER, mask(), true, TTL_S);
    sent(mask(), nowNs);
    mdns.send(nowNs);
  }

  /** Looks which addresses the port has; announces them anew where they changed. RFC 6762 8.4. */
  private void look(long nowNs) {
    now.count = 0;
    if (mdns.port.address != 0) {
      Bytes.put32(data, 0, mdns.port.address);
      now.add(Dns.TYPE_A, data, 4);
    }
    Address6 address;
    for (int i = 0; (address = mdns.six.addresses.at(i)) != null; i++) {
      if (address.assigned()) {
        now.add(Dns.TYPE_AAAA, address.high, address.low, data);
      }
    }
    if (now.count == ours.count && now.compare(ours) == 0) {
      return;
    }
    MdnsRecords old = ours;
    ours = now;
    now = old;
    sent(-1, nowNs - SECOND_NS * TTL_S);
    if (state >= ANNOUNCING) {
      state = ANNOUNCING;
      step = 0;
      deadlineNs = nowNs;
    }
  }

  private int mask() {
    return (1 << ours.count) - 1;
  }

  private void sent(int which, long nowNs) {
    for (int i = 0; i <= NSEC; i++) {
      if ((which & 1 << i) != 0) {
        sentNs[i] = nowNs;
      }
    }
  }

  /** Writes records into a section. */
  private void put(int section, int which, boolean flush, int ttlS) {
    for (int i = 0; i < ours.count; i++) {
      if ((which & 1 << i) != 0) {
        record(section, ours.types[i], flush, ttlS, ours.data[i], ours.octets[i]);
      }
    }
    if ((which & 1 << NSEC) != 0) {
      // RFC 6762 6.1: next is the name itself, then a bit for each type below 256 that there is.
      System.arraycopy(name, 0, data, 0, nameOctets);
      int at = nameOctets;
      Bytes.zero(data, at, DENIAL);
      for (int i = 0; i < ours.count; i++) {
        data[at + 2 + (ours.types[i] >> 3)] |= (byte) (0x80 >> (ours.types[i] & 7));
      }
      data[at + 1] = DENIAL - 2;
      record(section, Dns.TYPE_NSEC, flush, ttlS, data, at + DENIAL);
    }
  }

  private void record(int section, int type, boolean flush, int ttlS, byte[] b, int octets) {
    boolean unused = mdns.writer.record(section, name, nameOctets, type, flush, ttlS, b, octets);
  }

  /** Takes in a query. */
  void asked(MdnsReader reader, Endpoint from, long nowNs) {
    if (state == OFF) {
      return;
    }
    boolean legacy = from.port != Mdns.PORT;
    int wanted = 0;
    int type = 0;
    boolean unicast = true;
    boolean probe = false;
    now.count = 0;
    while (reader.next()) {
      if (!reader.internet || !reader.about(name, nameOctets)) {
        continue;
      }
      if (reader.section == MdnsReader.QUESTION) {
        wanted |= wanted(reader.type);
        type = reader.type;
        unicast &= reader.bit;
      } else if (reader.section == MdnsReader.ANSWER) {
        wanted &= ~known(reader);
      } else if (reader.section == MdnsReader.AUTHORITY) {
        probe = true;
        now.add(reader.type, reader.data, Math.max(reader.dataOctets, 0));
      }
    }
    if (state == PROBING) {
      // RFC 6762 8.2 (MUST): who has the later records wins; the other waits for a second.
      if (step > 0 && now.count > 0 && ours.compare(now) < 0) {
        step = 0;
        deadlineNs = nowNs + SECOND_NS;
      }
    } else if (type != 0 && wanted != 0) {
      if (legacy) {
        reply(wanted, type, reader.identifier(), from, nowNs);
      } else if (unicast && fresh(wanted, nowNs)) {
        reply(wanted, 0, 0, from, nowNs);
      } else if (reader.truncated() && !probe) {
        // RFC 6762 7.2 (SHOULD): more known answers come within 400 to 500 ms.
        pending = wanted;
        pendingFrom.set(from);
        pendingNs = nowNs + 400 * MS_NS + (mdns.random.draw() & 0xFFFF) * 1525L;
      } else {
        answer(wanted, probe, nowNs);
      }
    } else if (type == 0 && pendingNs != Part.NEVER && pendingFrom.same(from)) {
      reader.rewind();
      while (reader.next()) {
        if (reader.section == MdnsReader.ANSWER && reader.about(name, nameOctets)) {
          pending &= ~known(reader);
        }
      }
    }
  }

  /** What there is of a type, or that there is nothing. */
  private int wanted(int type) {
    int wanted = type == Dns.TYPE_ANY ? mask() : 0;
    for (int i = 0; i < ours.count; i++) {
      wanted |= ours.types[i] == type ? 1 << i : 0;
    }
    return wanted == 0 && ours.count > 0 ? 1 << NSEC : wanted;
  }

  /** RFC 6762 7.1 (MUST NOT): what has half of its life left is not told again. */
  private int known(MdnsReader reader) {
    int i = reader.dataOctets < 0 ? -1 : ours.find(reader.type, reader.data, reader.dataOctets);
    return i >= 0 && reader.ttlS >= TTL_S / 2 ? 1 << i : 0;
  }

  /** RFC 6762 5.4: whether all of it was told to everybody in the last quarter of its life. */
  private boolean fresh(int which, long nowNs) {
    for (int i = 0; i <= NSEC; i++) {
      if ((which & 1 << i) != 0 && nowNs - sentNs[i] > TTL_S / 4 * SECOND_NS) {
        return false;
      }
    }
    return true;
  }

  /** Answers one host alone; with its question where it knows only DNS: RFC 6762 6.7. */
  private void reply(int which, int type, int identifier, Endpoint to, long nowNs) {
    boolean allowed =
        to.six() ? mdns.limit.allow(to.high, to.low, nowNs) : mdns.limit.allow(to.address, nowNs);
    if (!allowed) {
      mdns.counters.add(Counter.MDNS_LIMITED);
      return;
    }
    boolean legacy = type != 0;
    mdns.writer.begin(identifier, RESPONSE);
    if (legacy) {
      boolean unused = mdns.writer.question(name, nameOctets, type, false);
    }
    put(MdnsReader.ANSWER, which, !legacy, legacy ? LEGACY_TTL_S : TTL_S);
    mdns.send(to, nowNs);
  }

  /** Answers to all; RFC 6762 6 (MUST NOT): no record twice within a second, or a quarter. */
  private void answer(int wanted, boolean probe, long nowNs) {
    int which = wanted;
    for (int i = 0; i <= NSEC; i++) {
      if ((which & 1 << i) != 0 && nowNs - sentNs[i] < (probe ? PROBE_NS : SECOND_NS)) {
        which &= ~(1 << i);
      }
    }
    if (which == 0) {
      mdns.counters.add(Counter.MDNS_LIMITED);
      return;
    }
    mdns.writer.begin(0, RESPONSE);
    put(MdnsReader.ANSWER, which, true, TTL_S);
    // RFC 6762 6.2 (SHOULD): the other addresses as well.
    put(MdnsReader.AUTHORITY + 1, mask() & ~which & ~wanted, true, TTL_S);
    sent(which, nowNs);
    mdns.send(nowNs);
  }

  /** Takes in a record of a response: whether somebody else has the name. */
  void heard(MdnsReader reader, long nowNs) {
    boolean address = reader.type == Dns.TYPE_A || reader.type == Dns.TYPE_AAAA;
    if (state == OFF
        || !address
        || reader.ttlS == 0
        || !reader.internet
        || !reader.about(name, nameOctets)
        || ours.find(reader.type, reader.data, reader.dataOctets) >= 0) {
      return;
    }
    mdns.counters.add(Counter.MDNS_CONFLICT);
    if (nowNs - conflictsNs > CONFLICTS_NS) {
      conflicts = 0; // ten quiet seconds
    }
    conflictsNs = nowNs;
    conflicts = Math.min(conflicts + 1, MOST_CONFLICTS);
    if (state == PROBING) {
      rename(); // RFC 6762 9 (MUST): who probes yields; else the same name is probed for again
    }
    probe(nowNs, conflicts < MOST_CONFLICTS ? 0 : CONFLICT_WAIT_NS);
  }

  /** Puts the next number behind the first label, in place of its end where it is too long. */
  private void rename() {
    number = number == 9999 ? 2 : number + 1;
    int digits = number > 999 ? 4 : number > 99 ? 3 : number > 9 ? 2 : 1;
    int old = name[0];
    int rest = nameOctets - 1 - old;
    int kept = Math.min(stem, LABEL - 1 - digits);
    kept = Math.min(kept, Dns.NAME - rest - 2 - digits);
    int label = kept + 1 + digits;
    System.arraycopy(name, 1 + old, name, 1 + label, rest);
    name[0] = (byte) label;
    name[1 + kept] = '-';
    for (int i = digits, n = number; i > 0; i--, n /= 10) {
      name[1 + kept + i] = (byte) ('0' + n % 10);
    }
    nameOctets = 1 + label + rest;
  }
}
